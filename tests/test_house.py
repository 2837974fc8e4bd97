"""The house as a test: which file may lean on which, where each library lives, who speaks to the user."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HOUSE = Path(__file__).parents[1] / "selfeval_xl"

# From the cellar to the roof. A module imports only what stands before it; a folder counts as one storey,
# and inside it there are no circles. A new file must be given its place.
PLAN = """
    errors locking places money invisible file_names given_files expressions excel word_markup
    forms empty_reasons findings
    filing
    reading
    witnesses
    statements claims wording auditing
    identities
    reconciling scoring rules
    checking
    layout
    writing
    prefilling audits
    __init__ batch
    desks telling
    options serving console bureau cli __main__
"""
STOREYS = PLAN.split()

# What no order says: who must not know whom, though it stands below.
STRANGERS = {
    # Nothing after reading opens the user's file; whoever reads judges nothing.
    "reading": "identities reconciling scoring rules checking layout writing",
    "witnesses": "identities scoring rules layout writing",  # checking holds the filing against what they say
    # Nothing after checking judges.
    "rules": "layout writing",
}

# Each library's home; a `late` one imports it inside a function, since it takes long and is seldom needed.
LIBRARIES = {
    "msgspec": {"home": PLAN},  # what all records are made of
    "python_calamine": {"home": "reading"},
    "openpyxl": {"home": "", "late": "reading"},  # 0.20 s
    "cn2an": {"home": "", "late": "filing reading"},
    "pandas": {"home": "reconciling batch"},  # 0.34 s
    "xlsxwriter": {"home": "writing"},
    "docxtpl": {"home": "writing"},
    "jinja2": {"home": "writing serving"},
    "markupsafe": {"home": "writing"},
    "docx": {"home": "writing"},
    "lxml": {"home": "word_markup writing"},
    "matplotlib": {"home": "", "late": "writing"},  # an extra; 0.4 s
    "click": {"home": "options console bureau cli"},
    "starlette": {"home": "serving"},  # an extra, with uvicorn and python-multipart
    "uvicorn": {"home": "serving"},
    "distributed": {"home": "", "late": "batch"},  # an extra
}

# No network, ever; but for the one socket on which `selfeval serve` listens.
LISTENS = "serving.running"
NETWORK = ("socket", "ssl", "http", "urllib.request", "ftplib", "smtplib", "xmlrpc")

# Calls that turn a person's text into something else, or into code.
NEVER_CALLED = ("read_excel", "to_excel", "eval", "exec")

# Who reads the clock, how often, and what for: nothing that a file says depends on it.
CLOCK = {
    "cli": 1,  # for which fiscal year `template` makes its template, where nobody says it
    "writing.exchange": 2,  # how old the leftovers of a killed run are
    "serving.accounts": 4,  # until when an account is locked, or holds
    "serving.bureau_pages": 5,  # when a file came, which accounts are locked, the name of a backup
    "serving.shelf": 1,  # how old an upload is
    "serving.site": 4,  # when a file came, how long an account holds
    "serving.store": 1,  # how old what was filed is
    "serving.trail": 4,  # when somebody did something
    "serving.unit_pages": 1,  # for which fiscal year the template is offered
}
CLOCKS = (
    "today",
    "now",
    "utcnow",
    "time",
    "time_ns",
    "localtime",
    "gmtime",
    "strftime",
    "ctime",
    "fromtimestamp",
)

LINES = 400
LONGER: dict[str, str] = {}  # file → the reason


@dataclass(frozen=True)
class Import:
    """One imported name. `late`: inside a function. `typing`: seen by the type checker only."""

    name: str
    line: int
    late: bool
    typing: bool


@cache
def files() -> dict[str, Path]:
    """Module → file, named from inside the package: `money`, `forms.loader`, `forms`, `__init__`."""
    found = {}
    for path in sorted(HOUSE.rglob("*.py")):
        parts = list(path.relative_to(HOUSE).with_suffix("").parts)
        if parts[-1] == "__init__" and len(parts) > 1:
            parts.pop()
        found[".".join(parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(files()[module].read_text(encoding="utf-8"))


def imports(module: str) -> Iterator[Import]:
    def visit(node: ast.AST, late: bool, typing: bool) -> Iterator[Import]:
        late = late or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        typing = typing or (isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"))
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, late, typing) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module}:{node.lineno}: a relative import; say the whole name"
            yield from (Import(f"{node.module}.{a.name}", node.lineno, late, typing) for a in node.names)
        for child in ast.iter_child_nodes(node):
            yield from visit(child, late, typing)

    return visit(tree(module), late=False, typing=False)


def own_imports(module: str) -> list[tuple[str, int]]:
    """The modules of this package that a module imports, each with its line."""
    found = set()
    for imported in imports(module):
        package, _, name = imported.name.partition(".")
        if package == "selfeval_xl":
            # `from selfeval_xl.forms import load`: load is no module, so it is forms that is meant.
            while name and name not in files():
                name = name.rpartition(".")[0]
            found.add((name or "__init__", imported.line))
    return sorted(found)


def storey(module: str) -> str:
    return module.partition(".")[0]


def listed(*names: str) -> set[str]:
    return {word for name in names for word in name.split()}


modules = pytest.mark.parametrize("module", files())


@modules
def test_imports_point_down(module: str) -> None:
    assert storey(module) in STOREYS, f"{files()[module]} has no place in PLAN yet"
    below = STOREYS[: STOREYS.index(storey(module))]
    wrong = [
        f"{module}:{line} imports {name}"
        for name, line in own_imports(module)
        if storey(name) != storey(module) and storey(name) not in below
    ]
    assert not wrong


@modules
def test_strangers(module: str) -> None:
    strange = listed(*(unknown for unknown, these in STRANGERS.items() if storey(module) in these.split()))
    wrong = [
        f"{module}:{line} imports {name}" for name, line in own_imports(module) if storey(name) in strange
    ]
    assert not wrong


def test_no_circles() -> None:
    TopologicalSorter(
        {module: {name for name, _ in own_imports(module)} - {module} for module in files()}
    ).prepare()


@modules
def test_libraries_live_where_they_belong(module: str) -> None:
    wrong = []
    for imported in imports(module):
        library = imported.name.partition(".")[0]
        if library in sys.stdlib_module_names or library == "selfeval_xl" or imported.typing:
            continue
        homes = LIBRARIES.get(library)
        assert homes, f"{module}:{imported.line}: {library} is in no list, here or in pyproject.toml"
        allowed = listed(homes["home"], homes.get("late", "") if imported.late else "")
        if storey(module) not in allowed:
            wrong.append(f"{module}:{imported.line} imports {library}")
    assert not wrong


@modules
def test_no_network(module: str) -> None:
    wrong = [
        f"{module}:{imported.line} imports {imported.name}"
        for imported in imports(module)
        if any(f"{imported.name}.".startswith(f"{name}.") for name in NETWORK)
        and (module, imported.name) != (LISTENS, "socket")
    ]
    assert not wrong


@modules
def test_calls(module: str) -> None:
    """Only the console speaks to the user; nobody calls what must never be called."""
    forbidden = {*NEVER_CALLED} if module == "console" else {*NEVER_CALLED, "print", "echo", "secho"}
    wrong = []
    for node in ast.walk(tree(module)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func).rpartition(".")[2]
            if called in forbidden:
                wrong.append(f"{module}:{node.lineno} calls {called}")
        elif (
            isinstance(node, ast.Attribute)
            and module != "console"
            and ast.unparse(node) in ("sys.stdout", "sys.stderr")
        ):
            wrong.append(f"{module}:{node.lineno} uses {ast.unparse(node)}")
    assert not wrong


@modules
def test_the_clock(module: str) -> None:
    """A name of the clock's, called or handed on as a function; `text.strftime(form)` of a day that is given is none."""
    owners = ("time", "date", "datetime", "datetime.datetime", "datetime.date")
    read = [
        node.lineno
        for node in ast.walk(tree(module))
        if isinstance(node, ast.Attribute) and node.attr in CLOCKS and ast.unparse(node.value) in owners
    ]
    named = [i.line for i in imports(module) if i.name in [f"time.{name}" for name in CLOCKS]]
    assert len(read + named) == CLOCK.get(module, 0), f"{module}: lines {read + named}"


@modules
def test_files_are_short_and_have_a_subject(module: str) -> None:
    names = listed("utils util helpers helper common misc tools base")
    assert not names & set(module.split(".")), "name it for what it is about"
    assert ast.get_docstring(tree(module)), "the first line says what the file is for"
    lines = len(files()[module].read_text(encoding="utf-8").splitlines())
    assert lines <= LINES or module in LONGER, f"{lines} lines"
