"""What is kept of one workbook: small plain values that travel between processes and lie on the disk as JSON."""

import json
from hashlib import sha256

from msgspec import Struct, convert, field, to_builtins

Amount = int | None
"""分; None: unknown."""


class Seen(Struct, frozen=True):
    """A finding as plain values. `left`, `right`, `difference`: 万元, 人, 分 or fractions, as `kind` says.

    `explainable`: a warning that a reason can settle.
    `absent`: the sheet of the template that is asked for and not in the file, as with the bureau's own annexes.
    `mark` names what it is about by the form's own keys: the same in the next file of the unit, wherever rows moved.
    """

    rule: str
    level: str
    status: str
    cells: str
    message: str
    remedy: str
    left: float | None
    right: float | None
    difference: float | None
    kind: str
    reason: str
    required: bool
    mark: str
    absent: str = ""
    explainable: bool = False


class Subunit(Struct, frozen=True):
    """A row of 所属预算单位: whether its figures are in the filing, and 内部往来 in 分."""

    name: str
    included: bool
    internal: Amount


class Project(Struct, frozen=True):
    """A project with its own annex 3. `full`, `executed`: 分; `score`: 分 of its 总分, with the grade's name."""

    name: str
    full: Amount
    executed: Amount
    score: float | None = None
    grade: str = ""


class Record(Struct, frozen=True):
    """One workbook. `trouble`: why it could not be used (then there is nothing else); `empty`: nobody filled it in.

    `work`: a hash of the content and of all that the work depended on. `signs`: rule → what came of it, the worst.
    `checks`: status → how many results on typed cells. `amounts`: 分, in the order of `consolidated`.
    `pending`: 错误 that are explained and wait for the bureau (待财政认定), not counted under `explained`. `overlay`:
    the bureau's overlay that the file itself carries and was checked by; "" where the run was given one.
    `score`, `grade`: 自评总分 (分) and its name, as the report states them; None and "" where they cannot be told.
    `explains`: it has the sheet 核实说明, which the bureau's own annexes lack. `files`: seen from the output folder.
    """

    name: str
    work: str
    digest: str = ""
    trouble: str = ""
    exit_code: int = 0
    empty: bool = False
    form: str = ""
    year: int = 0
    unit: str = ""
    code: str = ""
    supervisor: str = ""
    nature: str = ""
    scope: str = ""
    submission: int = 0
    report_date: str = ""
    verdict: str = ""
    errors: int = 0
    warnings: int = 0
    notices: int = 0
    missing: int = 0
    explained: int = 0
    pending: int = 0
    explains: bool = True
    overlay: str = ""
    staff: int | None = None
    score: float | None = None
    grade: str = ""
    checks: dict[str, int] = field(default_factory=dict)
    signs: dict[str, str] = field(default_factory=dict)
    amounts: tuple[Amount, ...] = ()
    subunits: tuple[Subunit, ...] = ()
    projects: tuple[Project, ...] = ()
    seen: tuple[Seen, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return not self.trouble and not self.empty


def to_json(record: Record) -> str:
    """With a seal: what somebody has changed on the disk is not taken for what was found."""
    content = to_builtins(record)
    return _dumped({"record": content, "seal": _seal(content)})


def from_json(text: str) -> Record:
    """Raises ValueError for what is no record of this version, or was changed."""
    try:
        data = json.loads(text)
    except RecursionError as error:
        raise ValueError("nested without end") from error
    if not isinstance(data, dict) or data.get("seal") != _seal(data.get("record")):
        raise ValueError("not as it was written")
    return convert(data["record"], Record)


def _seal(content: object) -> str:
    return sha256(_dumped(content).encode("utf-8", "surrogatepass")).hexdigest()


def _dumped(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)  # msgspec's own takes no name that is no text
