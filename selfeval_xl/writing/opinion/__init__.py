"""审校意见: the report with comments on the very words, and 审校结果.xlsx."""
