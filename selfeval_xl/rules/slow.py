"""Low execution among the problems: the report says only what the unit accepted, so it is asked to."""

import re

from selfeval_xl.empty_reasons import says_nothing
from selfeval_xl.filing import Figure, Filing, Table
from selfeval_xl.findings import Level
from selfeval_xl.forms import Kind
from selfeval_xl.reconciling.execution import LOW, accepts_low, said_of_low, slow_projects
from selfeval_xl.rules.register import NOT_APPLICABLE, Broken, Verdict, rule

_SAYS = re.compile(
    "执行率|(?:执行|支付|支出|拨付|使用)进度"
    "|(?:执行|支付|支出|拨付|资金使用|项目推进|项目实施|项目进展)[^，。；]{0,10}"
    "(?:慢|低|滞后|缓|不高|不快|不均衡|不理想|不及时|未达|不足)"
    "|结转[^，。；]{0,8}(?:多|大|高)|沉淀|闲置"
    "|未能?(?:及时|全部|完全|形成)?(?:实际)?(?:支出|支付|执行完|使用完|拨付)"
)
"""How units write of it: 「支付进度偏慢」「结转资金较多」."""


@rule(
    "B-40",
    "执行率偏低，存在的问题里没有写到",
    Level.NOTICE,
    basis="自评报告提纲 七、八；川财项目自评表填表说明：执行率偏低的须说明",
    remedy="在“4文字材料”的“预算执行率偏低”一行写明原因和改进措施，报告第七、八部分照此写入；已写在别的问题里的，写明“执行率”字样",
)
def low_execution_untold(filing: Filing, problems: Table) -> Verdict:
    """有项目（没有这样的项目时，部门整体）的全年预算执行率低于界限（由表样规定），而“存在的问题”里没有写到的，请在
    “预算执行率偏低”一行写明原因和改进措施。报告只写单位自己承认的问题：没有写改进措施的，这一句不印入报告。"""
    if filing.form.lacks(*LOW) or filing.lacks(LOW[0]):
        return NOT_APPLICABLE
    row = problems.row(LOW[1])
    slow = slow_projects(filing)
    said = said_of_low(filing, [(project.text("name").strip(), project) for project in slow])
    cells = (row["cause"], row["measure"], *(figure for p in slow for figure in (p["executed"], p["full"])))
    has_cause, has_measure = not says_nothing(row.text("cause")), accepts_low(filing)
    if not said:
        return _needless(cells) if has_cause or has_measure else None
    if has_cause != has_measure:
        lacks = "没有写原因" if has_measure else "写了原因，没有写改进措施，不会印入报告"
        return Broken(f"{said}：{lacks}", cells[1:] if has_cause else cells, kind=Kind.TEXT)
    told = any(_SAYS.search(p.text("problem") + "；" + p.text("cause")) for p in problems.added)
    if has_measure or told:
        return None
    return Broken(f"{said}，“存在的问题”里没有写到", cells, kind=Kind.TEXT)


def _needless(cells: tuple[Figure, ...]) -> Broken:
    message = "“预算执行率偏低”一行写了文字，而没有执行率低于界限的项目，不会印入报告"
    return Broken(
        message, cells, kind=Kind.TEXT, remedy="核对各项目的全年预算数和执行数；没有填错的，清空这一行"
    )
