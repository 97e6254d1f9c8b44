"""A child process that writes a trail until it is killed: says each sequence number once it is acknowledged."""

import sys
from pathlib import Path

from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock
from tests.fakes.audit import ORIGIN


def main() -> None:
    trail = AuditTrail.open(Path(sys.argv[1]), origin=ORIGIN, clock=SystemClock(), reserve_bytes=4096)
    count = 0
    while True:
        group = [trail.record("note_written", {"text": "x" * (count % 900), "n": n}) for n in range(count % 7 + 1)]
        for done in group:
            sys.stdout.write(f"{done.result(10)}\n")
            sys.stdout.flush()
        count += 1


main()
