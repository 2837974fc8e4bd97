"""What prefilling did, as data: every cell with its sources, what contradicts, what was left, for what files were taken."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from selfeval_xl.filing import unit_scale
from selfeval_xl.forms import Form
from selfeval_xl.money import plain
from selfeval_xl.witnesses.facts import Fact, Untold
from selfeval_xl.witnesses.joining import Joined
from selfeval_xl.writing.prefill.origin_sheet import label_of
from selfeval_xl.writing.prefill.placing import Typed


def prefill_data(
    form: Form, scale: int, joined: Joined, typed: Iterable[Typed], left: Iterable[Untold]
) -> dict[str, Any]:
    """`value`: a string in the cell's own unit; `sources`: file, sheet, cell and what is printed there."""
    cells = list(typed)
    return {
        "unit": joined.unit,
        "code": joined.code,
        "year": form.year,
        "form": form.base,
        "filled": [_cell(form, one) for one in cells if not one.draft],
        "drafts": [_cell(form, one) for one in cells if one.draft],
        "contradictions": [
            {
                **_concept(one.facts[0]),
                "label": label_of(form, one.facts[0].concept),
                "why": one.why,
                "values": [
                    {"value": _value(form, scale, fact), "recommended": at == 0, "sources": sources((fact,))}
                    for at, fact in enumerate(one.facts)
                ],
            }
            for one in joined.contradictions
        ],
        "suggestions": [
            {**_concept(fact), "value": _value(form, scale, fact), "sources": sources((fact,))}
            for fact in joined.suggestions
        ],
        "unfilled": [
            {"concept": one.concept, "table": one.table, "reason": one.why} for one in (*left, *joined.untold)
        ],
        "files": [
            {
                "file": file.name,
                "kind": file.kind,
                "year": file.year,
                "unit": file.unit,
                "scope": file.scope,
                "facts": file.used,
                "refused": file.refused,
                "notes": list(file.notes),
            }
            for file in joined.files
        ],
    }


def _cell(form: Form, one: Typed) -> dict[str, Any]:
    return {
        "block": one.key.block,
        "row": one.key.row,
        "number": one.key.number,
        "column": one.key.column,
        "copy": one.key.copy,
        "sheet": one.place.sheet,
        "cell": one.place.a1,
        "label": label_of(form, f"{one.key.block}.{one.key.row}.{one.key.column}"),
        "value": f"{one.value}",
        "confirm": one.confirm,
        "note": one.note,
        "sources": sources(one.facts),
    }


def _concept(fact: Fact) -> dict[str, Any]:
    block, row, column = fact.concept.split(".")
    return {"block": block, "row": row, "column": column, "item": fact.item, "project": fact.sheet_of}


def _value(form: Form, scale: int, fact: Fact) -> str:
    if fact.number is None:
        return fact.text
    block, row, column = fact.concept.split(".")
    own = form.block(block)
    money = own.fields[row, column].kind == "money"
    return plain(Fraction(fact.number) / (unit_scale(own, scale) if money else 1), 6)


def sources(facts: Iterable[Fact]) -> list[dict[str, Any]]:
    return [
        {
            "file": spot.file,
            "sheet": spot.place.sheet,
            "cell": spot.place.a1,
            "printed": spot.printed,
            "sign": spot.sign,
            "table": fact.table,
            "half_step": plain(fact.half_step / 100, 3),
        }
        for fact in facts
        for spot in fact.spots
    ]
