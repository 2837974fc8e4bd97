"""The six annexes in the report: the printed grids drawn into the document after it was rendered."""
