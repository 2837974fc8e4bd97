"""Prefilling: official files in, a half-filled template out, for one unit or for a folder of them."""
