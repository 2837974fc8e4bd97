"""The rule book: arithmetic as data (`identities.toml`), judgement as small functions, a module a family."""

from importlib import import_module

FAMILIES = (
    "staff",
    "money",
    "bounds",
    "twice",
    "scores",
    "indicators",
    "attainment",
    "projects",
    "changes",
    "forms",
    "texts",
    "plausible",
    "listing",
    "totals",
    "slow",
    "units",
    "typed_over",
)


def load() -> None:
    """Enter the rules of every family into the register."""
    for family in FAMILIES:
        import_module(f"selfeval_xl.rules.{family}")
