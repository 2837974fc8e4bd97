"""部门整体支出绩效自评: one filled workbook in, the checked figures and the report out."""

__version__ = "0.1.0"
