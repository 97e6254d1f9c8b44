"""The audit trail of a machine: read as it grows, and taken out to be verified elsewhere."""

import base64
import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from kiosk.audit.verdict import Verdict
from kiosk.audit.verify import verify
from tests.image.kit.vm import Vm

STATE: Final = "/var/lib/visit-kiosk"
_READ: Final = f"""
from pathlib import Path
trail = Path({STATE + "/audit/trail.jsonl"!r})
print(trail.read_text().rpartition(chr(10))[0] if trail.exists() else "")
"""
_TAKEN: Final = f"""
import base64, json
from pathlib import Path
state = Path({STATE!r})
files = [state / 'audit.pub', *(p for p in (state / 'audit').iterdir() if p.suffix in ('.jsonl', '.note'))]
print(json.dumps({{str(p.relative_to(state)): base64.b64encode(p.read_bytes()).decode() for p in files}}))
"""


def trail(vm: Vm) -> list[dict[str, Any]]:
    """The laptop's records; one that is being written is left out. Nothing yet while the machine starts."""
    return [json.loads(line) for line in vm.python(_READ).splitlines() if line]


def since(vm: Vm, from_s: float, event: str) -> list[dict[str, Any]]:
    """The records of an event since that time of the machine's wall clock, each with its own as `at_s`."""
    found = [record | {"at_s": _at_s(record)} for record in trail(vm) if record["event"] == event]
    return [record for record in found if record["at_s"] >= from_s]


def live_since(vm: Vm, started_s: float = 0) -> float | None:
    """When the call became live, in seconds of the machine's wall clock; None while it is not, since this start."""
    moved = since(vm, started_s, "call_state")
    return float(moved[-1]["at_s"]) if moved and moved[-1]["data"]["to"] == "live" else None


def _at_s(record: dict[str, Any]) -> float:
    return datetime.fromisoformat(record["wall"]).timestamp()


def verified(vm: Vm, folder: Path) -> Verdict:
    """What an auditor finds in the trail as it lies there now."""
    for name, text in json.loads(vm.python(_TAKEN)).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(base64.b64decode(text))
    return verify(folder / "audit" / "trail.jsonl", folder / "audit.pub")
