"""The formulas of the table of `roots`: amounts, tests, edges, and how a reason spreads over them."""

from collections.abc import Iterator

from msgspec import Struct

from selfeval_xl.expressions import Cell
from selfeval_xl.money import WAN
from selfeval_xl.places import column_letters
from selfeval_xl.reconciling import BASIC, OPERATING, PERSONNEL, PROJECTS, SOURCES, TOTAL
from selfeval_xl.writing.template.addresses import PER
from selfeval_xl.writing.template.roots import COLUMNS, FIXED, PAIRS, ROUNDS, Roots, home, says_nothing


class Lines(Struct, frozen=True):
    """Every cell of the table."""

    roots: Roots

    def cells(self) -> Iterator[tuple[int, int, str]]:
        """(row, column, formula) of the whole table."""
        rows = [(self.roots.row(key), key, 0) for key in FIXED]
        rows += [(self.roots.row("", number), "", number) for number in range(1, self.roots.projects + 1)]
        for row, key, number in rows:
            made = {**self._amounts(key, number), **self._tests(row)}
            made |= {
                **Edges(self.roots, row, key, number).columns(),
                **Spreading(self.roots, row, key, number).columns(),
            }
            yield from ((row, COLUMNS.index(name) + 1, formula) for name, formula in made.items())
        for pair in Pair.every(self.roots):
            formulas = pair.columns().items()
            yield from ((pair.row, PAIRS.index(name) + 1, formula) for name, formula in formulas)

    def _amounts(self, key: str, number: int) -> dict[str, str]:
        """Amounts in 分, and whether a reason stands beside them."""
        if number:
            cell = {c: self._in_register(c, number) for c in ("initial", "executed", "reason", "source")}
            source = "0"
            for at, name in enumerate(SOURCES, 1):
                label = self.roots.form.block("sources").row(name).label
                source = f'IF({cell["source"]}="{label}",{at},{source})'
            full = self._full(number)
            there = f"ROWS({self.roots.book.span('projects', 'name')})>{number + 1}"
            return {
                "initial": _fen(cell["initial"]),
                "full": full,
                "executed": _fen(cell["executed"]),
                "given": f"IF({there},IF({says_nothing(cell['reason'])},0,1),0)",
                "source": f"IF({there},{source},0)",
            }
        block, line, column, reason = home(key)
        amounts = {
            m: _fen(self.roots.book.place(Cell(block, line, column.format(m)), 0).formula)
            for m in ("initial", "full", "executed")
        }
        if reason is None:
            return {**amounts, "given": "0"}
        text = self.roots.book.place(Cell(*reason, "reason"), 0).formula
        return {**amounts, "given": f"IF({says_nothing(text)},0,1)"}

    def _in_register(self, column: str, number: int) -> str:
        return f"INDEX({self.roots.book.span('projects', column)},{number + 1})"

    def _full(self, number: int) -> str:
        """全年预算数; worked out where a row that was inserted has no formula for it."""
        full, initial, carryover, adjustment = (
            self._in_register(column, number) for column in ("full", "initial", "carryover", "adjustment")
        )
        included = self.roots.book.place(Cell("unit", "carryover_included", "value"), 0).formula
        moved = f"COUNT({initial},{adjustment})=2"
        apart = f'IF(AND({moved},COUNT({carryover})=1),{initial}+{carryover}+{adjustment},"")'
        made = f'IF({included}="是",IF({moved},{initial}+{adjustment},""),{apart})'
        return f'IF(ISNUMBER({full}),ROUND({full}*{PER},0),IF(ISNUMBER({made}),ROUND({made}*{PER},0),""))'

    def _tests(self, row: int) -> dict[str, str]:
        initial, full, executed, gap = (
            self.roots.at(c, row) for c in ("initial", "full", "executed", "by_initial")
        )
        number = {
            name: float(self.roots.form.setting(name))
            for name in ("change_rate", "change_amount", "execution_floor")
        }
        amount = round(number["change_amount"] * WAN)
        large = f"AND({executed}<>0,ABS({gap})>{amount},ROUND(ABS({gap})-{number['change_rate']:g}*{initial},4)>0)"
        changed = f"IF({initial}>0,OR({large},{executed}=0),AND({initial}=0,{executed}>0))"
        slow = f"AND({full}>0,ROUND({number['execution_floor']:g}*{full}-{executed},4)>0)"
        asked = int(self.roots.form.in_force("B-09"))
        far = 999 - (row - self.roots.first)
        return {
            "by_initial": f"IF(COUNT({initial},{executed})=2,{executed}-{initial},0)",
            "by_full": f"IF(COUNT({full},{executed})=2,{executed}-{full},0)",
            "changed": f"IF(COUNT({initial},{executed})=2,IF({changed},{asked},0),0)",
            "slow": f"IF(COUNT({full},{executed})=2,IF({slow},{asked},0),0)",
            "due": f"MAX({self.roots.at('changed', row)},{self.roots.at('slow', row)})",
            "far_initial": f"ABS({gap})*1000+{far}",
            "far_full": f"ABS({self.roots.at('by_full', row)})*1000+{far}",
        }


