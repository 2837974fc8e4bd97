"""What can be judged of a report's words without its figures: blanks, years, names, outline, typing errors."""
