"""The unit's pages: upload, what came of it, downloads, the empty template."""

import asyncio
import re
import time
from collections.abc import Iterable
from pathlib import Path

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from selfeval_xl.forms import load
from selfeval_xl.serving import jobs, limits
from selfeval_xl.serving.accounts import ADMIN, OFFICE, READER, UNIT
from selfeval_xl.serving.sessions import COOKIE, Session
from selfeval_xl.serving.site import EXPIRED, NOT_YOURS, Elsewhere, Handler, Site, handled
from selfeval_xl.serving.told import Told, read_told
from selfeval_xl.serving.workers import Unserved
from selfeval_xl.writing.delivery import safe_name

FORM = "hunan-2023"
"""Whose annexes and years the page offers."""
NO_FILE = "没有选择文件；请回到首页，选择填好的工作簿后再点“开始核对”。"
GONE = "这次上传的结果已经删除（超过保存时间，或本系统重新启动过）；请重新上传。"


def routes(site: Site) -> list[Route]:
    def route(path: str, work: Handler, *methods: str) -> Route:
        return Route(path, handled(site, work), methods=list(methods or ("GET",)))

    async def home(request: Request) -> Response:
        session = site.sessions.find(request.cookies.get(COOKIE))
        if site.accounts is None and session is None:
            session = site.sessions.new()
        session = session if site.accounts is None and session else site.session(request)
        if site.accounts is not None and session.role != UNIT:
            raise Elsewhere("/bureau")
        row, prefilled = None, False
        if site.store and session.unit:
            row = await site.workers.do(site.store.unit, session.unit)
            prefilled = bool(site.store.sources and await site.workers.do(site.store.official, session.unit))
        first, last = load(FORM).years
        return site.page(
            request,
            "home.html",
            session,
            years=range(first, last + 1),
            row=row,
            prefilled=prefilled,
            closed=time.localtime().tm_year - 1,
        )

    async def upload(request: Request) -> Response:
        session = _owner(site, request)
        form = await site.form(request, session)
        given = [one for one in form.getlist("files") if isinstance(one, UploadFile) and one.filename]
        if not given:
            raise Unserved(NO_FILE, 422)
        folder = site.shelf.new()
        names = await asyncio.to_thread(_taken, folder / jobs.GIVEN, given)
        told: Told = await site.workers.do(jobs.convert, _asked(site, session, form, folder, names))
        session.results = [*session.results[-19:], folder.name]
        for item in told.items:
            verdict = (
                "涉密，拒收" if item.secret else item.verdict or ("不能用" if item.trouble else "已审校")
            )
            site.note(request, session, "上传", session.unit or "—", verdict)
        return RedirectResponse(f"/result/{folder.name}", 303)

    async def result(request: Request) -> Response:
        session = site.session(request)
        folder = _result(site, session, request.path_params["token"])
        told = await asyncio.to_thread(read_told, folder)
        return site.page(
            request, "result.html", session, told=told, token=folder.name, numbers=_numbers(told)
        )

    async def download(request: Request) -> Response:
        session = site.session(request)
        folder = _result(site, session, request.path_params["token"])
        told = await asyncio.to_thread(read_told, folder)
        names = [name for item in told.items for name in item.files]
        at = request.path_params["number"]
        if at >= len(names):
            raise Unserved(NOT_YOURS, 404)
        return FileResponse(folder / jobs.MADE / names[at], filename=names[at])

    async def filed(request: Request) -> Response:
        """A file of a unit in the store: for the unit itself, and for the bureau."""
        session = site.session(request)
        name = request.path_params["folder"]
        own = session.role in (READER, OFFICE, ADMIN) or safe_name(session.unit or "—") == name
        if site.store is None or not own:
            raise Unserved(NOT_YOURS, 404)
        row = await site.workers.do(site.store.unit, name)
        at = request.path_params["number"]
        if row is None or at >= len(row.files):
            raise Unserved(NOT_YOURS, 404)
        path = site.store.out / row.files[at]
        site.note(request, session, "下载", name)
        return FileResponse(path, filename=path.name)

    async def template(request: Request) -> Response:
        site.session(request)
        year = request.query_params.get("year", "")
        first, last = load(FORM).years
        if not re.fullmatch(r"\d{4}", year, re.ASCII) or not first <= int(year) <= last:
            raise Unserved(NOT_YOURS, 404)
        path = await site.workers.do(jobs.make_template, site.shelf.new(), None, int(year), site.overlay)
        return FileResponse(path, filename=path.name)

    async def prefilled(request: Request) -> Response:
        session = site.session(request)
        if site.store is None:
            raise Unserved(NOT_YOURS, 404)
        path = await site.workers.do(site.store.prefilled, session.unit, site.shelf.new())
        site.note(request, session, "下载", "已取数的填报表")
        return FileResponse(path, filename=path.name)

    return [
        route("/", home),
        route("/upload", upload, "POST"),
        route("/result/{token}", result),
        route("/result/{token}/{number:int}", download),
        route("/store/{folder}/{number:int}", filed),
        route("/template", template),
        route("/prefilled", prefilled),
    ]


def _owner(site: Site, request: Request) -> Session:
    try:
        return site.session(request)
    except Elsewhere:
        raise Unserved(EXPIRED, 403) from None


def _asked(site: Site, session: Session, form: FormData, folder: Path, names: tuple[str, ...]) -> jobs.Upload:
    year = f"{form.get('year', '')}"
    annexes = form.get("form") == FORM
    return jobs.Upload(
        folder,
        names,
        form_id=FORM if annexes else None,
        year=int(year) if annexes and re.fullmatch(r"\d{4}", year, re.ASCII) else None,
        overlay=site.overlay,
        public="public" in form,
        statement="statement" in form,
        store=site.store.root if site.store and (site.accounts is None or session.role == UNIT) else None,
        unit=session.unit,
    )


def _result(site: Site, session: Session, token: str) -> Path:
    """Somebody else's is as if it were not there."""
    folder = site.shelf.find(token) if session.owns(token) else None
    if folder is None:
        raise Unserved(GONE, 404)
    return folder


def _numbers(told: Told) -> dict[str, int]:
    """Name of a file → the number by which it is downloaded."""
    return {name: at for at, name in enumerate(name for item in told.items for name in item.files)}


def _taken(folder: Path, given: Iterable[UploadFile]) -> tuple[str, ...]:
    """The files under safe names; each name once."""
    folder.mkdir(mode=0o700)
    names: list[str] = []
    for one in list(given)[: limits.MOST_FILES]:
        stem, suffix = _parts(one.filename or "")
        name = f"{stem}{suffix}"
        while name.casefold() in (other.casefold() for other in names):
            name = f"{stem}({len(names) + 1}){suffix}"
        with (folder / name).open("xb") as file:
            while block := one.file.read(2**20):
                file.write(block)
        names.append(name)
    return tuple(names)


def _parts(name: str) -> tuple[str, str]:
    """A name that came from outside, as stem and suffix that are safe on every system."""
    bare = re.split(r"[/\\]", name)[-1]
    stem, dot, suffix = bare.rpartition(".")
    plain = re.fullmatch(r"[0-9A-Za-z]{1,8}", suffix)
    return (safe_name(stem if dot and plain else bare), f".{suffix}" if dot and plain else "")
