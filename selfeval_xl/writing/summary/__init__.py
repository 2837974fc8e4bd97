"""Sheets over many units: long tables with links, filters and colours, written row by row."""
