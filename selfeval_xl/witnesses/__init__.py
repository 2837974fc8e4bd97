"""Other official files that hold the same figures: each is read into facts, with where they stand."""
