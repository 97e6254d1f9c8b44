"""`visits demo-data`: made-up people, and a call that is due. May run while the service uses the same file."""

import argparse
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from visits.cli.opened import opened
from visits.cli.say import say
from visits.cli.token_file import write_token_file
from visits.demo_data.seed import Seeded, Wish, seed
from visits.demo_data.write import Made
from visits.errors import ServiceError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument(
        "--starts-in", type=_seconds, default=60, metavar="S", help="when the call starts (%(default)s)"
    )
    parser.add_argument("--duration", type=_length, default=1800, metavar="S", help="how long it is (%(default)s)")
    parser.add_argument("--longest-extension", type=_seconds, metavar="S", help="how much later calls may end")
    parser.add_argument("--unvetted", action="store_true", help="book somebody who is not approved to visit")
    parser.add_argument(
        "--new-token", action="store_true", help="give the laptop a new token; the old one stops working"
    )
    parser.add_argument(
        "--token-file", type=Path, metavar="FILE", help="where a new token is written, instead of being printed"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(arguments: argparse.Namespace) -> int:
    """Write it and print what cannot be found out later: the token and the links."""
    extension = arguments.longest_extension
    wish = Wish(
        starts_in=timedelta(seconds=arguments.starts_in),
        duration=timedelta(seconds=arguments.duration),
        longest_extension=None if extension is None else timedelta(seconds=extension),
        is_vetted=not arguments.unvetted,
        new_token=arguments.new_token,
    )
    with opened(arguments.db) as database:
        seeded = database.write(_seed, wish, datetime.now(UTC), arguments.token_file)
    say(json.dumps(_as_data(seeded), ensure_ascii=False) if arguments.json else _as_text(seeded))
    return 0


def _seed(session: Session, wish: Wish, now: datetime, token_file: Path | None) -> Seeded:
    """Seed; a token that goes to a file is not there to be printed."""
    seeded = seed(session, wish, now)
    if token_file is None:
        return seeded
    if seeded.token is not None:
        write_token_file(token_file, seeded.token, replaces=wish.new_token)
    elif not token_file.exists():
        raise ServiceError(f"{seeded.laptop} has its token, and {token_file} is not there: --new-token makes another")
    return replace(seeded, token=None)


def _as_data(seeded: Seeded) -> dict[str, object]:
    return {
        "laptop": seeded.laptop,
        "laptop_token": seeded.token,
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
    if seeded.token is not None:
        lines.append(f"Laptop token (shown only now): {seeded.token}")
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
