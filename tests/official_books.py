"""Annex files as bureaus hand them out: joined cells, labels of other editions, figures inside labels; no hidden sheet.

`TOWN` follows the published annexes 1 and 2 of 衡山县贯塘乡 2023 (with their real error: by source
2030.12, by nature 1925.67), `PROJECT` the published project form of 池州市棠溪镇 2022 (with its sum of 0).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.cell_range import CellRange
from openpyxl.worksheet.worksheet import Worksheet

Rows = Sequence[Sequence[str | int | float | None]]

TOWN_DATA: Rows = (
    ("2023年度部门整体支出绩效评价基础数据表",),
    ("填报单位：示例乡人民政府", None, None, None, None, "单位：万元"),
    ("财政供养人员情况（人）", "编制数", None, "2023年实际在职人数", None, "控制率"),
    (None, 46, None, 50, None, "108.70%"),
    ("经费控制情况（万元）", "2022年决算数", None, "2023年预算数", None, "2023年决算数"),
    ("三公经费：", 0, None, 0, None, 0),
    ("　1、公务用车购置和维护经费", 0, None, 0, None, 0),
    ("　　其中：公车购置", 0, None, 0, None, 0),
    ("　　　　　公车运行维护", 0, None, 0, None, 0),
    ("　2、出国经费", 0, None, 0, None, 0),
    ("　3、公务接待", 0, None, 0, None, 0),
    ("项目支出：", None, None, None, None, 1025.2),
    ("　1、业务工作经费",),
    ("　2、运行维护经费",),
    ("　3、省级专项资金（每个专项一行）",),
    ("　……", "……"),
    ("公用经费", 160.5, None, 171.3, None, 193.42),
    ("　其中：办公经费", 20.1, None, 22, None, 25.15),
    ("　　　　水费、电费、差旅费", 30, None, 30, None, 34),
    ("　　　　会议费、培训费", 8, None, 8, None, 8),
    ("政府采购金额", None, None, None, None, 58.6),
    ("部门基本支出预算调整",),
    ("楼堂馆所控制情况\n（2023年完工项目）", "批复规模（㎡）", "实际规模（㎡）", "规模控制率",
     "预算投资（万元）", "实际投资（万元）", "投资概算控制率"),
    (None,),
    ("厉行节约保障措施", "严格执行公务接待、公务用车管理制度。"),
    ("说明：“项目支出”需要填报除基本支出以外的所有项目支出情况。",),
    ("填表人（签名）：王芳　　填报日期：2024年6月20日　　联系电话：0730-1234567　　单位负责人签字：",),
)  # fmt: skip
TOWN_DATA_MERGES = (
    "A1:G1", "A2:E2", "F2:G2", "A3:A4", "A23:A24", "B25:G25", "A26:G26", "A27:G27",
    *(f"{left}{row}:{right}{row}" for row in range(3, 23) for left, right in ("BC", "DE", "FG")),
)  # fmt: skip

TOWN_SCORES: Rows = (
    ("部门整体支出绩效自评表",),
    ("（2023年度）",),
    ("预算部门、单位名称", None, None, "示例乡人民政府"),
    ("年度预算申请\n（万元）", None, None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "自评得分"),
    (None, "年度资金总额", None, 861.1, 2030.12, 2030.12, 10, "100%", 10),
    (None, "按收入性质分：2030.12", None, None, None, "按支出性质分：1925.67"),
    (None, "其中：一般公共预算：1325.68", None, None, None, "其中：基本支出：900.47"),
    (None, "　　　政府性基金拨款：118.82", None, None, None, "　　　项目支出：1025.20"),
    (None, "　　　纳入专户管理的非税收入拨款：",),
    (None, "　　　其他资金：585.62",),
    ("年度总体目标", "预期目标", None, None, None, "实际完成情况"),
    (None, "保障乡机关运转，完成人居环境整治。", None, None, None, "机关运转有序，整治任务全部完成。"),
    ("绩效指标", "一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    (None, "产出指标\n（50分）", "数量\n指标", "整治村庄数", "≥12个", "12个", 20, 20),
    (None, None, None, "改厕户数", "≥300户", "290户", 10, 9.5, "10户外出未改，列入下年计划"),
    (None, None, "质量指标", "验收合格率", "98%以上", "100%", 20, 20),
    (None, "效益指标\n（30分）", "社会效益", "村容村貌", "明显改善", "明显改善", 30, 28, "个别村保洁不到位，已约谈"),
    (None, "满意度指标\n（10分）", "服务对象满意度", "群众满意度", "≥90%", "95%", 10, 10),
    ("总分", None, None, None, None, None, 100, 97.5),
    ("填表人：王芳　填报日期：2024年6月20日　联系电话：0730-1234567　单位负责人签字：",),
)  # fmt: skip
TOWN_SCORES_MERGES = (
    "A1:I1", "A2:I2", "A3:C3", "D3:I3", "A4:A10", "B4:C4", "B5:C5", "A11:A12", "B11:E11", "F11:I11", "B12:E12",
    "F12:I12", *(f"{left}{row}:{right}{row}" for row in range(6, 11) for left, right in ("BE", "FI")),
    "A13:A18", "B14:B16", "C14:C15", "A19:F19", "A20:I20",
)  # fmt: skip

PROJECT: Rows = (
    ("项目支出绩效自评表",),
    ("（2023年度）",),
    ("项目名称", None, "农村道路养护"),
    ("主管部门", None, "219-棠溪镇人民政府", None, "实施单位", None, "棠溪镇人民政府"),
    ("项目资金\n（万元）", None, "年初预算数", "全年预算数", "全年执行数", "分值", "执行率", "得分"),
    (None, "年度资金总额：", 0, 0, 0, 10, 0, 0),
    (None, "其中：本年财政拨款", 90, 90, 89.974, "—", "99.97%", "—"),
    (None, "上年结转资金", 0, 0, 0, "—", None, "—"),
    (None, "其他资金", 0, 0, 0, "—", None, "—"),
    ("年度总体目标", "预期目标", None, None, "实际完成情况"),
    (None, "完成50条道路养护。", None, None, "已完成。"),
    ("一级指标", "二级指标", "三级指标", "年度指标值", "实际完成值", "分值", "得分", "偏差原因分析及改进措施"),
    ("产出指标（50分）", "数量指标", "养护道路条数", "≥50条", "50条", 30, 30),
    (None, "成本指标", "养护成本", "≤90万元", "89.974万元", 20, 20),
    ("效益指标（30分）", "社会效益指标", "通行条件", "效果明显", "达成预期指标", 30, 30),
    ("满意度指标（10分）", "满意度指标", "群众满意度", "≥95%", "96%", 10, 10),
    ("总分", None, None, None, None, 100, 90),
)  # fmt: skip
PROJECT_MERGES = (
    "A1:H1", "A2:H2", "A3:B3", "C3:H3", "A4:B4", "C4:D4", "E4:F4", "G4:H4", "A5:A9", "A10:A11", "B10:D10", "E10:H10",
    "B11:D11", "E11:H11", "A13:A14", "A17:E17",
)  # fmt: skip

FUND: Rows = (
    ("2023年度政府性基金预算支出情况表",),
    ("填报单位：示例乡人民政府", None, None, None, None, None, None, None, "单位：万元"),
    ("序号", "科目编码", "科目名称", "年初预算数", "全年预算数", "全年执行数", None, None, "执行率", "支出内容及绩效说明"),
    (None, None, None, None, None, "合计", "基本支出", "项目支出"),
    ("合计", None, None, 100, 118.82, 118.82, 0, 118.82, "100%"),
    (1, "2120804", "农村基础设施建设支出", 100, 100, 100, 0, 100, "100%", "修建村道"),
    (2, "2120899", "其他国有土地使用权出让收入安排的支出", 0, 18.82, 18.82, 0, 18.82, "100%"),
)  # fmt: skip
FUND_MERGES = ("A1:J1", "F3:H3", "A3:A4", "B3:B4", "C3:C4", "D3:D4", "E3:E4", "I3:I4", "J3:J4", "A5:C5")

NO_CAPITAL: Rows = (
    ("2023年度国有资本经营预算支出情况表",),
    ("填报单位：示例乡人民政府", None, None, "单位：万元"),
    ("科目编码", "科目名称", "年初预算数", "全年预算数", "全年执行数"),
    ("本单位2023年度无国有资本经营预算支出，故本表无数据。",),
)


def put(sheet: Worksheet, rows: Rows, merges: Sequence[str], below: int = 0) -> None:
    """The rows into a sheet, so many lines down, cells joined."""
    for row, cells in enumerate(rows, below + 1):
        for column, value in enumerate(cells, 1):
            if value is not None:
                sheet.cell(row, column, value)
    for merge in merges:
        joined = CellRange(merge)
        joined.shift(row_shift=below)
        sheet.merge_cells(joined.coord)


def book(**sheets: tuple[Rows, Sequence[str]]) -> Workbook:
    """A workbook of these sheets."""
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, (rows, merges) in sheets.items():
        put(made.create_sheet(name), rows, merges)
    return made


def town() -> Workbook:
    """Annexes 1, 2, 4 and 5, a sheet each, under names of their own."""
    return book(
        基础数据=(TOWN_DATA, TOWN_DATA_MERGES),
        整体自评=(TOWN_SCORES, TOWN_SCORES_MERGES),
        基金=(FUND, FUND_MERGES),
        国资=(NO_CAPITAL, ("A1:E1", "A4:E4")),
    )


def stacked() -> Workbook:
    """The same one below the other on one sheet."""
    made = Workbook()
    sheet = made.worksheets[0]
    below = 0
    for rows, merges in (
        (TOWN_DATA, TOWN_DATA_MERGES),
        (TOWN_SCORES, TOWN_SCORES_MERGES),
        (FUND, FUND_MERGES),
        (NO_CAPITAL, ("A1:E1", "A4:E4")),
    ):
        sheet.cell(below + 1, 1).value = f"附件{1 + below // 25}"
        put(sheet, rows, merges, below + 1)
        below += len(rows) + 3
    return made


def annexes_of(results: Path) -> Workbook:
    """The printed annexes of our own 核对结果.xlsx as a file of their own, without the links back."""
    made = openpyxl.load_workbook(results)
    for name in made.sheetnames:
        if not name.startswith("附件"):
            del made[name]
    for sheet in made.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, str) and cell.value.startswith("←"):
                    cell.value = None
    return made
