"""`make bench`: runs every benchmark, or the one that is named."""

import argparse

from bench import call

ALL = {"call": call.run}


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(prog="make bench", description="Measure; nothing here passes or fails a test.")
    parser.add_argument("only", nargs="?", choices=sorted(ALL), help="just this one")
    options = parser.parse_args()
    for name in [options.only] if options.only else sorted(ALL):
        ALL[name]()


if __name__ == "__main__":
    main()
