"""The sheets of 汇总.xlsx, a file a subject: each makes a table that `writing.summary` draws."""