class Pair(Struct, frozen=True, dict=True):
    """A line and a group of its parts: whether those that are told or give a reason make it together."""

    roots: Roots
    number: int
    whole: int
    first: int
    last: int
    source: int = 0
    before: int = -1
    """The pair that goes first."""

    @classmethod
    def every(cls, roots: Roots) -> list["Pair"]:
        first, last = roots.row("", 1), roots.row("", roots.projects)
        total = roots.row(TOTAL)
        pairs = [
            cls(roots, 0, total, roots.row(SOURCES[0]), roots.row(SOURCES[-1])),
            cls(roots, 1, total, roots.row(BASIC), roots.row(PROJECTS), before=0),
            cls(roots, 2, roots.row(BASIC), roots.row(PERSONNEL), roots.row(OPERATING)),
            cls(roots, 3, roots.row(PROJECTS), first, last),
        ]
        return pairs + [
            cls(roots, 3 + at, roots.row(key), first, last, source=at) for at, key in enumerate(SOURCES, 1)
        ]

    @property
    def row(self) -> int:
        return self.roots.row("", self.roots.projects) + 3 + self.number

    def at(self, column: str) -> str:
        return f"${column_letters(PAIRS.index(column) + 1)}${self.row}"

    def columns(self) -> dict[str, str]:
        made = {
            f"{who}_{start}": self._sum(who, start)
            for who in ("own", "given")
            for start in ("initial", "full")
        }
        earlier = f"{Pair.every(self.roots)[self.before].at('covered')}=0" if self.before >= 0 else ""
        alone = ",".join(
            filter(None, (f"{self.roots.at('due', self.whole)}=1", f"{self._direct()}=0", earlier))
        )
        covered = f"IF(AND({alone}),IF({self._covers('own')},1,0),0)"
        far, far_full = (self._over(c) for c in ("far_initial", "far_full"))
        wanted = f"IF({self.at('enough')}=1,1,0)"
        # Those that give a reason where they are enough, else those that do not.
        mask = (
            f"({self._mask()}*({wanted}*{self._over('given')}"
            f"+(1-{wanted})*{self._over('due')}*(1-{self._over('given')})))"
        )
        slow_only = f"AND({self.roots.at('slow', self.whole)}=1,{self.roots.at('changed', self.whole)}=0)"
        most = f"IF({slow_only},SUMPRODUCT(MAX({mask}*{far_full})),SUMPRODUCT(MAX({mask}*{far})))"
        return {
            **made,
            "covered": covered,
            "enough": f"IF({self._covers('given')},1,0)",
            "farthest": f"IF({self.at('covered')}=1,{most},0)",
        }

    def _over(self, column: str) -> str:
        return self.roots.over(column, self.first, self.last)

    def _mask(self) -> str:
        return f"({self._over('source')}={self.source})" if self.source else "1"

    def _sum(self, who: str, start: str) -> str:
        gaps, gap = self._over(f"by_{start}"), self.roots.at(f"by_{start}", self.whole)
        chosen = self._over("given") if who == "given" else f"(({self._over('due')}+{self._over('given')})>0)"
        return f"SUMPRODUCT({self._mask()}*{chosen}*(SIGN({gaps})=SIGN({gap}))*{gaps})"

    def _direct(self) -> str:
        """How many parts explain the whole by themselves, of all groups."""
        roots = self.roots
        if self.whole == roots.row(TOTAL):
            return f"SUM({roots.over('to_total', roots.row(SOURCES[0]), roots.row(PROJECTS))})"
        if self.whole in (roots.row(BASIC), roots.row(PROJECTS)):
            return f"SUM({self._over('to_nature')})"
        across = f"SUM({roots.over(f'to_{self.source}', roots.row(BASIC), roots.row(PROJECTS))})"
        return f"({across}+SUMPRODUCT({self._mask()}*{self._over('to_1')}))"

    def _covers(self, who: str) -> str:
        form, at = self.roots.form, self.roots.at
        rate, floor, share = (
            f"{float(form.setting(name)):g}" for name in ("change_rate", "execution_floor", "root_share")
        )
        amount = round(float(form.setting("change_amount")) * WAN)
        tests = []
        for start, test in (("initial", "changed"), ("full", "slow")):
            gap, made, before = (
                at(f"by_{start}", self.whole),
                self.at(f"{who}_{start}"),
                at(start, self.whole),
            )
            within = (
                f"ROUND(ABS({gap}-{made})-MAX({rate}*N({before}),{amount}),4)<=0"
                if start == "initial"
                else f"ROUND({made}-{gap}-(1-{floor})*N({before}),4)<=0"
            )
            enough = f"OR(ROUND({made}/{gap}-{share},12)>=0,AND({made}/{gap}>0.5,{within}))"
            tests.append(f"IF({at(test, self.whole)}=1,IF({gap}=0,FALSE,{enough}),TRUE)")
        return f"AND({','.join(tests)})"


