"""Folders that run on the office's machines without installing: 绿色版 for Windows, the same for 麒麟 and 统信, and the
packages for an install without a network (`make windows`, `make linux-folder`, `make wheelhouse`).

`wheels` fetches and unpacks packages, `pythons` judges and places the Python that the builder supplies, `folders` puts
the folder together and packs it, `__main__` is the command.
"""
