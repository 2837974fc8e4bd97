"""The rules W- of checking: what other official files say against a filing. (W-01 is a rule of reading.)"""

from selfeval_xl.findings import Level, Rule

DIFFERS = Rule(
    id="W-02",
    title="与决算、预算等文件不一致",
    level=Level.WARNING,
    basis="本单位的决算软件导出、决算公开表、预算公开表、指标执行明细表、上年填报（--with）",
    remedy="对照来源改正；来源有误或口径不同的，在“核实说明”写明原因",
    page="填报的数与别的文件里的同一个数相差超过两边的末位（各按半个末位），逐格列出；没有给别的文件的，不适用。"
    "数据口径是决算上报数、财务账面数的，与批复后的公开表不同，可能是汇审或批复调整。"
    "几份文件互相矛盾、填报与其中一份一致的，作提示；平台的已支付数不是决算数，也只作提示。",
)
NOT_COMPARED = Rule(
    id="W-03",
    title="给出的文件不能核对",
    level=Level.WARNING,
    basis="年度、单位、口径（本级或汇总）相同的才能核对",
    remedy="换成同一单位、同一年度、同一口径的文件再核对；确实没有的，不给这份文件",
    page="给出的决算、预算等文件是别的年度、别的单位，或口径不同（一份是本级，一份是汇总）的，整份不核对，只列一条。",
)
THROUGHOUT = Rule(
    id="W-04",
    title="与一份文件处处不一致",
    level=Level.WARNING,
    basis="同一份文件里的数，成片地不同，多半是一个原因",
    remedy="核对填报金额单位（元、万元）、年度和口径；原因找到后一起改正",
    page="与一份文件可比的数有一大半不同的，只列一条，并写明看得出的原因：相差一万倍（元与万元）、"
    "整份是别的年度或别的口径的表。",
)
WITNESS_RULES = (DIFFERS, NOT_COMPARED, THROUGHOUT)
