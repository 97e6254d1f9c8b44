"""What makes a laptop the one that was accepted, as data: nothing in it is secret, and no name of a person. Pure."""

from typing import Annotated

from pydantic import Field, StringConstraints

from contract.strict import Message
from kiosk.lockdown.usb_rules import Enrolled

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Text = Annotated[str, StringConstraints(max_length=200)]


class Image(Message):
    """The image that was started, by its own words and by what the kernel checks of it."""

    version: Text
    root_hash: Text  # empty where no such word is on the kernel's command line
    packages_sha256: Digest
    privileged_sha256: Digest  # of every file that gives whoever runs it more than they had, by path


class Hardware(Message):
    """The machine itself. `tpm_ek_sha256` is of the endorsement key's public part; None where nobody could read it."""

    product: Text
    serial: Text
    disk: Text
    tpm_ek_sha256: Digest | None


class Facts(Message):
    """All that is compared later."""

    image: Image
    hardware: Hardware
    secure_boot: Annotated[dict[Text, Digest], Field(max_length=8)]  # by variable, what it holds
    secure_boot_on: bool
    usb: Annotated[tuple[Enrolled, ...], Field(max_length=64, strict=False)]  # enrolled, by port
    network: Text  # `wired, DHCP`: a kind, and never an address or a secret
