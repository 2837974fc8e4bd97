"""Before any page: whom is this request addressed to, where does it come from, how large is it; after it: the headers.

Written as bare ASGI: it counts what comes in, and its answers need no page to be parsed.
"""

import ipaddress
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct

from selfeval_xl.serving import limits

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Message, Receive, Send], Awaitable[None]]
Refusal = Callable[[int, str], bytes]

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
}
SAFE = ("GET", "HEAD")
FOREIGN_HOST = "请用管理员告知的地址打开本系统。"
FOREIGN_ORIGIN = "这个请求不是从本系统的网页发出的，没有处理；请从本系统的首页重新操作。"
TOO_LARGE = f"上传的文件合计超过 {limits.MOST_UPLOAD // 2**20} MB，没有接收；请删去图片和无关的工作表后另存为 .xlsx 再上传。"
NOT_SO = "不支持这种请求。"


class TooLarge(Exception):
    """More came than may."""


class Names(Struct, frozen=True):
    """What the server may be called: `given` names, and, beyond this machine (`wide`), any IP address; at this port."""

    given: tuple[str, ...]
    port: int
    wide: bool

    def known(self, host: str) -> bool:
        """A name that is not ours may be somebody else's that he let point to us."""
        parts = urlsplit(f"//{host}")
        try:
            name, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if parts.username is not None or parts.path:
            return False
        if name in self.given:
            return True  # a proxy before us has a port of its own
        if port != self.port and not (port is None and self.port == 80):
            return False
        try:
            address = ipaddress.ip_address(name)
        except ValueError:
            return name == "localhost"
        return self.wide or address.is_loopback


class Guard:
    """Wraps the pages. `refusal`: the page of a status and a sentence."""

    def __init__(self, app: App, names: Names, refusal: Refusal) -> None:
        self.app, self.names, self.refusal = app, names, refusal

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        wrong = self._wrong(scope)
        if wrong:
            await _drain(receive)
            await self._refuse(send, *wrong)
            return
        begun = False

        async def answered(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                message["headers"] = _with(message["headers"])
            await send(message)

        counted = _Counted(receive)
        try:
            await self.app(scope, counted, answered)
        except TooLarge:
            await _drain(receive)
            if not begun:
                await self._refuse(send, 413, TOO_LARGE)

    def _wrong(self, scope: Message) -> tuple[int, str] | None:
        headers = _decoded(scope["headers"])
        hosts = headers.get("host", [])
        if len(hosts) != 1 or not self.names.known(hosts[0]):
            return 400, FOREIGN_HOST
        if scope["method"] in SAFE:
            return None
        if scope["method"] != "POST":
            return 405, NOT_SO
        if not _is_own(headers, hosts[0]):
            return 403, FOREIGN_ORIGIN
        length = (headers.get("content-length") or ["0"])[0]
        if not length.isdecimal() or int(length) > limits.MOST_UPLOAD:
            return 413, TOO_LARGE
        return None

    async def _refuse(self, send: Send, status: int, said: str) -> None:
        body = self.refusal(status, said)
        kind = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", b"%d" % len(body))]
        await send({"type": "http.response.start", "status": status, "headers": _with(kind)})
        await send({"type": "http.response.body", "body": body})


class _Counted:
    """Raises TooLarge when more was received than may be, whatever the request says of its length."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._came = receive, 0

    async def __call__(self) -> Message:
        message = await self._receive()
        self._came += len(message.get("body", b""))
        if self._came > limits.MOST_UPLOAD:
            raise TooLarge
        return message


def _is_own(headers: dict[str, list[str]], host: str) -> bool:
    """A browser says where a form stood; one that says nothing is held to the token in the form."""
    if any(site not in ("same-origin", "none") for site in headers.get("sec-fetch-site", [])):
        return False
    return all(urlsplit(origin).netloc == host for origin in headers.get("origin", []))


async def _drain(receive: Receive) -> None:
    """What still comes is dropped: a browser that is cut off while it sends shows no page."""
    came = 0
    while came < limits.MOST_DRAINED:
        message = await receive()
        came += len(message.get("body", b""))
        if message["type"] != "http.request" or not message.get("more_body"):
            return


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in headers:
        found.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return found


def _with(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    own = {name.encode(): value.encode() for name, value in HEADERS.items()}
    return [(n, v) for n, v in headers if n.lower() not in own] + list(own.items())
