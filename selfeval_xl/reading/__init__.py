"""From a file to a filing: is it fit to be opened, what stands in its cells, where are the form's blocks."""
