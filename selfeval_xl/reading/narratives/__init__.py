"""Reports written by hand, as .docx or as text: their paragraphs in order, and their tables."""