class Edges(Struct, frozen=True):
    """From a line to what it is a part of: `to_`, where it makes the whole's gap itself; `edge_`, or stands for others."""

    roots: Roots
    row: int
    key: str
    number: int

    def columns(self) -> dict[str, str]:
        pairs, roots = Pair.every(self.roots), self.roots
        made: dict[str, str] = {}
        if self.number:
            return self._project(pairs)
        if self.key in (*SOURCES, BASIC, PROJECTS):
            made |= self._edge("total", roots.row(TOTAL), pairs[0 if self.key in SOURCES else 1])
        if self.key in (BASIC, PROJECTS):
            for at, source in enumerate(SOURCES, 1):
                direct = self._explains(
                    *(roots.at(c, roots.row(source)) for c in ("due", "by_initial", "by_full")), crossing=True
                )
                made |= {f"to_{at}": direct, f"edge_{at}": roots.at(f"to_{at}", self.row)}
        if self.key in (PERSONNEL, OPERATING):
            made |= self._edge("nature", roots.row(BASIC), pairs[2])
        return made

    def _project(self, pairs: list[Pair]) -> dict[str, str]:
        """To 项目支出, and in `to_1` to the source that the project names."""
        roots, own = self.roots, self.roots.at("source", self.row)
        of = (f"INDEX({roots.all_sources(c)},{own})" for c in ("due", "by_initial", "by_full"))
        farthest = f"INDEX({pairs[4].at('farthest')}:{pairs[8].at('farthest')},{own})"
        slow, changed = (f"INDEX({roots.all_sources(c)},{own})" for c in ("slow", "changed"))
        stands = self._stands(farthest, slow, changed)
        return {
            **self._edge("nature", roots.row(PROJECTS), pairs[3]),
            "to_1": f"IF({own}=0,0,{self._explains(*of)})",
            "edge_1": f"IF({own}=0,0,MAX({roots.at('to_1', self.row)},{stands}))",
        }

    def _edge(self, name: str, whole: int, pair: Pair) -> dict[str, str]:
        at = self.roots.at
        direct = self._explains(*(at(c, whole) for c in ("due", "by_initial", "by_full")))
        stands = self._stands(pair.at("farthest"), at("slow", whole), at("changed", whole))
        return {f"to_{name}": direct, f"edge_{name}": f"MAX({at(f'to_{name}', self.row)},{stands})"}

    def _explains(self, due: str, by_initial: str, by_full: str, *, crossing: bool = False) -> str:
        share = float(self.roots.form.setting("root_share"))
        tests = []
        for column, whole in (("by_initial", by_initial), ("by_full", by_full)):
            own = self.roots.at(column, self.row)
            test = f"ROUND({own}/{whole}-{share:g},12)>=0"
            test = f"AND({test},ROUND({own}/{whole}*{share:g}-1,12)<=0)" if crossing else test
            tests.append(f"IF({whole}=0,FALSE,{test})")
        return f"IF({due}=1,IF(OR({','.join(tests)}),1,0),0)"

    def _stands(self, farthest: str, slow: str, changed: str) -> str:
        far, far_full = (self.roots.at(c, self.row) for c in ("far_initial", "far_full"))
        return f"IF({farthest}=IF(AND({slow}=1,{changed}=0),{far_full},{far}),1,0)"


