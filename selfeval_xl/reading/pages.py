"""The pages of the rule book on reading: what can be wrong with the file itself."""

from selfeval_xl.findings import Level, Rule

BASIS = "填报模板（本程序按标题和行名、列名读数）"

RULES = {
    rule.id: rule
    for rule in (
        Rule(
            "R-01",
            "缺少工作表",
            Level.ERROR,
            BASIS,
            "请从空白模板复制这张工作表，按原名放回",
            "整张工作表找不到。",
        ),
        Rule(
            "R-02",
            "找不到区块",
            Level.ERROR,
            BASIS,
            "请按空白模板恢复该区块的标题行和表头行",
            "区块的标题或表头找不到。",
        ),
        Rule(
            "R-03",
            "同一区块有两处",
            Level.ERROR,
            BASIS,
            "请删除多余的一处，只留填报的一处",
            "同一标题出现两次，程序不替人选择。",
        ),
        Rule(
            "R-04",
            "缺少行名或列名",
            Level.ERROR,
            BASIS,
            "请按空白模板恢复行名、列名",
            "行名、列名找不到或重复，按空白处理。",
        ),
        Rule(
            "R-05",
            "不是数字或日期",
            Level.ERROR,
            BASIS,
            "请只填数字（或日期），不带单位、文字和符号；没有的填 0，不知道的留空",
            "数字格里是文字，程序不猜。",
        ),
        Rule(
            "R-06",
            "公式出错",
            Level.ERROR,
            BASIS,
            "请改正公式或直接填数",
            "单元格里是 #REF!、#VALUE! 之类的错误值。",
        ),
        Rule(
            "R-07",
            "公式未计算",
            Level.ERROR,
            BASIS,
            "请用 Excel 或 WPS 打开文件、保存后再转换，或直接填数",
            "自己写的公式没有计算结果。",
        ),
        Rule(
            "R-08",
            "不在下拉列表中",
            Level.WARNING,
            BASIS,
            "请从下拉列表中选择",
            "填写的内容不在该格的下拉列表中。",
        ),
        Rule(
            "R-09",
            "填在表外的行",
            Level.ERROR,
            BASIS,
            "请在“需要更多行时”一行的上方插入行，把内容移进去",
            "灰色小字以下的行不属于任何表，程序不读。",
        ),
        Rule(
            "R-10",
            "关键选项不在下拉列表中",
            Level.ERROR,
            BASIS,
            "请从下拉列表中选择；这一格决定金额的单位、归类或汇总",
            "金额单位、项目类别、资金来源之类的选项写错，金额就会归错。",
        ),
        Rule(
            "R-20",
            "调整方案不一致",
            Level.NOTICE,
            "财政部门下发的调整方案（--overlay）",
            "请向财政部门确认用哪一份；改用另一份的，换用对应的空白模板或方案文件",
            "模板里带有一份财政部门的调整方案，转换时又指定了另一份：以指定的为准。",
        ),
    )
}
