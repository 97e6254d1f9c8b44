"""Measure *wireless*: no radio speaks but to the one network the policy names, and there is no Bluetooth at all."""

from collections.abc import Iterator
from typing import Final

from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measure import OFTEN_S, Look, all_of, holds, lost
from kiosk.lockdown.network_policy import network_policy
from kiosk.lockdown.supplicant import what_is_wrong
from kiosk.policy.measures import MeasureName, Severity

INTERFACES: Final = "/sys/class/net"
SWITCHES: Final = "/sys/class/rfkill"
ADAPTERS: Final = "/sys/class/bluetooth"
MODULES: Final = "/usr/lib/modules"
LOADED: Final = ("bluetooth", "btusb", "btintel", "hci_uart")
SHIPPED: Final = ("kernel/net/bluetooth", "kernel/drivers/bluetooth")
IFF_UP: Final = 0x1
BLOCKED: Final = "1"


class Wireless:
    """Looks at interfaces, radio switches, Bluetooth's drivers and what the supplicant may join; joins nothing."""

    name = MeasureName.WIRELESS
    threat = "The laptop is reached, or speaks, by a radio that nobody in the prison sees."
    severity = Severity.BLOCK
    every_s = OFTEN_S

    def __init__(self, machine: Machine) -> None:
        self._machine = machine

    def apply(self) -> None:
        """Switch off every radio that the policy has no use for. Raises LockdownError or OSError."""
        wanted = None
        try:
            wanted = network_policy(self._machine).wireless
        finally:  # without a policy no radio has a use
            for switch in self._switches():
                if wanted is None or self._kind(switch) != "wlan":
                    self._machine.write(f"{SWITCHES}/{switch}/soft", BLOCKED)

    def look(self) -> Look:
        """All of it, the policy first: without one nothing wireless may be up."""
        wanted = network_policy(self._machine).wireless
        return all_of(self._interfaces(wanted), self._radios(wanted), self._bluetooth())

    def _interfaces(self, wanted: str | None) -> Look:
        up = [name for name in self._wireless() if self._is_up(name)]
        if not up:
            return holds("no wireless interface is up")
        if wanted is None:
            return lost(f"wireless is up on {', '.join(up)}, and the policy names no network: switch it off")
        wrong = what_is_wrong(self._machine, wanted)
        if wrong is not None:
            return lost(wrong)
        return holds(f"wireless is up on {', '.join(up)} and may join '{wanted}' alone")

    def _radios(self, wanted: str | None) -> Look:
        """A radio that is on and has no use, whatever its kind (GSM, GPS, NFC, ultra-wideband)."""
        stray = [
            f"{switch} ({self._kind(switch)})"
            for switch in self._switches()
            if not self._is_blocked(switch) and not (wanted is not None and self._kind(switch) == "wlan")
        ]
        return lost(f"a radio is on: {', '.join(stray)}") if stray else holds("no other radio is on")

    def _bluetooth(self) -> Look:
        if adapters := self._machine.names(ADAPTERS):
            return lost(f"there is a Bluetooth adapter: {', '.join(adapters)}")
        if loaded := [name for name in LOADED if self._machine.has(f"/sys/module/{name}")]:
            return lost(f"Bluetooth is loaded into the kernel: {', '.join(loaded)}")
        if shipped := list(self._shipped()):
            return lost(f"Bluetooth drivers are installed: {shipped[0]}")
        return holds("no Bluetooth")

    def _shipped(self) -> Iterator[str]:
        for release in self._machine.names(MODULES):
            for folder in SHIPPED:
                if self._machine.has(place := f"{MODULES}/{release}/{folder}"):
                    yield place

    def _wireless(self) -> list[str]:
        return [
            name
            for name in self._machine.names(INTERFACES)
            if any(self._machine.has(f"{INTERFACES}/{name}/{mark}") for mark in ("wireless", "phy80211"))
        ]

    def _is_up(self, name: str) -> bool:
        """Whether it is switched on, connected or not. Raises OSError for what cannot be read."""
        flags = self._machine.text(f"{INTERFACES}/{name}/flags")
        try:
            return bool(int(flags, 16) & IFF_UP)
        except ValueError:
            raise OSError(f"{INTERFACES}/{name}/flags is no number") from None

    def _switches(self) -> tuple[str, ...]:
        return self._machine.names(SWITCHES)

    def _kind(self, switch: str) -> str:
        return self._machine.text(f"{SWITCHES}/{switch}/type")

    def _is_blocked(self, switch: str) -> bool:
        return BLOCKED in (self._machine.text(f"{SWITCHES}/{switch}/{how}") for how in ("soft", "hard"))
