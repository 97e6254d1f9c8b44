"""What is installed, and which files lend rights to who runs them, against the image's frozen lists. It only looks."""

from typing import Final

from kiosk.lockdown.frozen import packages_sha256, privileged_files
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import MeasureName, Severity, Verdict

EVERY_S: Final = 900.0  # a walk over all files costs a fifth of a second, and below a verity root nothing changes
AT_MOST_NAMED: Final = 3


class Packages:
    """Exactly the packages of the image, and exactly its set-user, set-group and capability files."""

    name = MeasureName.PACKAGES
    threat = "A program is installed, or a file is given rights that lend themselves to whoever runs it."
    severity = Severity.BLOCK
    every_s = EVERY_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._platform = machine, platform

    def apply(self) -> None:
        """Nothing: the image was built so."""

    def look(self) -> Look:
        """Both lists, computed as the image's build computed them; a machine that is not the image's already is not
        walked over. Raises OSError."""
        installed = self._installed()
        return installed if installed.verdict is Verdict.LOST else all_of(installed, self._privileged())

    def _installed(self) -> Look:
        frozen, found = self._platform.packages_sha256, packages_sha256(self._machine)
        if not frozen:
            return lost("the image has no hash of its packages")
        if found != frozen:
            return lost(f"the packages are not those of the image: {found[:12]}, not {frozen[:12]}")
        return holds(f"packages {found[:12]}")

    def _privileged(self) -> Look:
        frozen, found = set(self._platform.privileged), set(privileged_files(self._machine))
        if found == frozen:
            return holds(f"{len(found)} files lend rights, all on the list")
        wrong = sorted({each.path for each in found ^ frozen})
        more = f" and {len(wrong) - AT_MOST_NAMED} more" if len(wrong) > AT_MOST_NAMED else ""
        return lost("lends rights otherwise than on the list: " + ", ".join(wrong[:AT_MOST_NAMED]) + more)
