"""What kind of unit a seed stands for: every trait that the form makes a difference for comes up in 50 seeds."""

from dataclasses import dataclass

ALL = ("general", "fund", "capital", "special", "other")


@dataclass(frozen=True)
class Shape:
    """The traits of one invented unit. `step`: the grid of its amounts in 分; `course`: what all its projects do."""

    seed: int
    yuan: bool
    step: int
    staff: int
    projects: int
    sources: tuple[str, ...]
    course: str
    carries: bool
    carryover_included: bool
    other_funds: bool
    special_account: bool
    insurance: bool
    spends_all: bool
    raised: bool
    buys: bool
    cars: bool
    three_over: bool
    overspends: bool
    merged: bool
    secret_project: bool
    namesakes: bool
    unlisted: bool
    blank_nil: bool
    typed_totals: bool
    totals_alone: bool
    typed_annexes: bool
    subunits: bool
    over_posts: bool
    fewer_staff: int
    all_full: bool
    many_indicators: bool


def shape(seed: int) -> Shape:
    """The traits turn at lengths that are prime to each other: their combinations do not repeat soon."""
    sources = (
        ["general"] + ["fund"] * (seed % 2) + ["capital"] * (seed % 5 == 0) + ["other"] * (seed % 3 == 1)
    )
    return Shape(
        seed=seed,
        yuan=seed % 4 == 0,
        step=1 if seed % 4 == 0 else (10_000, 100, 1)[seed % 3],
        staff=12 + seed * 7 % 90,
        projects=1 + seed * 3 % 8,
        sources=tuple(sources),
        course="slow" if seed % 17 == 6 else "",
        carries=seed % 3 != 0,
        carryover_included=seed % 7 in (2, 5),
        other_funds=seed % 3 == 1,
        special_account=seed % 8 == 3,
        insurance=seed % 6 == 4,
        spends_all=seed % 11 == 5,
        raised=seed % 5 == 3,
        buys=seed % 4 == 1,
        cars=seed % 3 != 2,
        three_over=seed % 9 == 7,
        overspends=seed % 3 == 1 and seed % 2 == 0,
        merged=seed % 5 in (1, 2),
        secret_project=seed % 10 == 2,
        namesakes=seed % 13 == 4,
        unlisted=seed % 16 == 9,
        blank_nil=seed % 3 == 0,
        typed_totals=seed % 4 == 2,
        totals_alone=seed % 12 == 7,
        typed_annexes=seed % 7 == 3,
        subunits=seed % 6 == 1,
        over_posts=seed % 5 == 2,
        fewer_staff=seed % 4,
        all_full=seed % 14 == 8,
        many_indicators=seed % 9 == 2,
    )
