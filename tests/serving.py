"""A running `selfeval serve` and a real Chromium in front of it, for the tests and the benchmark."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.build import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
HOW_TO_GET = "no Chromium on this machine: apt-get install chromium (and pip install playwright)"
OPTIONS = ("--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking")


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


class Server:
    """`selfeval serve` as a process of its own, its temporary files in `folder`."""

    def __init__(self, folder: Path, *options: object, **wishes: Any) -> None:
        self.port, self.folder = free_port(), folder
        self.url = f"http://127.0.0.1:{self.port}"
        folder.mkdir(parents=True, exist_ok=True)
        environment = {
            **os.environ,
            "TMPDIR": str(folder),
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
        }
        command = [sys.executable, "-m", "selfeval_xl", "serve", "--no-browser", "--port", str(self.port)]
        if wishes:  # limits that no option sets
            command = [sys.executable, "-c", _WITH.format(wishes=wishes, port=self.port)]
        self.process = subprocess.Popen(
            [*command, *map(str, options)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self._wait()

    def _wait(self) -> None:
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/static/page.css", timeout=5).read()
                return
            except OSError:
                if self.process.poll() is not None:
                    raise AssertionError(self.said()) from None
                time.sleep(0.1)
        raise AssertionError("it does not answer")

    def said(self) -> str:
        assert self.process.stdout
        return self.process.stdout.read().decode()

    def stop(self) -> None:
        """As Ctrl-C does."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)

    def left(self) -> list[str]:
        """What lies in its folder of temporary files."""
        return sorted(path.name for path in self.folder.iterdir())


_WITH = """
from selfeval_xl.serving.running import Wishes, serve
if __name__ == "__main__":
    serve(Wishes(port={port}, **{wishes}), print, False)
"""


class Client:
    """A person without a browser: cookies, forms, files."""

    def __init__(self, url: str) -> None:
        from urllib.request import HTTPCookieProcessor, build_opener

        self.url = url
        self._opener = build_opener(HTTPCookieProcessor())

    def get(self, path: str, **headers: str) -> tuple[int, str, bytes]:
        """Status, address after redirects, content."""
        return self._ask(urllib.request.Request(self.url + path, headers=headers))

    def form(self, path: str) -> str:
        """The token of a page's form."""
        found = re.search(rb'name="csrf" value="([^"]+)"', self.get(path)[2])
        return found[1].decode() if found else ""

    def post(self, path: str, fields: dict[str, str], **headers: str) -> tuple[int, str, bytes]:
        from urllib.parse import urlencode

        body = urlencode(fields).encode()
        return self._ask(urllib.request.Request(self.url + path, body, headers))

    def upload(
        self, files: Sequence[tuple[str, bytes]], fields: dict[str, str] | None = None, **headers: str
    ) -> tuple[int, str, bytes]:
        fields = {"csrf": self.form("/"), **(fields or {})}
        body = b"".join(
            b'--X\r\ncontent-disposition: form-data; name="%s"\r\n\r\n%s\r\n'
            % (name.encode(), value.encode())
            for name, value in fields.items()
        ) + b"".join(
            b'--X\r\ncontent-disposition: form-data; name="files"; filename="%s"\r\n\r\n%s\r\n'
            % (name.encode(), content)
            for name, content in files
        )
        kind = {"content-type": "multipart/form-data; boundary=X", **headers}
        return self._ask(urllib.request.Request(f"{self.url}/upload", body + b"--X--\r\n", kind))

    def _ask(self, request: urllib.request.Request) -> tuple[int, str, bytes]:
        from urllib.error import HTTPError

        try:
            with self._opener.open(request, timeout=120) as answer:
                return answer.status, answer.url, answer.read()
        except HTTPError as refused:
            return refused.code, refused.url or "", refused.read()
