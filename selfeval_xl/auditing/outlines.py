"""The sections that a form's report has, as its Word template heads them."""

from functools import cache

from selfeval_xl.forms import Form, of_form
from selfeval_xl.reading.narratives.word import read_word
from selfeval_xl.reading.packages import read_parts
from selfeval_xl.statements.sentences import heading_words


def outline(form: Form) -> tuple[str, ...]:
    """The headings of the first level, in order; () where the form has no Word template."""
    return _outline(form.wording)


@cache
def _outline(name: str) -> tuple[str, ...]:
    template = of_form(name, "report.docx")
    if not template.is_file():
        return ()
    narrative = read_word(name, read_parts(template.read_bytes()))
    heads = (heading_words(p.text) for p in narrative.paragraphs if p.heading == 1 and p.part == "body")
    return tuple(words for words in heads if words and "{" not in words)
