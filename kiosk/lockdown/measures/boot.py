"""How this machine was started: Secure Boot, the kernel's words, the TPM, the firmware's password. It only looks."""

import json
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import SELDOM_S, Look, all_of, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import MeasureName, Severity

EFIVARS: Final = "/sys/firmware/efi/efivars"
GLOBAL: Final = "8be4df61-93ca-11d2-aa0d-00e098032b8c"  # EFI_GLOBAL_VARIABLE, UEFI 2.10 section 3.3
KERNEL_LOCKDOWN: Final = "/sys/kernel/security/lockdown"
TPM: Final = "/sys/class/tpm/tpm0"
ACCEPTANCE: Final = "/var/lib/visit-kiosk/acceptance.json"  # written by IT when the laptop is accepted
BEGINS: Final = ("=", "_")  # the end of a forbidden word that stands for all that begin with it


class Boot:
    """The machine was started by what the establishment signed, with the words it was built with."""

    name = MeasureName.BOOT
    threat = "Somebody starts another system, or this one with other words, and has the laptop to themselves."
    severity = Severity.BLOCK
    every_s = SELDOM_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._cmdline = machine, platform.cmdline

    def apply(self) -> None:
        """Nothing: it was decided before this program ran."""

    def look(self) -> Look:
        """All of it; each part says its own loss."""
        return all_of(
            self._secure_boot(), self._kernel_lockdown(), self._words(), self._tpm(), self._firmware_password()
        )

    def _secure_boot(self) -> Look:
        if not self._machine.has(EFIVARS):
            return lost(f"Secure Boot: there is no {EFIVARS}; this machine was not started by UEFI")
        secure, setup = self._variable("SecureBoot"), self._variable("SetupMode")
        if secure != 1:
            return lost(f"Secure Boot is off (SecureBoot={secure}): switch it on in the firmware")
        if setup != 0:
            return lost(f"Secure Boot is in setup mode (SetupMode={setup}): enrol the keys")
        return holds("Secure Boot is on")

    def _variable(self, name: str) -> int | None:
        """The value of a one-byte variable: four bytes of attributes, then the value. Raises OSError."""
        raw = self._machine.path(f"{EFIVARS}/{name}-{GLOBAL}").read_bytes()
        return raw[4] if len(raw) == 5 else None

    def _kernel_lockdown(self) -> Look:
        found = self._machine.text_or(KERNEL_LOCKDOWN, "")
        if "[integrity]" in found or "[confidentiality]" in found:
            return holds("the kernel is locked down")
        return lost(f"the kernel is not locked down: {KERNEL_LOCKDOWN} says {found or 'nothing'}")

    def _words(self) -> Look:
        words = self._machine.text("/proc/cmdline").split()
        missing = [word for word in self._cmdline.required if word not in words]
        if missing:
            return lost(f"the kernel was started without {' '.join(missing)}")
        unwanted = [word for word in words if any(_is(word, forbidden) for forbidden in self._cmdline.forbidden)]
        if unwanted:
            return lost(f"the kernel was started with {' '.join(unwanted)}")
        return holds("the kernel's words are as built")

    def _tpm(self) -> Look:
        version = self._machine.text_or(f"{TPM}/tpm_version_major", "")
        if version != "2":
            return lost(
                f"no TPM 2 at {TPM}" + (f" (version {version})" if version else ": switch it on in the firmware")
            )
        return holds("a TPM 2 is there")

    def _firmware_password(self) -> Look:
        try:
            record = json.loads(self._machine.text_or(ACCEPTANCE, "null"))
        except ValueError:
            return lost(f"{ACCEPTANCE} is no record of acceptance", Severity.WARN)
        if isinstance(record, dict) and record.get("firmware_password_set") is True:
            return holds("the firmware's password is recorded as set")
        return lost(f"no firmware password is recorded as set in {ACCEPTANCE}", Severity.WARN)


def _is(word: str, forbidden: str) -> bool:
    """Whether a word of the kernel's is this one, with a value or without; `-` and `_` are one to it."""
    word, forbidden = word.replace("-", "_"), forbidden.replace("-", "_")
    return word == forbidden or word.startswith(f"{forbidden}=" if not forbidden.endswith(BEGINS) else forbidden)
