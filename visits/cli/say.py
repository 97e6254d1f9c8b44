"""Words to the person at the terminal."""

import sys


def say(line: str) -> None:
    """A line on standard output, at once even through a pipe."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def complain(line: str) -> None:
    """A line on standard error."""
    sys.stderr.write(line + "\n")
