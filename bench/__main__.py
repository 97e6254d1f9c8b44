"""`make bench`: runs every benchmark, or the one that is named."""

import sys
from collections.abc import Sequence

from bench import call, lockdown, rules

ALL = {"call": call.run, "lockdown": lockdown.run, "rules": rules.run}


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for; nothing here passes or fails a test."""
    for name in arguments:
        if name not in ALL:
            sys.exit(f"bench: there is no benchmark {name!r}; there is: {', '.join(sorted(ALL))}")
    for name in arguments or sorted(ALL):
        ALL[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
