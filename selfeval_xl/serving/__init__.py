"""`selfeval serve`: the command line's work behind a page, for a unit and for its bureau.

What a conversion does is done by the same functions as on the command line, in a process of its own (`jobs` in
`workers`); the server itself opens no workbook.
"""
