"""What all pages share: the site's parts, who asks, how a page is drawn, what a mistake looks like."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from msgspec import Struct
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

import selfeval_xl
from selfeval_xl.errors import UserError
from selfeval_xl.serving import limits
from selfeval_xl.serving.accounts import ADMIN, OFFICE, READER, UNIT, Accounts
from selfeval_xl.serving.guard import Names
from selfeval_xl.serving.sessions import COOKIE, Session, Sessions
from selfeval_xl.serving.shelf import Shelf
from selfeval_xl.serving.store import Store
from selfeval_xl.serving.trail import Trail
from selfeval_xl.serving.workers import BUG, Unserved, Workers

EXPIRED = "页面停留太久，或本系统重新启动过，已经失效；请回到首页重新操作。"
NOT_YOURS = "没有这个页面，或者您的账号不能查看。"
BAD_FORM = f"提交的内容不完整，或文件太多（一次最多 {limits.MOST_FILES} 个）；请回到首页重新选择。"
HOME = Path(__file__).parent

Handler = Callable[[Request], Awaitable[Response]]


class Elsewhere(Exception):
    """Whoever asks must go to another page first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


class Site(Struct):
    """`accounts`: None for an accountant's own page; `store`: None where nothing outlives the download; `keep`: days
    after which what was filed is deleted, 0 for never."""

    names: Names
    workers: Workers
    slow: Workers
    shelf: Shelf
    sessions: Sessions
    trail: Trail
    accounts: Accounts | None = None
    store: Store | None = None
    overlay: Path | None = None
    keep: int = 0

    def session(self, request: Request, *roles: str) -> Session:
        """Of whoever asks; with `roles`, one of these. Raises Elsewhere: log in first; Unserved."""
        session = self.sessions.find(request.cookies.get(COOKIE))
        if self.accounts is None:
            if session is None:
                raise Elsewhere("/")
            session.role = session.role or (ADMIN if self.store else UNIT)
        elif session is None or not session.account:
            raise Elsewhere("/login")
        elif session.must_change and request.url.path not in ("/password", "/logout"):
            raise Elsewhere("/password")
        if roles and session.role not in roles:
            raise Unserved(NOT_YOURS, 404)
        return session

    async def form(self, request: Request, session: Session | None) -> FormData:
        """What was sent, if it came from a page of this session. Raises Unserved."""
        if session is None:
            raise Unserved(EXPIRED, 403)
        form = await request.form(
            max_files=limits.MOST_FILES, max_fields=limits.MOST_FIELDS, max_part_size=limits.MOST_FIELD
        )
        if not session.brings(form.get("csrf")):
            raise Unserved(EXPIRED, 403)
        return form

    def note(
        self, request: Request, session: Session, what: str, about: str = "", result: str = "成功"
    ) -> None:
        address = request.client.host if request.client else ""
        self.trail.add(session.account, session.role, what, about, address, result)

    def page(
        self, request: Request, name: str, session: Session | None, status: int = 200, **context: Any
    ) -> HTMLResponse:
        """The page, and the session's cookie."""
        shared = {
            "session": session,
            "csrf": session.csrf if session else "",
            "store": self.store is not None,
            "accounts": self.accounts is not None,
            "bureau": bool(session and self.store and session.role in (READER, OFFICE, ADMIN)),
            "office": bool(session and self.store and session.role in (OFFICE, ADMIN)),
            "admin": bool(session and self.accounts and session.role == ADMIN),
            "minutes": self.shelf.minutes,
            "most": limits.MOST_UPLOAD // 2**20,
            "version": selfeval_xl.__version__,
        }
        response = HTMLResponse(PAGES.get_template(name).render({**shared, **context}), status)
        if session is not None:
            secure = request.url.scheme == "https"
            response.set_cookie(COOKIE, session.id, httponly=True, samesite="strict", secure=secure, path="/")
        return response

    async def sweep(self) -> None:
        """Every few minutes: what is older than it may be."""
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            await asyncio.to_thread(self.shelf.sweep)
            self.sessions.sweep()
            self.trail.sweep()
            if self.keep and self.store:
                for folder in await asyncio.to_thread(self.store.outdated, self.keep):
                    await self.slow.do(self.store.delete, folder)
                    self.trail.add("", "", "到期删除", folder, "", "成功")


SWEEP_SECONDS = 300
PAGES = Environment(
    loader=FileSystemLoader(HOME / "html"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
PAGES.filters["when"] = lambda seconds: (
    time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds)) if seconds else ""
)
PAGES.filters["expiry"] = lambda seconds: (
    time.strftime("%Y-%m-%d", time.localtime(seconds)) if seconds else "不限"
)


def refusal(status: int, said: str) -> bytes:
    """A page for whoever has no session yet."""
    return PAGES.get_template("error.html").render(
        status=status, said=said, session=None, csrf="", store=False, accounts=False, bureau=False, office=False,
        admin=False, minutes=0, most=0, version=selfeval_xl.__version__,
    ).encode()  # fmt: skip


def handled(site: Site, work: Handler) -> Handler:
    """Every mistake as a page: one sentence, no trace, no path."""

    async def answer(request: Request) -> Response:
        try:
            return await work(request)
        except Elsewhere as other:
            return RedirectResponse(other.path, 303)
        except Unserved as trouble:
            if trouble.trace:
                site.trail.add("", "", "程序出错", trouble.trace, "", "")
            return HTMLResponse(refusal(trouble.status, f"{trouble}"), trouble.status)
        except UserError as trouble:
            return HTMLResponse(refusal(422, f"{trouble}"), 422)

    return answer


__all__ = ["BUG", "HOME", "PAGES", "Elsewhere", "Handler", "Site", "handled", "refusal"]
