"""Do a template's blocks open and close where docxtpl can follow: in one text, or in paragraphs of their own?"""

from collections.abc import Sequence

from msgspec import Struct, field
from msgspec.structs import replace

from selfeval_xl.writing.report.paragraphs import Paragraph, all_text, holds_more
from selfeval_xl.writing.report.tags import (
    BRANCHES,
    CLOSING,
    CONTAINERS,
    Tag,
    Trouble,
    condition,
    loop,
    output,
    tags,
)

DEEPEST, LOOPS = 12, 2
"""Blocks within blocks, loops among them: each pass of one loop runs the other anew."""
MOST_TAGS = 5_000
ALONE = "请让它单独占一个{}，或去掉 {{% 后面的“{}”"


def named(paragraphs: Sequence[Paragraph]) -> set[str]:
    """The fields that the paragraphs of one part print. Raises Trouble that names the paragraph or cell."""
    blocks = _Blocks()
    for paragraph in paragraphs:
        try:
            for tag in tags(paragraph.text):
                blocks.seen += 1
                if blocks.seen > MOST_TAGS:
                    raise Trouble(f"标记超过 {MOST_TAGS} 个", "请删去多余的标记")
                blocks.take(tag, paragraph)
            blocks.end(paragraph)
        except Trouble as trouble:
            raise Trouble(f"{paragraph.place}：{trouble.what}", trouble.remedy) from None
    if blocks.open:
        last = blocks.open[-1]
        raise Trouble(
            f"{last.paragraph.place}：“{last.tag.source}”没有结束", f"请在后面补上 {_closing(last.tag)}"
        )
    return blocks.printed


class _Open(Struct, frozen=True):
    tag: Tag
    paragraph: Paragraph
    variable: str = ""
    goes_through: str = ""
    has_else: bool = False


class _Blocks(Struct):
    """The blocks that are open at this point, innermost last."""

    open: list[_Open] = field(default_factory=list)
    printed: set[str] = field(default_factory=set)
    seen: int = 0

    def take(self, tag: Tag, paragraph: Paragraph) -> None:
        if tag.container:
            _require_alone(tag, paragraph)
        scope = {block.variable: block.goes_through for block in self.open if block.variable}
        if not tag.keyword:
            self.printed.add(output(tag, scope))
        elif tag.keyword in ("for", "if") and len(self.open) >= DEEPEST:
            raise Trouble(f"“{tag.source}”套在 {DEEPEST} 层 if、for 里", "请减少层数，把条件并列写")
        elif tag.keyword == "for" and sum(bool(block.variable) for block in self.open) >= LOOPS:
            raise Trouble(f"“{tag.source}”套在 {LOOPS} 层循环里", "循环里不能再套这么多循环，请分开写")
        elif tag.keyword == "for":
            self.open.append(_Open(tag, paragraph, *loop(tag, scope)))
        elif tag.keyword == "if":
            list(condition(tag, scope))
            self.open.append(_Open(tag, paragraph))
        else:
            self._continue(tag, paragraph, scope)

    def _continue(self, tag: Tag, paragraph: Paragraph, scope: dict[str, str]) -> None:
        """elif, else, endif, endfor: they belong to the innermost block."""
        wanted = CLOSING.get(tag.keyword, "if")
        if not self.open or self.open[-1].tag.keyword != wanted:
            what = f"“{tag.source}”前面没有对应的 {wanted}"
            raise Trouble(what, f"请补上前面的 {{%{tag.container} {wanted} … %}}，或删去这个标记")
        begun = self.open[-1]
        if begun.tag.container != tag.container or not _beside(begun.paragraph, paragraph, tag.container):
            what = f"“{tag.source}”与{begun.paragraph.place}的“{begun.tag.source}”不配对"
            raise Trouble(
                what, f"同一组的标记写法要一致、要在同一处，请改为 {_closing(begun.tag)} 这样的写法"
            )
        if tag.keyword == "elif":
            list(condition(tag, scope))
        elif tag.expression:
            raise Trouble(f"标记“{tag.source}”写法有误", f"{tag.keyword} 后面不写内容")
        if tag.keyword not in BRANCHES:
            self.open.pop()
        elif begun.has_else:
            raise Trouble(
                f"“{tag.source}”在 else 之后", "else 只能是最后一个分支，请调整先后或删去多余的分支"
            )
        else:
            self.open[-1] = replace(begun, has_else=tag.keyword == "else")

    def end(self, paragraph: Paragraph) -> None:
        """A block inside a text ends in that text."""
        for block in self.open:
            if not block.tag.container and block.paragraph is paragraph:
                what = f"“{block.tag.source}”没有在本段结束"
                raise Trouble(
                    what, f"请在本段内补上 {_closing(block.tag)}；要管几段的，写成 {{%p … %}} 并单独成段"
                )


def _require_alone(tag: Tag, paragraph: Paragraph) -> None:
    """What stands beside such a tag would vanish with it."""
    element = paragraph.container(tag.container)
    kind = CONTAINERS[tag.container]
    if element is None:
        raise Trouble(f"“{tag.source}”不在表格里", "请写成 {%p … %}")
    if all_text(element).strip() != tag.source:
        raise Trouble(f"“{tag.source}”所在{kind}还有其他文字", ALONE.format(kind, tag.container))
    if more := holds_more(element):
        raise Trouble(f"“{tag.source}”所在{kind}里有{more}", f"请把它移到别的{kind}")


def _beside(first: Paragraph, second: Paragraph, container: str) -> bool:
    """Both in the same column of text, table or row; for tags inside a text, in the same paragraph."""
    if not container:
        return first is second
    one, other = first.container(container), second.container(container)
    return one is not None and other is not None and one.getparent() is other.getparent()


def _closing(tag: Tag) -> str:
    return f"{{%{tag.container} end{tag.keyword} %}}"
