"""`visits demo-data`: made-up people, and a call that is due. May run while the service uses the same file."""

import argparse
import json
from datetime import UTC, datetime, timedelta

from visits.cli.opened import opened
from visits.cli.say import say
from visits.demo_data.seed import Seeded, Wish, seed
from visits.demo_data.write import Made


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument(
        "--starts-in", type=_seconds, default=60, metavar="S", help="when the call starts (%(default)s)"
    )
    parser.add_argument("--duration", type=_length, default=1800, metavar="S", help="how long it is (%(default)s)")
    parser.add_argument("--longest-extension", type=_seconds, metavar="S", help="how much later calls may end")
    parser.add_argument("--unvetted", action="store_true", help="book somebody who is not approved to visit")
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(arguments: argparse.Namespace) -> int:
    """Write it and print what cannot be found out later: the links."""
    extension = arguments.longest_extension
    wish = Wish(
        starts_in=timedelta(seconds=arguments.starts_in),
        duration=timedelta(seconds=arguments.duration),
        longest_extension=None if extension is None else timedelta(seconds=extension),
        is_vetted=not arguments.unvetted,
    )
    with opened(arguments.db) as database:
        seeded = database.write(seed, wish, datetime.now(UTC))
    say(json.dumps(_as_data(seeded), ensure_ascii=False) if arguments.json else _as_text(seeded))
    return 0


def _as_data(seeded: Seeded) -> dict[str, object]:
    return {
        "laptop": seeded.laptop,
        "due": _booking(seeded.due),
        "later": [_booking(made) for made in seeded.later],
    }


def _booking(made: Made) -> dict[str, object]:
    return {
        "booking_id": made.booking_id,
        "link": f"/v/{made.link}",
        "starts_at": made.starts_at.isoformat(),
        "ends_at": made.ends_at.isoformat(),
        "prisoner": made.prisoner,
        "visitors": list(made.visitors),
    }


def _as_text(seeded: Seeded) -> str:
    lines = [f"Laptop: {seeded.laptop}"]
    for made in (seeded.due, *seeded.later):
        when = f"{made.starts_at:%H:%M:%S} to {made.ends_at:%H:%M:%S} UTC"
        lines += [f"{made.booking_id}: {made.prisoner} with {', '.join(made.visitors)}, {when}", f"  /v/{made.link}"]
    return "\n".join(lines)


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 <= seconds <= 86_400:
        raise argparse.ArgumentTypeError("expected seconds, from 0 to 86400")
    return seconds


def _length(text: str) -> int:
    seconds = int(text)
    if not 1 <= seconds <= 7200:
        raise argparse.ArgumentTypeError("expected whole seconds, from 1 to 7200")
    return seconds
