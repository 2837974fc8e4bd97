"""The bureau's pages: who filed and how it stands, 汇总 and slips; accounts, log, backup, deletion."""

import asyncio
import csv
import io
import time
from collections.abc import Sequence
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import FileResponse, RedirectResponse, Response
from starlette.routing import Route

from selfeval_xl.serving.accounts import ADMIN, OFFICE, READER, Accounts, Refused
from selfeval_xl.serving.sessions import COOKIE
from selfeval_xl.serving.site import NOT_YOURS, Handler, Site, handled
from selfeval_xl.serving.store import Row, Store, summary_of
from selfeval_xl.serving.trail import plain
from selfeval_xl.serving.workers import Unserved

NO_SUMMARY = "还没有汇总；请先点“更新汇总”。"
SIGNS = ("可报送", "需说明", "未填完", "有错误", "不能用", "空白模板", "未报送")
CSV_HEAD = (
    "单位",
    "编码",
    "状态",
    "错误",
    "警告",
    "必填未填",
    "待财政认定",
    "自评总分",
    "等级",
    "报送时间",
    "报送次数",
    "请核实",
    "复核得分",
    "复核等级",
    "复核意见",
)


def routes(site: Site) -> list[Route]:
    def route(path: str, work: Handler, *methods: str) -> Route:
        return Route(path, handled(site, work), methods=list(methods or ("GET",)))

    async def overview(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        rows = await site.workers.do(_store(site).rows)
        wanted, words = request.query_params.get("sign", ""), request.query_params.get("q", "").strip()
        shown = _filtered(rows, wanted, words)
        counts = [(sign, sum(_sign(row) == sign for row in rows)) for sign in SIGNS]
        return site.page(
            request, "bureau.html", session, rows=shown, counts=counts, total=len(rows), sign_of=_sign,
            wanted=wanted, words=words, sources=bool(_store(site).sources), signs=SIGNS,
            summary=summary_of(_store(site).root).is_file(),
        )  # fmt: skip

    async def unit(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        row = await site.workers.do(_store(site).unit, request.path_params["folder"])
        if row is None:
            raise Unserved(NOT_YOURS, 404)
        return site.page(request, "unit.html", session, row=row)

    async def table(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        rows = await site.workers.do(_store(site).rows)
        site.note(request, session, "导出", "报送情况")
        return _csv("报送情况.csv", [CSV_HEAD, *map(_cells, rows)])

    async def summary(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        path = summary_of(_store(site).root)
        if not path.is_file():
            raise Unserved(NO_SUMMARY, 404)
        site.note(request, session, "下载", "汇总")
        return FileResponse(path, filename=path.name)

    async def slips(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        path = await site.slow.do(_store(site).slips, site.shelf.new())
        site.note(request, session, "下载", "退回意见")
        return FileResponse(path, filename=path.name)

    async def prefilled(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        path = await site.slow.do(_store(site).all_prefilled, site.shelf.new())
        site.note(request, session, "下载", "已取数的填报表")
        return FileResponse(path, filename=path.name)

    async def matrix(request: Request) -> Response:
        session = site.session(request, READER, OFFICE, ADMIN)
        return site.page(request, "matrix.html", session, matrix=await site.workers.do(_store(site).matrix))

    async def review(request: Request) -> Response:
        session = site.session(request, OFFICE, ADMIN)
        form = await site.form(request, session)
        folder, *said = (f"{form.get(name, '')}" for name in ("folder", "score", "grade", "opinion"))
        await site.slow.do(_store(site).review, folder, *said)
        site.note(request, session, "填写复核", folder)
        return RedirectResponse(f"/bureau/unit/{quote(folder)}", 303)

    async def summarise(request: Request) -> Response:
        session = site.session(request, OFFICE, ADMIN)
        await site.form(request, session)
        await site.slow.do(_store(site).summarise)
        site.note(request, session, "更新汇总")
        return RedirectResponse("/bureau", 303)

    async def delete(request: Request) -> Response:
        session = site.session(request, ADMIN)
        form = await site.form(request, session)
        folder = f"{form.get('folder', '')}"
        if form.get("sure") != "yes":
            raise Unserved("没有勾选“确认删除”，没有删除。", 422)
        await site.slow.do(_store(site).delete, folder)
        site.note(request, session, "删除单位材料", folder)
        return RedirectResponse("/bureau", 303)

    async def backup(request: Request) -> Response:
        session = site.session(request, ADMIN)
        path = await site.slow.do(_store(site).backup, site.shelf.new())
        site.note(request, session, "备份")
        return FileResponse(path, filename=f"自评备份-{time.strftime('%Y%m%d-%H%M')}.zip")

    return [
        route("/bureau", overview),
        route("/bureau/unit/{folder}", unit),
        route("/bureau/table.csv", table),
        route("/bureau/summary.xlsx", summary),
        route("/bureau/slips.zip", slips),
        route("/bureau/rules", matrix),
        route("/bureau/review", review, "POST"),
        route("/bureau/prefilled.zip", prefilled),
        route("/bureau/summarise", summarise, "POST"),
        route("/bureau/delete", delete, "POST"),
        route("/bureau/backup.zip", backup),
    ]


def account_routes(site: Site) -> list[Route]:
    def route(path: str, work: Handler, *methods: str) -> Route:
        return Route(path, handled(site, work), methods=list(methods or ("GET",)))

    async def login(request: Request) -> Response:
        accounts = _accounts(site)
        session = site.sessions.find(request.cookies.get(COOKIE))
        if request.method == "GET":
            if session is None or session.account:
                session = site.sessions.new()
            return site.page(request, "login.html", session, said="")
        form = await site.form(request, session)
        name = f"{form.get('name', '')}".strip()
        address = request.client.host if request.client else ""
        try:
            account = await asyncio.to_thread(accounts.enter, name, f"{form.get('password', '')}")
        except Refused as trouble:
            site.trail.add(name, "", "登录", "", address, "失败")
            return site.page(request, "login.html", session, 403, said=f"{trouble}")
        if session:
            site.sessions.end(session)
        fresh = site.sessions.new()
        fresh.account, fresh.role, fresh.unit = account.name, account.role, account.unit
        fresh.must_change = account.must_change
        site.note(request, fresh, "登录")
        response = RedirectResponse("/password" if account.must_change else "/", 303)
        secure = request.url.scheme == "https"
        response.set_cookie(COOKIE, fresh.id, httponly=True, samesite="strict", secure=secure, path="/")
        return response

    async def logout(request: Request) -> Response:
        session = site.session(request)
        await site.form(request, session)
        site.note(request, session, "退出")
        site.sessions.end(session)
        return RedirectResponse("/login", 303)

    async def password(request: Request) -> Response:
        session = site.session(request)
        if request.method == "GET":
            return site.page(request, "password.html", session, said="")
        form = await site.form(request, session)
        old, new, again = (f"{form.get(name, '')}" for name in ("old", "new", "again"))
        try:
            if new != again:
                raise Refused("两次输入的新密码不一样；请重新输入。")
            await asyncio.to_thread(_accounts(site).change, session.account, old, new)
        except Refused as trouble:
            site.note(request, session, "修改密码", result="失败")
            return site.page(request, "password.html", session, 422, said=f"{trouble}")
        site.note(request, session, "修改密码")
        site.sessions.end_of(session.account)
        return RedirectResponse("/login", 303)

    async def listed(request: Request) -> Response:
        session = site.session(request, ADMIN)
        return site.page(
            request, "accounts.html", session, all=_accounts(site).listed, said="", now=time.time()
        )

    async def manage(request: Request) -> Response:
        session = site.session(request, ADMIN)
        form = await site.form(request, session)
        accounts, name, what = _accounts(site), f"{form.get('name', '')}", form.get("do")
        said = ""
        if what == "reset":
            said = f"{name} 的新初始密码：{await asyncio.to_thread(accounts.reset, name)}（只显示这一次，首次登录须修改）"
        elif what == "close":
            accounts.close(name)
            said = f"{name} 已停用。"
        elif what == "expire" and f"{form.get('days', '')}".isdecimal():
            accounts.expire(name, min(int(f"{form['days']}"), 3650))
            said = f"{name} 的有效期已修改。"
        else:
            raise Unserved(NOT_YOURS, 404)
        if name != session.account:
            site.sessions.end_of(name)
        site.note(request, session, {"reset": "重置密码", "close": "停用账号"}.get(what, "修改有效期"), name)
        return site.page(request, "accounts.html", session, all=accounts.listed, said=said, now=time.time())

    async def log(request: Request) -> Response:
        session = site.session(request, ADMIN)
        site.note(request, session, "导出日志")
        return _attached("操作日志.csv", site.trail.export())

    return [
        route("/login", login, "GET", "POST"),
        route("/logout", logout, "POST"),
        route("/password", password, "GET", "POST"),
        route("/accounts", listed),
        route("/accounts/manage", manage, "POST"),
        route("/accounts/log.csv", log),
    ]


def _store(site: Site) -> Store:
    if site.store is None:
        raise Unserved(NOT_YOURS, 404)
    return site.store


def _accounts(site: Site) -> Accounts:
    if site.accounts is None:
        raise Unserved(NOT_YOURS, 404)
    return site.accounts


def _sign(row: Row) -> str:
    return row.verdict or "未报送"


def _filtered(rows: Sequence[Row], wanted: str, words: str) -> list[Row]:
    return [row for row in rows if wanted in ("", _sign(row)) and (words in row.unit or words in row.code)]


def _cells(row: Row) -> tuple[str, ...]:
    came = time.strftime("%Y-%m-%d %H:%M", time.localtime(row.came)) if row.came else ""
    numbers = (row.errors, row.warnings, row.missing, row.pending)
    counts = tuple(f"{number}" if row.verdict else "" for number in numbers)
    times = f"{row.times}" if row.times else ""
    return (
        row.unit,
        row.code,
        _sign(row),
        *counts,
        row.score,
        row.grade,
        came,
        times,
        row.doubt,
        *row.review,
    )


def _csv(name: str, rows: Sequence[Sequence[str]]) -> Response:
    text = io.StringIO()
    csv.writer(text).writerows([[plain(cell) for cell in row] for row in rows])
    return _attached(name, text.getvalue().encode("utf-8-sig"))


def _attached(name: str, content: bytes) -> Response:
    headers = {"content-disposition": f"attachment; filename*=utf-8''{quote(name)}"}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)
