"""Five thousand of the mutated files of `tests/fuzzing.py`, and every file that ever failed."""

from pathlib import Path

import pytest

from tests.fuzzing import LEVELS, ORDER, REGRESSIONS, fuzz, judged, level_of

CHUNK = 250
COUNT = 5_000
KEPT = sorted(path for path in REGRESSIONS.glob("*") if path.suffix in (".xlsx", ".xls"))


@pytest.mark.parametrize("first", range(0, COUNT, CHUNK))
def test_mutated_files(tmp_path: Path, first: int) -> None:
    """A failing seed says itself, and leaves its file in tests/regressions."""
    outcomes = [fuzz(seed, tmp_path) for seed in range(first, first + CHUNK)]
    assert [outcome for outcome in outcomes if outcome[2].startswith("FAILED")] == []


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_failed_once(tmp_path: Path, path: Path) -> None:
    level = path.stem.partition("-")[0]
    assert judged(level, path.read_bytes(), tmp_path)


def test_the_slice_holds_every_level_and_the_files_are_kept() -> None:
    assert {level_of(seed) for seed in range(len(ORDER))} == set(LEVELS)
    assert KEPT
