"""How fast it is, and how flat."""
