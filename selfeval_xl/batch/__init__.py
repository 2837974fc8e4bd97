"""The bureau's desk: a folder of filled workbooks in; a folder a unit, 汇总.xlsx and 退回意见 out."""
