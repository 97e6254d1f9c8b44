"""`visits heads`: how far each laptop's audit trail went when it was last co-signed, and every alarm about one."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final

from visits.cli.opened import opened
from visits.cli.say import say
from visits.cosigner import cosigner_in, default_file
from visits.domain.heads import Alarm
from visits.errors import ServiceError
from visits.store.heads import Cosigned, Raised, cosigned_heads, head_alarms

WHAT: Final = MappingProxyType(
    {
        Alarm.WRONG_KEY: "signed by another key than before",
        Alarm.ROLLED_BACK: "shorter than before: records were removed",
        Alarm.FORKED: "as long as before, and not the same: records were changed",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The words of this command."""
    parser.add_argument("--laptop", metavar="NAME", help="only this laptop")
    parser.add_argument(
        "--note", type=Path, metavar="FILE", help="write its newest head there, for `kiosk audit verify --head`"
    )
    parser.add_argument(
        "--cosign-key", type=Path, metavar="FILE", help="the service's key (default: beside the database)"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")


def act(arguments: argparse.Namespace) -> int:
    """List them; with --note, write one down."""
    with opened(arguments.db) as database:
        heads, alarms = database.read(cosigned_heads), database.read(head_alarms)
    if arguments.laptop is not None:
        heads = tuple(head for head in heads if head.laptop == arguments.laptop)
        alarms = tuple(alarm for alarm in alarms if alarm.laptop == arguments.laptop)
    if arguments.note is not None:
        _write(heads, arguments)
    signer = _signer(arguments.cosign_key or default_file(arguments.db))
    say(_as_json(heads, alarms, signer) if arguments.json else _as_text(heads, alarms, signer))
    return 0


def _write(heads: Sequence[Cosigned], arguments: argparse.Namespace) -> None:
    if arguments.laptop is None:
        raise ServiceError("--note needs --laptop NAME")
    if not heads:
        raise ServiceError("no head of this laptop has been co-signed")
    arguments.note.write_text(heads[0].note, encoding="utf-8")


def _signer(file: Path) -> str | None:
    """The service's key as others are told it; None where it has not been made. Looking makes none."""
    return cosigner_in(file).signer.as_line() if file.exists() else None


def _as_json(heads: Sequence[Cosigned], alarms: Sequence[Raised], signer: str | None) -> str:
    data = {
        "cosigner": signer,
        "heads": [
            {
                "laptop": each.laptop,
                "origin": each.head.origin,
                "seq": each.head.seq,
                "hash": each.head.chain,
                "public_key": each.public_key,
                "cosigned_at": each.cosigned_at.isoformat(),
                "note": each.note,
            }
            for each in heads
        ],
        "alarms": [
            {
                "laptop": each.laptop,
                "alarm": each.alarm,
                "seq": each.seq,
                "first_said_at": each.first_said_at.isoformat(),
                "note": each.note,
            }
            for each in alarms
        ],
    }
    return json.dumps(data, ensure_ascii=False)


def _as_text(heads: Sequence[Cosigned], alarms: Sequence[Raised], signer: str | None) -> str:
    lines = [f"Co-signed by {signer}"] if signer is not None else []
    lines += [
        f"{each.laptop}: record {each.head.seq}, co-signed {each.cosigned_at:%Y-%m-%d %H:%M:%S} UTC" for each in heads
    ]
    lines += [
        f"ALARM {each.laptop}: a trail of {each.seq} records, {WHAT[each.alarm]}; "
        f"first shown {each.first_said_at:%Y-%m-%d %H:%M:%S} UTC"
        for each in alarms
    ]
    return "\n".join(lines) or "No head has been co-signed."
