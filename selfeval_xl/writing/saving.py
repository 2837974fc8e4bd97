"""A Word document as bytes, whatever the clock says: zip knows no year before 1980 or after 2107, python-docx asks it."""

from typing import Any

from docx.opc.pkgwriter import PackageWriter

from selfeval_xl.writing.delivery import canonical


class _Members(dict[str, bytes]):
    """What python-docx would write into a zip."""

    def write(self, uri: Any, blob: bytes) -> None:
        self[uri.membername] = blob


def saved(document: Any) -> bytes:
    """The python-docx document as a package in one canonical form: see `canonical`."""
    package, members = document.part.package, _Members()
    writer: Any = PackageWriter
    for part in package.parts:
        part.before_marshal()
    writer._write_content_types_stream(members, package.parts)
    writer._write_pkg_rels(members, package.rels)
    writer._write_parts(members, package.parts)
    return canonical(members)