class Spreading(Struct, frozen=True):
    """A reason goes over the edges, round by round; what is left is open."""

    roots: Roots
    row: int
    key: str
    number: int

    def columns(self) -> dict[str, str]:
        at = self.roots.at
        made = {"round_0": at("given", self.row)}
        for turn in range(1, ROUNDS + 1):
            before = f"round_{turn - 1}"
            made[f"round_{turn}"] = f"MAX({','.join([at(before, self.row), *self._neighbours(before)])})"
        due, given, settled = (at(c, self.row) for c in ("due", "given", f"round_{ROUNDS}"))
        gap = f"IF({at('changed', self.row)}=1,{at('by_initial', self.row)},{at('by_full', self.row)})"
        return {
            **made,
            "open": f"IF(AND({due}=1,{settled}=0),1,0)",
            "shown": f"IF(AND({due}=1,OR({settled}=0,{given}=1)),1,0)",
            "value": gap,
        }

    def _neighbours(self, before: str) -> Iterator[str]:
        roots, at = self.roots, self.roots.at
        rows = {key: roots.row(key) for key in FIXED}
        if self.number:
            own, sources = at("source", self.row), roots.all_sources(before)
            yield f"{at('edge_nature', self.row)}*{at(before, rows[PROJECTS])}"
            yield f"IF({own}=0,0,{at('edge_1', self.row)}*INDEX({sources},{own}))"
        elif self.key == TOTAL:
            span = (rows[SOURCES[0]], rows[PROJECTS])
            yield f"SUMPRODUCT(MAX({roots.over('edge_total', *span)}*{roots.over(before, *span)}))"
        elif self.key in SOURCES:
            number = SOURCES.index(self.key) + 1
            yield f"{at('edge_total', self.row)}*{at(before, rows[TOTAL])}"
            yield from (f"{at(f'edge_{number}', rows[k])}*{at(before, rows[k])}" for k in (BASIC, PROJECTS))
            mine = f"({roots.all_projects('source')}={number})*{roots.all_projects('edge_1')}"
            yield f"SUMPRODUCT(MAX({mine}*{roots.all_projects(before)}))"
        elif self.key in (BASIC, PROJECTS):
            yield f"{at('edge_total', self.row)}*{at(before, rows[TOTAL])}"
            for number, source in enumerate(SOURCES, 1):
                yield f"{at(f'edge_{number}', self.row)}*{at(before, rows[source])}"
            first, last = (rows[PERSONNEL], rows[OPERATING])
            if self.key == PROJECTS:
                first, last = roots.row("", 1), roots.row("", roots.projects)
            yield (
                f"SUMPRODUCT(MAX({roots.over('edge_nature', first, last)}*{roots.over(before, first, last)}))"
            )
        else:
            yield f"{at('edge_nature', self.row)}*{at(before, rows[BASIC])}"


def _fen(cell: str) -> str:
    return f'IF(ISNUMBER({cell}),ROUND({cell}*{PER},0),"")'
