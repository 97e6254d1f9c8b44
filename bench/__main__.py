"""`make bench`: runs every benchmark, or the one that is named."""

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Final

from bench import call, fleet, image, lockdown, rules, trust
from bench.media import bench as media
from bench.media import soak

Run = Callable[[argparse.Namespace], None]
ALL: Final[dict[str, Run]] = {
    "call": lambda _: call.run(),
    "fleet": lambda _: fleet.run(),
    "image": lambda _: image.run(),
    "lockdown": lambda _: lockdown.run(),
    "media": lambda asked: media.run(media.Options(asked.clip, asked.seed)),
    "rules": lambda _: rules.run(),
    "soak": lambda _: soak.run(),
    "trust": lambda _: trust.run(),
}


def main(arguments: Sequence[str]) -> None:
    """Run what was asked for; nothing here passes or fails a test."""
    parser = argparse.ArgumentParser(prog="bench", allow_abbrev=False)
    parser.add_argument("names", nargs="*", help=f"of {', '.join(sorted(ALL))}; all but image and soak without")
    parser.add_argument("--clip", default="1", help="of the call in `media`: a seed, or a .y4m of 1280x720")
    parser.add_argument("--seed", default="1", help="of the network in `media`")
    options = parser.parse_args(arguments)
    for name in options.names:
        if name not in ALL:
            sys.exit(f"bench: there is no benchmark {name!r}; there is: {', '.join(sorted(ALL))}")
    for name in options.names or sorted(set(ALL) - {"image", "soak"}):
        ALL[name](options)


if __name__ == "__main__":
    main(sys.argv[1:])
