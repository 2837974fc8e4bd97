"""Workbooks that are gone from their folder: what was made of them goes, too; what this program did not write stays."""

from contextlib import suppress
from pathlib import Path

from selfeval_xl.batch.collecting import OWN, Collected, why_not
from selfeval_xl.batch.records import Record
from selfeval_xl.batch.remembering import Memory, forget, keep_sources, recall, sources
from selfeval_xl.batch.returning import slip_of


def take_away(folder: Path, memory: Memory, collected: Collected) -> list[str]:
    """Removes the results, slips and records of the workbooks that this folder held at the last run, and no longer.

    Their names. Results of other folders in the same `out` are not touched, nor those of what could not be looked
    into this time; what is in use stays for the next run. How often a unit got its book back is not forgotten.
    Raises CannotWrite.
    """
    out = memory.out
    known, here = sources(out), f"{folder}"
    now = {source.name for source in collected.sources}
    elsewhere = {name for other, names in known.items() if other != here for name in names}
    unseen = tuple(skipped.name for skipped in collected.skipped)
    left = [name for name in known.get(here, ()) if name not in now]
    gone = [name for name in left if name not in elsewhere and not name.startswith(unseen)]
    removed = [name for name in gone if _removed(memory, name)]
    keep_sources(out, known | {here: sorted({*now, *left} - {*removed})})
    return removed


def _removed(memory: Memory, name: str) -> bool:
    """Whether nothing of it is left."""
    record = recall(memory, name)
    try:
        for path in _written(memory.out, record) if record else ():
            path.unlink(missing_ok=True)
            with suppress(OSError):  # somebody else's file is in there
                path.parent.rmdir()
        forget(memory.out, name)
    except OSError:
        return False
    return True


def _written(out: Path, record: Record) -> list[Path]:
    """Its files and its slip: by their names this program's own, in a folder of the output folder."""
    found = [_ours(out, file) for file in (*record.files, slip_of(record)) if file]
    return [path for path in found if path is not None]


def _ours(out: Path, file: str) -> Path | None:
    folder, _, name = file.partition("/")
    plain = not any(sign in folder + name for sign in "/\\:") and folder.strip(". ") != ""
    path = out / folder / name
    return path if plain and why_not(name) == OWN and not path.parent.is_symlink() else None
