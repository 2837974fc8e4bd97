"""审校意见.docx: the very report with Word comments on the very words; every other part stays as it was, byte for byte."""

import io
import zipfile
from collections.abc import Iterable, Sequence
from copy import deepcopy
from typing import Any

from lxml import etree
from msgspec import Struct

from selfeval_xl.word_markup import W, parsed, pieces

AUTHOR, INITIALS, DATE = "审校", "审", "2000-01-01T00:00:00Z"
"""The same input gives the same bytes: no clock, no name."""
_XML = "{http://www.w3.org/XML/1998/namespace}"
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_TYPES = "{http://schemas.openxmlformats.org/package/2006/content-types}"
_KIND = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_NAMES = {"w": W[1:-1]}


class Comment(Struct, frozen=True):
    """`paragraph`: its index among all paragraphs below the body; `start`, `end`: in what it shows; `whole`: on all of it
    (what stands in a text box or a footnote is told at the paragraph that holds it)."""

    paragraph: int
    start: int
    end: int
    lines: tuple[str, ...]
    whole: bool = False


def commented(content: bytes, comments: Sequence[Comment]) -> bytes:
    """The package with these comments after those that it has."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        members = {info.filename: package.read(info) for info in package.infolist() if not info.is_dir()}
    names = {name.replace("\\", "/").lstrip("/").lower(): name for name in members}
    document = names["word/document.xml"]
    tree = parsed(members[document])
    own = _own_part(members, names)
    listed = parsed(members[own]) if own in members else etree.Element(f"{W}comments", nsmap=_NAMES)
    first = 1 + max(
        (int(c.get(f"{W}id", "0")) for c in listed.iter(f"{W}comment") if c.get(f"{W}id", "").isdigit()),
        default=-1,
    )
    paragraphs = list(tree.find(f"{W}body").iter(f"{W}p"))
    for number, comment in enumerate(comments, start=first):
        _mark(paragraphs[comment.paragraph], comment, number)
        listed.append(_comment(comment, number))
    if own not in members:
        _register(members, names)
    members[own] = _written(listed)
    members[document] = _written(tree)
    return _packed(members)


def _own_part(members: dict[str, bytes], names: dict[str, str]) -> str:
    """Where the document keeps its comments, or will."""
    relations = names.get("word/_rels/document.xml.rels")
    for relation in parsed(members[relations]).iter(f"{_RELATIONS}Relationship") if relations else ():
        if relation.get("Type") == _KIND:
            target = relation.get("Target", "").lstrip("/")
            return names.get(
                f"word/{target}".lower() if not target.startswith("word/") else target.lower(),
                "word/comments.xml",
            )
    return "word/comments.xml"


def _register(members: dict[str, bytes], names: dict[str, str]) -> None:
    types = names["[content_types].xml"]
    tree = parsed(members[types])
    etree.SubElement(tree, f"{_TYPES}Override", PartName="/word/comments.xml", ContentType=_CONTENT)
    members[types] = _written(tree)
    relations = names.get("word/_rels/document.xml.rels", "word/_rels/document.xml.rels")
    root = parsed(members[relations]) if relations in members else etree.Element(f"{_RELATIONS}Relationships")
    taken = {relation.get("Id") for relation in root}
    free = next(f"rIdComments{n}" for n in range(1, len(taken) + 2) if f"rIdComments{n}" not in taken)
    etree.SubElement(root, f"{_RELATIONS}Relationship", Id=free, Type=_KIND, Target="comments.xml")
    members[relations] = _written(root)


def _mark(paragraph: Any, comment: Comment, number: int) -> None:
    """The two ends around the words, and the sign of the comment behind them."""
    opening = etree.Element(f"{W}commentRangeStart", {f"{W}id": str(number)})
    closing = etree.Element(f"{W}commentRangeEnd", {f"{W}id": str(number)})
    sign = etree.Element(f"{W}r")
    etree.SubElement(sign, f"{W}commentReference", {f"{W}id": str(number)})
    whole = comment.whole or not any(text for _, text in pieces(paragraph))
    if whole:
        _outside_of_boxes(paragraph, opening, closing, sign)
        return
    first = _run_at(paragraph, comment.start, opens=True)
    first.addprevious(opening)
    last = _run_at(paragraph, comment.end, opens=False)
    last.addnext(closing)
    closing.addnext(sign)


def _outside_of_boxes(paragraph: Any, opening: Any, closing: Any, sign: Any) -> None:
    """Around all of a paragraph; Word takes no comments within text boxes, so it is the paragraph that holds the box."""
    holder = paragraph
    for above in paragraph.iterancestors():
        if above.tag == f"{W}p":
            holder = above
    properties = holder.find(f"{W}pPr")
    holder.insert(0 if properties is None else 1, opening)
    holder.append(closing)
    holder.append(sign)


def _run_at(paragraph: Any, offset: int, *, opens: bool) -> Any:
    """The run that begins (ends) at a place of what the paragraph shows; it is cut in two where it must be."""
    at = 0
    found: Any = None
    for element, text in pieces(paragraph):
        end = at + len(text)
        if text and (at <= offset < end if opens else at < offset <= end):
            found = element, offset - at
            break
        at = end
    if found is None:  # beyond the last sign
        found = element, len(text)
    element, inside = found
    run = next(element.iterancestors(f"{W}r"))
    if opens:
        return run if inside == 0 and _is_first(run, element) else _cut(run, element, inside)
    if inside < len(element.text or " ") or not _is_last(run, element):
        _cut(run, element, inside)
    return run


def _is_first(run: Any, element: Any) -> bool:
    return next((child for child in run if child.tag != f"{W}rPr"), None) is element


def _is_last(run: Any, element: Any) -> bool:
    return run[-1] is element


def _cut(run: Any, element: Any, inside: int) -> Any:
    """Cuts a run before a sign of one of its texts; returns the second half."""
    second = etree.Element(f"{W}r", dict(run.attrib))
    properties = run.find(f"{W}rPr")
    if properties is not None:
        second.append(deepcopy(properties))
    after = list(element.itersiblings())
    if element.tag == f"{W}t":
        text = element.text or ""
        if inside < len(text):
            rest = etree.SubElement(second, f"{W}t", {f"{_XML}space": "preserve"})
            rest.text = text[inside:]
        element.text = text[:inside]
        element.set(f"{_XML}space", "preserve")
        if not inside:
            run.remove(element)
    elif inside == 0:
        after = [element, *after]
    for sibling in after:
        second.append(sibling)
    run.addnext(second)
    return second


def _comment(comment: Comment, number: int) -> Any:
    attributes = {f"{W}id": str(number), f"{W}author": AUTHOR, f"{W}initials": INITIALS, f"{W}date": DATE}
    element = etree.Element(f"{W}comment", attributes)
    for line in comment.lines:
        run = etree.SubElement(etree.SubElement(element, f"{W}p"), f"{W}r")
        text = etree.SubElement(run, f"{W}t", {f"{_XML}space": "preserve"})
        text.text = "".join(sign for sign in line if sign.isprintable())
    return element


def _written(tree: Any) -> bytes:
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


def _packed(members: dict[str, bytes]) -> bytes:
    """The members in their order, without times."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in _ordered(members.items()):
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            member.external_attr = 0o600 << 16
            package.writestr(member, data)
    return packed.getvalue()


def _ordered(members: Iterable[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Programs that sniff the kind of a file expect the content types first."""
    return sorted(members, key=lambda member: member[0].lower() != "[content_types].xml")
