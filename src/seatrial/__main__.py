"""`python -m seatrial`: the command line, where its script is not on the path."""

from seatrial.cli.app import main

if __name__ == "__main__":
    main()
