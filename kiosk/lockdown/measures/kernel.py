"""What the kernel refuses to everybody: debuggers, core dumps, other kernels, foreign modules, swap. Sets and reads."""

import contextlib
from collections.abc import Callable
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import Look, all_of, holds, lost
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import MeasureName, Severity

EVERY_S: Final = 5.0
AT_LEAST: Final = ">="
SIGNED_ONLY: Final = "/sys/module/module/parameters/sig_enforce"
NO_MORE_MODULES: Final = "/proc/sys/kernel/modules_disabled"
KERNEL_LOCKDOWN: Final = "/sys/kernel/security/lockdown"


class Kernel:
    """Each switch of the kernel stands where the image wants it, and there is no swap."""

    name = MeasureName.KERNEL
    threat = "Keys that talk to the kernel, a debugger, a core dump or a foreign module get past everything else."
    severity = Severity.BLOCK
    every_s = EVERY_S

    def __init__(self, machine: Machine, platform: Platform) -> None:
        self._machine, self._sysctls = machine, platform.sysctls

    def apply(self) -> None:
        """Set what does not stand right. What cannot be set stays as it is; `look` says so."""
        for name, wanted in self._sysctls.items():
            with contextlib.suppress(OSError):
                if not _is_met(wanted, self._machine.text(_path(name))):
                    self._machine.write(_path(name), wanted.removeprefix(AT_LEAST))

    def look(self) -> Look:
        """Every switch, modules and swap. Raises OSError for what is there and cannot be read."""
        looks = [self._switch(name, wanted) for name, wanted in self._sysctls.items()]
        right = holds(f"{len(looks)} switches of the kernel stand right")
        return all_of(
            *(look for look in looks if look.verdict is not right.verdict), right, self._modules(), self._swap()
        )

    def _switch(self, name: str, wanted: str) -> Look:
        try:
            found = self._machine.text(_path(name))
        except FileNotFoundError:
            return lost(f"this kernel has no {name}: it was built without it")
        return holds(f"{name}={found}") if _is_met(wanted, found) else lost(f"{name} is {found}, not {wanted}")

    def _modules(self) -> Look:
        """No more modules, or only signed ones; kernel lockdown implies the second."""
        ways: list[tuple[str, Callable[[str], bool]]] = [
            (NO_MORE_MODULES, lambda found: found == "1"),
            (SIGNED_ONLY, lambda found: found == "Y"),
            (KERNEL_LOCKDOWN, lambda found: "[integrity]" in found or "[confidentiality]" in found),
        ]
        for path, is_closed in ways:
            if is_closed(self._machine.text_or(path, "")):
                return holds(f"{path} keeps foreign modules out")
        return lost("the kernel takes modules that nobody signed")

    def _swap(self) -> Look:
        swaps = self._machine.text("/proc/swaps").splitlines()[1:]
        if swaps:
            return lost(f"memory is swapped to {', '.join(line.split()[0] for line in swaps)}")
        return holds("no swap")


def _path(name: str) -> str:
    return "/proc/sys/" + name.replace(".", "/")


def _is_met(wanted: str, found: str) -> bool:
    if wanted.startswith(AT_LEAST):
        return found.lstrip("-").isdecimal() and int(found) >= int(wanted.removeprefix(AT_LEAST))
    return found == wanted
