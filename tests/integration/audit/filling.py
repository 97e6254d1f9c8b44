"""A guard on a small disk that fills up, run in a mount namespace of its own; prints what became of each record."""

import asyncio
import json
import os
import sys
from pathlib import Path

from kiosk.errors import Unavailable
from kiosk.lockdown.audit_trail import AuditTrail
from kiosk.lockdown.clock import SystemClock
from tests.fakes.audit import ORIGIN

BALLAST = "ballast"


def fill(disk: Path) -> None:
    """Use every block that is left."""
    with (disk / BALLAST).open("wb", buffering=0) as ballast:
        try:
            while True:
                ballast.write(b"x" * os.statvfs(disk).f_bsize)
        except OSError:
            return


async def opens(trail: AuditTrail) -> str:
    try:
        await trail.recorded("devices_opened", {"booking_id": "b1"})
    except Unavailable as error:
        return str(error)
    return "opened"


def main() -> None:
    disk = Path(sys.argv[1])
    trail = AuditTrail.open(disk / "state", origin=ORIGIN, clock=SystemClock(), reserve_bytes=65_536)
    told = {"before": asyncio.run(opens(trail))}
    fill(disk)
    note = {"text": "x" * 5000}
    told["closing"] = " ".join(str(trail.record("note_written", note).result(10)) for _ in range(5))
    told["full"] = asyncio.run(opens(trail))
    (disk / BALLAST).unlink()
    told["after"] = asyncio.run(opens(trail))
    trail.close()
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    command = [sys.executable, "-m", "kiosk", "audit", "verify"]
    os.execv(sys.executable, [*command, str(disk / "state/audit/trail.jsonl"), "--key", str(disk / "state/audit.pub")])


main()
