"""python -m selfeval_xl is the same as the command selfeval."""

from selfeval_xl.cli import main

if __name__ == "__main__":
    main()
