"""Looks at the machine and at the stick before anything is written: all that an installation needs, or why not."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Protocol

from contract.strict import LONGEST_MESSAGE_BYTES
from installer.station.clock import not_before
from installer.station.disks import Disk, only_disk
from installer.station.faults import Fault, Stopped
from installer.station.firmware import SecureBoot, WriteVariable, check_tpm, secure_boot
from installer.station.layout import Layout, layout_of
from installer.station.own_devices import built_in, interface_for
from installer.station.payload import Payload, checked
from installer.station.screen import Screen
from installer.station.site import SITE, Laptop, Site, check_policy, laptop_of, site_in
from installer.station.site_files import SiteFile, eap_files, hosts_file, network_files, usb_files
from kiosk.acceptance.looking import serial
from kiosk.acceptance.report import Report
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.usb_rules import Enrolment
from kiosk.policy.measures import Finding

RELEASE: Final = "release"  # the folder of the release, on the stick


class Enrols(Protocol):
    """Makes this laptop one of a service's own; its keys are made here and stay here."""

    def enrol(self, service: str, code: str) -> None:
        """Over the network. Raises KioskError."""
        ...

    def ask(self, service: str, code: str) -> bytes:
        """Without one: what is to be carried to the service. Raises KioskError."""
        ...

    def take(self, untrusted_answer: bytes) -> None:
        """What the service answered to that. Raises KioskError."""
        ...


@dataclass(frozen=True)
class Bench:
    """Where an installation happens: all that it touches.

    `stick` is the folder where the stick is mounted; `reports` where that which it leaves to people lasts. That is the
    stick too, but not where firmware took the stick from the network into memory: then it is another stick, or None.
    """

    machine: Machine
    stick: Path
    reports: Path | None
    screen: Screen
    enrols: Enrols
    rows: Callable[[], tuple[Finding, ...]]  # of `kiosk check`
    page: Callable[[Report], bytes]  # as PDF
    now: Callable[[], datetime]
    write_variable: WriteVariable


@dataclass(frozen=True)
class Ready:
    """What was found, and nothing is missing."""

    disk: Disk
    layout: Layout
    payload: Payload
    secure_boot: SecureBoot
    serial: str
    site: Site
    laptop: Laptop
    usb: Enrolment
    files: tuple[SiteFile, ...] = field(repr=False)


def look(bench: Bench) -> Ready:
    """Everything, in the order in which IT would want to know. Raises Stopped; nothing has been changed by then."""
    machine, screen = bench.machine, bench.screen
    with screen.step("Looking at this laptop"):
        lasting(bench)
        check_tpm(machine)
        disk = only_disk(machine)
        number = serial(machine)
        usb = built_in(machine)
    with screen.step("Reading the site's settings"):
        site = site_in(_on_stick(bench, SITE, Fault.NO_SITE))
        laptop = laptop_of(site, number)
        files = _files(bench, site, laptop, usb)
    with screen.step("Checking the release"):
        payload = checked(machine, bench.stick / RELEASE)
        not_before(machine, payload.manifest.made_at, bench.now, screen)
    stands = secure_boot(machine, payload.keys)
    layout = layout_of(disk.size, payload.manifest.version, payload.manifest.root_hash)
    return Ready(disk, layout, payload, stands, number, site, laptop, usb, files)


def lasting(bench: Bench) -> Path:
    """The folder for what the installation leaves to people. Raises Stopped where all of it would be lost."""
    if bench.reports is None:
        raise Stopped(Fault.NOTHING_LASTS)
    return bench.reports


def _files(bench: Bench, site: Site, laptop: Laptop, usb: Enrolment) -> tuple[SiteFile, ...]:
    """All that the laptop keeps of its site. Raises Stopped."""
    policy = _on_stick(bench, site.policy, Fault.SITE_WRONG)
    check_policy(site, policy.decode(errors="replace"))
    interface = interface_for(bench.machine, site.network.kind)
    named = {} if site.network.eap is None else eap_files(site.network.eap)
    given = [SiteFile(name, _on_stick(bench, source, Fault.SITE_WRONG), mode) for source, (name, mode) in named.items()]
    hosts = hosts_file(site.service_name, site.address)
    return (
        *usb_files(usb),
        *network_files(site.network, laptop, interface),
        SiteFile("policy.toml", policy),
        hosts,
        *given,
    )


def _on_stick(bench: Bench, name: str, fault: Fault) -> bytes:
    """A small file of the stick. Raises Stopped."""
    try:
        with (bench.stick / name).open("rb") as file:
            content = file.read(LONGEST_MESSAGE_BYTES + 1)
    except OSError as error:
        raise Stopped(fault, f"{name} cannot be read: {error.strerror}.") from error
    if len(content) > LONGEST_MESSAGE_BYTES:
        raise Stopped(fault, f"{name} is too long.")
    return content
