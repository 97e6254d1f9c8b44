"""Which USB devices this laptop was enrolled with, as USBGuard's rules: by id, hash and port, never by class. Pure."""

import json
import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Final

from pydantic import Field, ValidationError

from contract.strict import Message
from kiosk.errors import Untrusted

_ID: Final = r"[0-9a-f]{4}:[0-9a-f]{4}"
_HASH: Final = r"[A-Za-z0-9+/]{43}="
_PORT: Final = r"(?:usb[0-9]{1,3}|[0-9]{1,3}-[0-9]{1,3}(?:\.[0-9]{1,3}){0,6})"
_RULE: Final = re.compile(rf'allow id ({_ID}) hash "({_HASH})" via-port "({_PORT})"')
MOST_DEVICES: Final = 64


class Use(StrEnum):
    """What an enrolled device is there for; it says which drivers may exist."""

    BUILT_IN = "built-in"  # hubs, the camera, a card reader that needs no driver
    INPUT = "input"  # a built-in touch screen or keyboard that is on USB
    HEADSET = "headset"


@dataclass(frozen=True, order=True)
class UsbDevice:
    """One device at one port; USBGuard's hash covers its name, serial number and descriptors."""

    port: str  # as the kernel names it: usb1, 1-4, 1-4.2
    id: str  # vendor:product
    hash: str


class Enrolled(Message):
    """One device that belongs to this laptop."""

    use: Use
    id: Annotated[str, Field(pattern=rf"^{_ID}$")]
    hash: Annotated[str, Field(pattern=rf"^{_HASH}$")]
    port: Annotated[str, Field(pattern=rf"^{_PORT}$")]

    @property
    def device(self) -> UsbDevice:
        """The device itself."""
        return UsbDevice(self.port, self.id, self.hash)


class Enrolment(Message):
    """Every USB device that belongs to this laptop; the installer writes it, one `[[device]]` each."""

    device: Annotated[tuple[Enrolled, ...], Field(max_length=MOST_DEVICES)] = ()

    @property
    def devices(self) -> frozenset[UsbDevice]:
        """The devices themselves."""
        return frozenset(enrolled.device for enrolled in self.device)

    def has(self, use: Use) -> bool:
        """Whether a device for this was enrolled."""
        return any(enrolled.use is use for enrolled in self.device)


def parse_enrolment(untrusted_text: str) -> Enrolment:
    """What the installer wrote. Raises Untrusted."""
    try:
        return Enrolment.model_validate_json(json.dumps(tomllib.loads(untrusted_text)))
    except (tomllib.TOMLDecodeError, TypeError, ValidationError) as error:  # TypeError: a date
        raise Untrusted(f"the enrolment of USB devices does not check out: {type(error).__name__}") from error


def render_enrolment(enrolment: Enrolment) -> str:
    """The same, as the installer writes it."""
    lines = []
    for each in sorted(enrolment.device, key=lambda enrolled: enrolled.device):
        lines += ["[[device]]", f'use = "{each.use}"', f'id = "{each.id}"', f'hash = "{each.hash}"']
        lines += [f'port = "{each.port}"', ""]
    return "\n".join(lines)


def render_rules(enrolment: Enrolment) -> str:
    """USBGuard's rules.conf for this laptop: one line a device; what has no line is blocked by the daemon's default."""
    return "".join(
        f'allow id {device.id} hash "{device.hash}" via-port "{device.port}"\n' for device in sorted(enrolment.devices)
    )


def parse_rules(untrusted_text: str) -> frozenset[UsbDevice]:
    """What a rules.conf lets in. Raises Untrusted for any rule that is not one of ours, with the reason."""
    devices = set()
    for number, line in enumerate(untrusted_text.splitlines(), 1):
        rule = " ".join(line.split())
        if not rule or rule.startswith("#"):
            continue
        found = _RULE.fullmatch(rule)
        if found is None:
            raise Untrusted(f"rule {number} {_why_not(rule)}")
        devices.add(UsbDevice(port=found[3], id=found[1], hash=found[2]))
    return frozenset(devices)


def _why_not(rule: str) -> str:
    words = rule.split()
    if words[0] != "allow":
        return "is no rule that allows a device"
    missing = [word for word in ("id", "hash", "via-port") if word not in words]
    if missing:
        by_class = " by class" if "with-interface" in words else ""
        return f"allows{by_class} without {', '.join(missing)}"
    return "is not of our form: id, hash, via-port, each exact"
