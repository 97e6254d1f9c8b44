"""The parts of a laptop that measures read, made of files: its screens, and its lid and battery."""

import shutil
from pathlib import Path

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.displays import Displays
from kiosk.lockdown.measures.power import Power
from kiosk.policy.measures import Finding, Severity, Verdict

INSTALLER = Path(__file__).parents[2] / "installer/etc"


class Screens:
    """Connectors of one card below a folder."""

    def __init__(self, root: Path) -> None:
        self.folder = root / "sys/class/drm"
        self.measure = Displays(Machine(root))
        (self.folder / "card0").mkdir(parents=True)
        (self.folder / "version").write_text("drm 1.1.0 20060810\n")
        self.connector("eDP-1", "connected", "enabled")
        self.connector("HDMI-A-1", "disconnected")
        self.connector("DP-1", "disconnected")

    def connector(self, name: str, status: str, enabled: str = "disabled") -> None:
        place = self.folder / f"card0-{name}"
        place.mkdir(exist_ok=True)
        (place / "status").write_text(status + "\n")
        (place / "enabled").write_text(enabled + "\n")

    def interrupts(self) -> Finding:
        found = finding(self.measure)
        assert (found.verdict, found.severity) == (Verdict.LOST, Severity.INTERRUPT), found
        return found


class Laptop:
    """Has the installer's settings, an open lid and a battery."""

    def __init__(self, root: Path) -> None:
        self.root = root
        shutil.copytree(INSTALLER / "systemd", root / "etc/systemd", symlinks=True)
        self.put("proc/acpi/button/lid/LID0/state", "state:      open\n")
        self.put("sys/class/power_supply/AC/type", "Mains\n")
        self.battery(80, "Discharging")

    def put(self, place: str, text: str) -> None:
        path = self.root / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)

    def battery(self, percent: int, status: str) -> None:
        for name, value in (("type", "Battery"), ("capacity", str(percent)), ("status", status), ("present", "1")):
            self.put(f"sys/class/power_supply/BAT0/{name}", value + "\n")

    def found(self) -> Finding:
        return finding(Power(Machine(self.root)))

    def is_lost(self, severity: Severity) -> str:
        found = self.found()
        assert (found.verdict, found.severity) == (Verdict.LOST, severity), found
        return found.evidence
