"""Form × filing → grids of cells to draw: where each text and figure stands, for the template and for print."""

from selfeval_xl.layout.entry import EntrySheet, entry
from selfeval_xl.layout.grid import Grid, GridCell, Role

__all__ = ["EntrySheet", "Grid", "GridCell", "Role", "entry"]
