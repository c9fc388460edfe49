"""`python -m newscrawl` is the `newscrawl` command."""

from newscrawl.commands import main

if __name__ == "__main__":
    main()
