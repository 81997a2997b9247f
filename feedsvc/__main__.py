"""Lets `python -m feedsvc` be the command `feedsvc`."""

from feedsvc.cli import main

if __name__ == "__main__":
    main()
