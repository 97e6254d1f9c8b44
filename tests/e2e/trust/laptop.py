"""One laptop of a house: enrolled by the real command, its guard and its confined shell as they are really started."""

import json
import shutil
import sys
from pathlib import Path
from typing import Any

from kiosk.lockdown.identity_file import keep_certificate, read_certificate
from kiosk.ui.words import say
from tests.e2e.kit.house import House
from tests.e2e.kit.process import Process
from tests.e2e.trust.keys import older
from tests.fakes.eventually import eventually

WITHIN_S = 60.0  # a laptop without a call may pause for 40 s between two tries


class Laptop:
    """In `folder`; what stands on its screen is in `seen`."""

    def __init__(self, folder: Path, house: House) -> None:
        folder.mkdir(exist_ok=True)
        self.folder, self._house = folder, house
        self.identity, self.vault, self.seen = folder / "identity", folder / "vault", folder / "seen"
        self.guard: Process | None = None

    @property
    def own(self) -> tuple[str, ...]:
        return "--identity", str(self.identity), "--vault", str(self.vault)

    async def enrols(self, *more: str) -> str:
        """As IT does it; what they are told."""
        house = self._house
        code = (await house.visits("enrol-code", "--laptop", house.laptop)).strip().splitlines()[-1]
        return await house.kiosk("enrol", "--service", house.laptop_url, "--code", code, *self.own, *more)

    async def starts(self) -> None:
        self.seen.unlink(missing_ok=True)
        shell = (sys.executable, "-m", "tests.e2e.trust.seen_shell", "--seen", str(self.seen), *self.own)
        folders = ("--runtime", str(self.folder / "run"), "--state", str(self.folder / "state"))
        self.guard = await Process.python(
            self.folder / "guard.log",
            *("kiosk.guard", *folders, *self.own, "--", *shell),
            env={"DISPLAY": "", "WAYLAND_DISPLAY": "", "PULSE_RUNTIME_PATH": str(self.folder / "pulse")},
        )

    async def stops(self) -> None:
        if self.guard is not None:
            await self.guard.stop()

    # ---- what is seen ----

    def screens(self) -> list[list[str]]:
        """Every screen there was, each as its texts; one that is being written is left out."""
        if not self.seen.exists():
            return []
        return [json.loads(line) for line in self.seen.read_text().rpartition("\n")[0].splitlines()]

    async def says(self, fault: str) -> None:
        """Wait until the screen says what is wrong, in the words for this fault."""
        await self.shows(say(f"out_of_service.fault.{fault}"))

    async def is_well(self) -> None:
        """Wait until the screen says nothing is wrong and the day has come."""
        await self.shows(say("nothing_booked.title"))

    async def shows(self, sentence: str) -> None:
        """Wait until this is on the screen."""

        def there() -> bool:
            screens = self.screens()
            return bool(screens) and sentence in screens[-1]

        await eventually(there, WITHIN_S, lambda: f"{sentence!r}; {self.logs()}")

    def trail(self, event: str) -> list[dict[str, Any]]:
        """What the audit trail has of an event."""
        whole = (self.folder / "state" / "audit" / "trail.jsonl").read_text().rpartition("\n")[0]
        return [found for line in whole.splitlines() if (found := json.loads(line))["event"] == event]

    def logs(self) -> str:
        said = "" if self.guard is None else self.guard.log[-3000:]
        return f"{self.screens()[-2:]}\n{said}\n{self._house.logs()}"

    # ---- what may befall it ----

    def ages(self, days: int, *, left: int | None = None) -> None:
        """Its certificate was issued so many days before today, and is good for `left` more days."""
        keep_certificate(self.identity, older(self._house.keys, read_certificate(self.identity), days, left))

    def is_copied_to(self, thief: "Laptop", *, with_its_keys: bool) -> None:
        """Somebody has got at its disk."""
        shutil.copytree(self.identity, thief.identity)
        if with_its_keys:
            shutil.copytree(self.vault, thief.vault)
