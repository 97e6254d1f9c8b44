"""`kiosk audit`: check the audit trail, read it as sentences, list the transmissions; it changes nothing.

`verify` ends with 0 (whole, closed by a signed head), 3 (whole up to an open tail) or 1 (tampered); each of the three
ends with 2 when it cannot be done, and says why in one sentence.
"""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from kiosk.audit.reading import read
from kiosk.audit.show import show
from kiosk.audit.transmissions import transmissions
from kiosk.audit.verify import verify


def main(arguments: Sequence[str]) -> None:
    """Do what was asked and end with its status."""
    options = _parser().parse_args(arguments)
    try:
        status = options.does(options)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        status = 0
    sys.exit(status)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="kiosk audit", description="Check and read the laptop's audit trail.")
    does = parser.add_subparsers(required=True, metavar="COMMAND")
    check = does.add_parser("verify", help="is it what was recorded? 0: yes, 3: up to an open tail, 1: no")
    check.set_defaults(does=_verify)
    check.add_argument("--key", type=Path, required=True, help="the laptop's audit.pub, from a place you trust")
    check.add_argument(
        "--head", type=Path, action="append", default=[], help="a signed head kept elsewhere; repeatable"
    )
    check.add_argument("--json", action="store_true", help="print one object")
    show_all = does.add_parser("show", help="every record as a sentence")
    show_all.set_defaults(does=_show)
    sent = does.add_parser("transmissions", help="when camera and microphone were open, and for which call")
    sent.set_defaults(does=_transmissions)
    for each in (check, show_all, sent):
        each.add_argument("trail", type=Path, help="audit/trail.jsonl; its notes are looked for beside it")
    return parser


def _verify(options: argparse.Namespace) -> int:
    verdict = verify(options.trail, options.key, options.head)
    _say(json.dumps(asdict(verdict)) if options.json else f"{verdict.verdict}: {verdict.why}")
    return verdict.verdict.status


def _show(options: argparse.Namespace) -> int:
    is_readable = True
    for could_be_read, line in show(options.trail):
        is_readable = is_readable and could_be_read
        _say(line)
    return 0 if is_readable else 1


def _transmissions(options: argparse.Namespace) -> int:
    found = 0
    for found, sent in enumerate(transmissions(read(options.trail)), 1):  # noqa: B007 - counted, then said
        _say(sent.sentence())
    if not found:
        _say("Camera and microphone were never open.")
    return 0


def _say(line: str) -> None:
    print(line)  # noqa: T201 - this is what the person who typed it reads
