"""The `visits` command: runs the service and looks after its data. Only hands over to `visits.cli`."""

import sys

from visits.cli.command import run


def main() -> int:
    """The console script; returns the exit status."""
    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
