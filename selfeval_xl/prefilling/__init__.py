"""A template with what other official files say typed in, each cell with its origin."""
