"""How exposed a unit is, by systemd's own judgement."""

import re
import subprocess
from pathlib import Path
from typing import Final

UNITS: Final = Path(__file__).parents[3] / "installer/units"


def exposure_of(unit: Path) -> float:
    """What `systemd-analyze security` says of it offline: 0 for one that can do nothing, 10 for one that can do all."""
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", str(unit)], capture_output=True, text=True, check=True
    )
    found = re.search(r"Overall exposure level for \S+: ([0-9.]+)", judged.stdout)
    assert found, judged.stdout
    return float(found[1])
