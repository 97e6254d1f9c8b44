"""`make bench`: runs every benchmark, or the one that is named."""

import sys
from collections.abc import Sequence

from bench import call, fleet, lockdown, rules, trust

ALL = {"call": call.run, "fleet": fleet.run, "lockdown": lockdown.run, "rules": rules.run, "trust": trust.run}


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for; nothing here passes or fails a test."""
    for name in arguments:
        if name not in ALL:
            sys.exit(f"bench: there is no benchmark {name!r}; there is: {', '.join(sorted(ALL))}")
    for name in arguments or sorted(ALL):
        ALL[name]()


if __name__ == "__main__":
    main(sys.argv[1:])
