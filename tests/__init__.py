"""The suite: `make test`. One file a subject, the rule cases as text in a folder of their own."""
