"""What a report says in numbers: quantities with their units, the words before them, and the lists they stand in."""
