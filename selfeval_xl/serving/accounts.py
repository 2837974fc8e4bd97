"""The accounts of a bureau's page: one a unit, and the bureau's own; hashes alone are kept.

A first password is told once, in a file for the administrator, and must be changed when it is first used.
"""

import csv
import hashlib
import json
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from hmac import compare_digest
from pathlib import Path

from msgspec import Struct, convert, to_builtins
from msgspec.structs import replace

from selfeval_xl.batch.remembering import put
from selfeval_xl.errors import UserError
from selfeval_xl.serving import limits

UNIT, READER, OFFICE, ADMIN = "单位", "业务股室", "绩效股", "管理员"
BUREAU = {"guanliyuan": ADMIN, "jixiao": OFFICE, "yewu": READER}
"""The bureau's own accounts, one a role, which are there from the start."""
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without signs that look alike on paper."""
COST = {"n": 2**14, "r": 8, "p": 1, "maxmem": 64 * 2**20}
DAY = 86_400
WRONG = "账号或密码不对；请重新输入。忘记密码的，请与财政部门管理员联系。"
LOCKED = (
    f"密码连续输错 {limits.TRIES} 次，账号已锁定 {limits.LOCKED_MINUTES} 分钟；请稍后再试，或请管理员重置。"
)
EXPIRED = "账号已停用或已过期；请与财政部门管理员联系。"
WEAK = f"新密码至少 {limits.SHORTEST_PASSWORD} 位，须同时有字母和数字，不能与账号或原密码相同；请重新输入。"


class Refused(UserError):
    """Why nobody is logged in, or the password is not changed."""


class Account(Struct, frozen=True):
    """`unit`: as the list of units names it; `expires`: seconds since 1970, 0 for never; `locked`: until when."""

    name: str
    role: str
    salt: str
    hash: str
    unit: str = ""
    must_change: bool = True
    failures: int = 0
    locked: float = 0
    expires: float = 0
    closed: bool = False


class Accounts:
    """All accounts, on the disk at `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._all: dict[str, Account] = {}
        if path.exists():
            try:
                self._all = convert(json.loads(path.read_bytes()), dict[str, Account])
            except (OSError, ValueError):
                raise UserError(f"账户文件“{path}”读不出来；请从备份恢复，或移走它重新发放账号。") from None

    @property
    def listed(self) -> list[Account]:
        return [self._all[name] for name in sorted(self._all)]

    def issue(self, units: Iterable[str], tokens: Path) -> int:
        """An account for everybody who has none yet; their first passwords into `tokens`, a CSV. How many.

        Raises UserError."""
        wanted = [(unit, UNIT, unit) for unit in units] + [(name, role, "") for name, role in BUREAU.items()]
        fresh = [(name, role, unit, _first()) for name, role, unit in wanted if name not in self._all]
        if not fresh:
            return 0
        _tell(tokens, [(name, role, password) for name, role, _, password in fresh])
        for name, role, unit, password in fresh:
            self._all[name] = _account(name, role, unit, password)
        self._save()
        return len(fresh)

    def enter(self, name: str, password: str) -> Account:
        """Raises Refused. An account that is not there takes as long as a wrong password."""
        account = self._all.get(name)
        hashed = _hash(password, account.salt if account else "00")
        if account is None:
            raise Refused(WRONG)
        if account.locked > time.time():
            raise Refused(LOCKED)
        if not compare_digest(hashed, account.hash):
            failures = account.failures + 1
            locked = time.time() + 60 * limits.LOCKED_MINUTES if failures >= limits.TRIES else 0.0
            self._keep(replace(account, failures=0 if locked else failures, locked=locked))
            raise Refused(LOCKED if locked else WRONG)
        if account.closed or 0 < account.expires < time.time():
            raise Refused(EXPIRED)
        if account.failures or account.locked:
            self._keep(replace(account, failures=0, locked=0))
        return self._all[name]

    def change(self, name: str, old: str, new: str) -> None:
        """Raises Refused."""
        account = self.enter(name, old)
        kinds = any(sign.isalpha() for sign in new) and any(sign.isdecimal() for sign in new)
        if len(new) < limits.SHORTEST_PASSWORD or not kinds or new in (name, old):
            raise Refused(WEAK)
        fresh = _account(name, account.role, account.unit, new)
        self._keep(replace(fresh, must_change=False, expires=account.expires))

    def reset(self, name: str) -> str:
        """A new first password; unlocks and opens the account. Raises Refused."""
        account = self._known(name)
        password = _first()
        self._keep(_account(name, account.role, account.unit, password))
        return password

    def close(self, name: str) -> None:
        """Raises Refused."""
        self._keep(replace(self._known(name), closed=True))

    def expire(self, name: str, days: int) -> None:
        """In so many days; 0: never. Raises Refused."""
        self._keep(replace(self._known(name), expires=time.time() + days * DAY if days else 0))

    def _known(self, name: str) -> Account:
        if name not in self._all:
            raise Refused(f"没有账号“{name}”。")
        return self._all[name]

    def _keep(self, account: Account) -> None:
        self._all[account.name] = account
        self._save()

    def _save(self) -> None:
        put(self.path, json.dumps(to_builtins(self._all), ensure_ascii=False, indent=1, sort_keys=True))
        with suppress(OSError):
            os.chmod(self.path, 0o600)


def _account(name: str, role: str, unit: str, password: str) -> Account:
    salt = secrets.token_hex(16)
    return Account(name, role, salt, _hash(password, salt), unit)


def _hash(password: str, salt: str) -> str:
    return hashlib.scrypt(password.encode("utf-8", "replace"), salt=bytes.fromhex(salt), **COST).hex()


def _first() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def _tell(path: Path, rows: Sequence[tuple[str, str, str]]) -> None:
    """Readable by this account alone; what stands there already stays. Raises UserError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        head = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with open(handle, "w", encoding="utf-8-sig" if head else "utf-8", newline="") as file:
            table = csv.writer(file)
            if head:
                table.writerow(("账号", "角色", "初始密码"))
            table.writerows(rows)
    except OSError:
        raise UserError(f"无法写入初始密码文件“{path}”；请用 --tokens 另指定一个位置。") from None
