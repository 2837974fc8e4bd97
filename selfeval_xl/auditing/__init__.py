"""A report judged: reading, statements and claims together, and what comes of them."""
