"""The report's charts, drawn only when they are asked for: what they show, the drawing, their place in the report."""
