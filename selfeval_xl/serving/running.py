"""The server's start and end: everything is made here, handed to the pages, and taken down in order."""

import asyncio
import socket
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import date
from ipaddress import ip_address
from multiprocessing.util import get_temp_dir
from pathlib import Path

import uvicorn
from msgspec import Struct
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

import selfeval_xl
from selfeval_xl.batch.executors import cores
from selfeval_xl.batch.wanted import wanted_units
from selfeval_xl.errors import UserError
from selfeval_xl.serving import bureau_pages, limits, unit_pages
from selfeval_xl.serving.accounts import Accounts
from selfeval_xl.serving.guard import TOO_LARGE, Guard, Names, TooLarge
from selfeval_xl.serving.sessions import Sessions
from selfeval_xl.serving.shelf import Shelf, sweep_after
from selfeval_xl.serving.site import BAD_FORM, HOME, NOT_YOURS, Site, refusal
from selfeval_xl.serving.store import OWN, Store
from selfeval_xl.serving.trail import Trail
from selfeval_xl.serving.workers import BUG, Bounds, Workers

LARGE = Bounds(3600, 4 * 2**30, 50 * 2**30)
"""A 汇总 of all units, where none of them is converted yet; a backup."""
FIRST_PASSWORDS = "初始密码.csv"


class Wishes(Struct, frozen=True):
    """What the command asks for. `names`: by which else the server is called, as behind a proxy."""

    host: str = "127.0.0.1"
    port: int = 8620
    names: tuple[str, ...] = ()
    store: Path | None = None
    units: Path | None = None
    tokens: Path | None = None
    overlay: Path | None = None
    due: date | None = None
    keep: int = 0
    workers: int = 0
    seconds: float = limits.SECONDS
    room: int = limits.QUEUE
    minutes: int = limits.KEPT_MINUTES
    sources: Path | None = None


def serve(wishes: Wishes, say: Callable[[str], None], browse: bool) -> int:
    """Serves until Ctrl-C; `say` tells where. Raises UserError: what is asked for does not go together, or the port is
    taken."""
    wide = not _is_own(wishes.host)
    if wide and not (wishes.store and wishes.units):
        raise UserError(
            "用 --host 供其他电脑访问时，须同时写 --store（保存报送材料的文件夹）和 --units（单位名单，用来发放账号）。"
        )
    if wishes.units and not wishes.store:
        raise UserError("用 --units 时须同时写 --store，指明保存报送材料的文件夹。")
    if wishes.sources and not wishes.store:
        raise UserError("用 --sources 时须同时写 --store，指明保存报送材料的文件夹。")
    if wishes.sources and not wishes.sources.is_dir():
        raise UserError(f"找不到文件夹“{wishes.sources}”；请写明存放各单位决算、预算等文件的文件夹。")
    if wishes.overlay:
        selfeval_xl.overlay(wishes.overlay)
    heard = _heard(wishes)
    accounts, issued = _accounts(wishes)
    site = _site(wishes, accounts, wide)
    app = Guard(pages(site), site.names, refusal)
    address = f"http://{wishes.host if not wide else '本机地址'}:{wishes.port}/"
    say(f"已启动：{address}（按 Ctrl-C 停止）")
    if issued:
        say(f"发放了 {issued} 个账号，初始密码在 {_tokens(wishes)}；发给各单位后请删去该文件。")
    if browse and not wide:
        threading.Timer(0.5, webbrowser.open, [address]).start()
    # The command's own file is not imported once more by every worker.
    sys.modules["__main__"].__spec__ = None
    vars(sys.modules["__main__"]).pop("__file__", None)
    site.workers.beside(sweep_after, f"{site.shelf.root}", get_temp_dir())
    try:
        uvicorn.Server(_config(app)).run(sockets=[heard])
    finally:
        site.workers.close()
        site.slow.close()
        site.shelf.close()
    return 0


def pages(site: Site) -> Starlette:
    """All pages, without the guard."""
    routes = [
        *unit_pages.routes(site),
        *bureau_pages.routes(site),
        *bureau_pages.account_routes(site),
        Mount("/static", StaticFiles(directory=HOME / "static")),
    ]

    @asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        sweeping = asyncio.create_task(site.sweep())
        yield
        sweeping.cancel()

    def no_page(_: Request, trouble: Exception) -> Response:
        status = trouble.status_code if isinstance(trouble, HTTPException) else 500
        said = {404: NOT_YOURS, 405: NOT_YOURS, 400: BAD_FORM}.get(status, BUG)
        return HTMLResponse(refusal(status, said), status)

    def too_large(_: Request, trouble: Exception) -> Response:
        return HTMLResponse(refusal(413, TOO_LARGE), 413)

    return Starlette(
        routes=routes,
        lifespan=life,
        exception_handlers={HTTPException: no_page, TooLarge: too_large, Exception: no_page},
    )


def _site(wishes: Wishes, accounts: Accounts | None, wide: bool) -> Site:
    size = wishes.workers or cores()
    store = (
        Store(
            wishes.store.absolute(),
            _absolute(wishes.overlay),
            wishes.due,
            _absolute(wishes.units),
            _absolute(wishes.sources),
        )
        if wishes.store
        else None
    )
    return Site(
        names=Names(wishes.names, wishes.port, wide),
        workers=Workers(size, Bounds(seconds=wishes.seconds), wishes.room),
        slow=Workers(1, LARGE, room=4),
        shelf=Shelf(wishes.minutes),
        sessions=Sessions(limits.IDLE_MINUTES if accounts else wishes.minutes),
        trail=Trail(store.root / OWN / "日志" if store and accounts else None),
        accounts=accounts,
        store=store,
        overlay=_absolute(wishes.overlay),
        keep=wishes.keep,
    )


def _accounts(wishes: Wishes) -> tuple[Accounts | None, int]:
    if not (wishes.units and wishes.store):
        return None, 0
    accounts = Accounts(wishes.store / OWN / "账户.json")
    return accounts, accounts.issue(wanted_units(wishes.units), _tokens(wishes))


def _tokens(wishes: Wishes) -> Path:
    assert wishes.store
    return wishes.tokens or wishes.store / OWN / FIRST_PASSWORDS


def _absolute(path: Path | None) -> Path | None:
    return path.absolute() if path else None


def _is_own(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _heard(wishes: Wishes) -> socket.socket:
    """The socket, bound before anything else is begun. Raises UserError."""
    family = socket.AF_INET6 if ":" in wishes.host else socket.AF_INET
    heard = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":
            heard.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        heard.bind((wishes.host, wishes.port))
    except OSError:
        heard.close()
        raise UserError(
            f"不能在 {wishes.host} 的端口 {wishes.port} 上启动：端口已被占用（可能已经启动了一个），或地址不是本机的；"
            "请用 --port 另选端口。"
        ) from None
    return heard


def _config(app: Guard) -> uvicorn.Config:
    """No access log: addresses and names of files are in ours alone; a proxy is believed only on this machine."""
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="on",
        ws="none",
        timeout_graceful_shutdown=3,
        h11_max_incomplete_event_size=16384,
    )
