"""The template workbook, empty or filled."""
