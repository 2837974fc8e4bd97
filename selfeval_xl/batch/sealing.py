"""The key by which this account knows again what it has written: without it anybody who can write into the output
folder could say that a workbook was checked, and what came of it."""

import os
import secrets
import sys
from contextlib import suppress
from hashlib import sha256
from hmac import compare_digest, new
from pathlib import Path

NAME = "批次密钥"
LENGTH = 32
"""Bytes."""


def key() -> bytes:
    """This account's key, made when it is first wanted. Where nothing can be kept it is another each time: then nothing
    is believed, and every workbook is done again."""
    path = _folder() / NAME
    with suppress(OSError):
        kept = _kept(path)
        return kept if kept is not None else _made(path)
    return secrets.token_bytes(LENGTH)


def seal(key: bytes, content: str) -> str:
    """Of a text that may hold half signs."""
    return new(key, content.encode("utf-8", "surrogatepass"), sha256).hexdigest()


def sealed(key: bytes, content: str, said: object) -> bool:
    return isinstance(said, str) and compare_digest(
        seal(key, content).encode(), said.encode("utf-8", "replace")
    )


def _folder() -> Path:
    """Where programs keep what is this account's own, and no output: not shared, not on the network."""
    if sys.platform == "win32":
        own = os.environ.get("LOCALAPPDATA")
    elif sys.platform == "darwin":
        own = os.path.expanduser("~/Library/Application Support")
    else:
        own = os.environ.get("XDG_STATE_HOME") or os.path.expanduser("~/.local/state")
    return Path(own or os.path.expanduser("~")) / "selfeval_xl"


def _kept(path: Path) -> bytes | None:
    """None: none was made, or what lies there is none."""
    if not path.is_file():
        return None
    content = path.read_bytes()
    return content if len(content) == LENGTH else None


def _made(path: Path) -> bytes:
    """Whole or not at all; of two runs that make one at the same time the last counts. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = secrets.token_bytes(LENGTH)
    fresh = path.with_name(f"{NAME}.{secrets.token_hex(4)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "wb") as file:
        file.write(made)
    os.replace(fresh, path)
    return made
