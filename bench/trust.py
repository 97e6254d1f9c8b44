"""What trust costs on this machine: a policy and a call sheet of forty bookings, from their text to what is obeyed.

The peer is the least that anybody could do with the same two texts: check the signatures, and read JSON and TOML as
they come, with nobody asking what is in them, for whom they are or whether they are old.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from bench.rows import Goal, Row, publish
from contract.documents import DocumentKind
from contract.sheet import CallSheet, Participant
from contract.signed_policy import policy_of
from contract.signed_sheet import sheet_of
from kiosk.trusted import Trusted
from tests.fakes.authority import identity, key, signed_sheet
from tests.fakes.bookings import VETTED_UNTIL, booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.policies import signed_policy
from tests.fakes.trusting import Trusting

RUNS: Final = int(os.environ.get("BENCH_RUNS", "9"))
TIMES: Final = 20  # in each run, one after the other
BOOKINGS: Final = 40
MOST_MS: Final = 20
FRESH: Final = "from bench import trust; trust.say_once()"
NOTE: Final = "Bring a second chair; the table by the window is taken until half past. " * 3


def run() -> None:
    """Measure and publish."""
    publish("trust", rows(), _sizes())


def rows() -> list[Row]:
    """All of it, each figure beside the least in the same round."""
    both = [(_ms(_judge_both), _ms(_floor_both)) for _ in range(RUNS)]
    policies = [(_ms(_judge_policy), _ms(_floor_policy)) for _ in range(RUNS)]
    sheets = [(_ms(_judge_sheet), _ms(_floor_sheet)) for _ in range(RUNS)]
    return [
        Row("policy and sheet of 40, judged and read", *_columns(both), goal=Goal(most=MOST_MS)),
        Row("policy", *_columns(policies)),
        Row("sheet of 40 bookings", *_columns(sheets)),
        Row("policy and sheet, first in a fresh process", [_fresh_ms() for _ in range(RUNS)], "ms"),
        Row("a newer sheet, its mark fsynced", [_kept_ms() for _ in range(RUNS)], "ms"),
    ]


def _columns(pairs: list[tuple[float, float]]) -> tuple[list[float | None], str, list[float | None]]:
    return [ours for ours, _ in pairs], "ms", [least for _, least in pairs]


# ---- ours ----


def _judge_policy() -> None:
    policy_of(Trusted(identity()).judge(DocumentKind.POLICY, POLICY, NOON).envelope)


def _judge_sheet() -> None:
    found = sheet_of(Trusted(identity()).judge(DocumentKind.SHEET, SHEET, NOON).envelope)
    assert len(found.bookings) == BOOKINGS


def _judge_both() -> None:
    _judge_policy()
    _judge_sheet()


# ---- the least ----


def _floor_policy() -> None:
    tomllib.loads(_verified(POLICY, "offline-demo").decode())


def _floor_sheet() -> None:
    json.loads(_verified(SHEET, "online-demo"))


def _floor_both() -> None:
    _floor_policy()
    _floor_sheet()


def _verified(text: str, name: str) -> bytes:
    said, _, signature = text.rpartition(".")
    PUBLIC[name].verify(base64.urlsafe_b64decode(signature + "=="), said.encode())
    return base64.urlsafe_b64decode(said.partition(".")[2] + "==")


# ---- how it is measured ----


def _ms(do: Callable[[], None]) -> float:
    """The time of one, of several in a row."""
    began = time.perf_counter()
    for _ in range(TIMES):
        do()
    return (time.perf_counter() - began) * 1000 / TIMES


def _fresh_ms() -> float:
    """In a process that has done nothing but import: nothing has been built, cached or warmed."""
    said = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True, timeout=60)
    return float(said.stdout) * 1000


def say_once() -> None:
    """What the first ones took, in seconds, for whoever started this process."""
    began = time.perf_counter()
    _judge_both()
    print(time.perf_counter() - began)


def _kept_ms() -> float:
    """As the guard takes it: judged, read, and its mark on the disk that holds the temporary folder (TMPDIR)."""
    with tempfile.TemporaryDirectory() as folder:
        laptop = Trusting(Path(folder))
        texts = [signed_sheet(sheet_of_forty(serial)) for serial in range(1, TIMES + 1)]
        began = time.perf_counter()
        for text in texts:
            laptop.obeys_sheet(text)
        return (time.perf_counter() - began) * 1000 / TIMES


def _sizes() -> list[str]:
    return [f"{len(POLICY):,} characters of policy, {len(SHEET):,} of sheet, in their envelopes"]


def sheet_of_forty(serial: int = 1) -> CallSheet:
    """A full day: a family of four at each booking, notes, photos."""
    family = tuple(
        Participant(
            visitor_id=f"visitor-{number}",
            name="Siân Angharad Huws-Prydderch",
            called="Mum",
            relation="mother",
            photo=f"{number:064x}",
            vetted_until=VETTED_UNTIL,
        )
        for number in range(4)
    )
    return sheet(
        *(
            booking(f"b-{number}", starts_at=NOON + timedelta(minutes=10 * number), participants=family).model_copy(
                update={"note_for_officer": NOTE, "note_for_prisoner": NOTE}
            )
            for number in range(BOOKINGS)
        ),
        serial=serial,
    )


POLICY: Final = signed_policy()
SHEET: Final = signed_sheet(sheet_of_forty())
PUBLIC: Final = {
    name: Ed25519PublicKey.from_public_bytes(key(name).public_key().public_bytes_raw())
    for name in ("offline-demo", "online-demo")
}
