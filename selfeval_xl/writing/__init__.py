"""What the user gets: the template, the results, the report, and their safe delivery."""
