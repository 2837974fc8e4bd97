"""Who is at the other end of a browser: a random cookie, a token for forms, and the account that is logged in."""

import secrets
import time
from hmac import compare_digest

from msgspec import Struct, field

from selfeval_xl.serving import limits

COOKIE = "selfeval"


class Session(Struct):
    """`csrf`: what each form must bring; `account`, `role`, `unit`: "" until somebody logs in; `results`: the tokens of
    what was uploaded here, which are nobody else's."""

    id: str
    csrf: str
    seen: float
    account: str = ""
    role: str = ""
    unit: str = ""
    must_change: bool = False
    results: list[str] = field(default_factory=list)

    def owns(self, token: str) -> bool:
        return any(compare_digest(token.encode(), own.encode()) for own in self.results)

    def brings(self, token: object) -> bool:
        """Whether a form's token is this session's."""
        return isinstance(token, str) and compare_digest(token.encode("utf-8", "replace"), self.csrf.encode())


class Sessions:
    """All of them, in memory: a restart logs everybody out. `minutes`: so long one lives without a request."""

    def __init__(self, minutes: int) -> None:
        self.seconds = minutes * 60
        self._all: dict[str, Session] = {}

    def find(self, cookie: str | None) -> Session | None:
        session = self._all.get(cookie or "")
        if session is None:
            return None
        if time.monotonic() - session.seen > self.seconds:
            del self._all[session.id]
            return None
        session.seen = time.monotonic()
        return session

    def new(self) -> Session:
        """The eldest makes room where there are too many."""
        self.sweep()
        while len(self._all) >= limits.MOST_SESSIONS:
            del self._all[min(self._all, key=lambda name: self._all[name].seen)]
        session = Session(secrets.token_urlsafe(24), secrets.token_urlsafe(24), time.monotonic())
        self._all[session.id] = session
        return session

    def end(self, session: Session) -> None:
        self._all.pop(session.id, None)

    def end_of(self, account: str) -> None:
        """All sessions of an account, whose password was changed or which was closed."""
        for session in [one for one in self._all.values() if one.account == account]:
            self.end(session)

    def sweep(self) -> None:
        now = time.monotonic()
        for session in [one for one in self._all.values() if now - one.seen > self.seconds]:
            self.end(session)
