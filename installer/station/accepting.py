"""Reads the disk back and makes the signed acceptance report of what was found, here and on the stick."""

from typing import Final

from contract.manifest import ROOT, UKI, VERITY
from installer.station import slots, volumes
from installer.station.faults import Fault, Stopped
from installer.station.joining import plain
from installer.station.payload import LOADER
from installer.station.ready import Bench, Ready, lasting
from kiosk.acceptance.facts import Facts, Image
from kiosk.acceptance.looking import hardware, is_secure, network, privileged_sha256, secure_boot
from kiosk.acceptance.report import PLACE, Report, Row, readable, signed
from kiosk.commands.enrol import CREDENTIALS, IDENTITY
from kiosk.errors import KioskError, Unavailable
from kiosk.lockdown.credential_files import SYSTEMD_CREDS, UNIT_OF
from kiosk.lockdown.identity_file import find_identity, read_certificate
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.platform import Platform, find_platform
from kiosk.lockdown.state_file import replace_file
from kiosk.lockdown.vault_credentials import PREFIX
from kiosk.ports import SecretName

NEW_ROOT: Final = "/run/visit-install/root"
BY_HAND: Final = "/var/lib/visit-kiosk/acceptance.json"  # what a person says of the firmware; the guard reads it


def accept(bench: Bench, ready: Ready) -> str:
    """The report, signed, on the laptop and on the stick; the name of the page there. Raises Stopped."""
    for place, name in ((ready.layout.root, ROOT), (ready.layout.verity, VERITY)):
        facts = ready.payload.manifest.files[name]
        if slots.read_back(bench.machine, ready.disk, place, facts.size) != facts.sha256:
            raise Stopped(Fault.READ_BACK, f"({name})")
    volumes.sealed_to(bench.machine, ready.disk.partition(ready.layout.var.number))
    try:
        report = _report(bench, ready)
        return _keep(bench, ready, report)
    except (KioskError, OSError, ValueError) as error:
        if isinstance(error, Stopped):
            raise
        raise Stopped(Fault.NO_REPORT, f"({type(error).__name__}: {error})") from error


def _report(bench: Bench, ready: Ready) -> Report:
    identity = find_identity(bench.machine.path(IDENTITY))
    if identity is None:
        raise Unavailable("this laptop is not enrolled")
    manifest = ready.payload.manifest
    return Report(
        made_at=bench.now(),
        establishment=identity.establishment,
        laptop=identity.laptop,
        facts=_facts(bench.machine, ready),
        files={name: manifest.files[name].sha256 for name in (ROOT, VERITY, UKI, LOADER)},
        rows=tuple(
            Row(measure=each.name, state=each.verdict, when_lost=each.severity, evidence=each.evidence)
            for each in bench.rows()
        ),
        notes=tuple(bench.screen.notes),
    )


def _facts(machine: Machine, ready: Ready) -> Facts:
    manifest, image = ready.payload.manifest, _platform(machine, ready)
    return Facts(
        image=Image(
            version=manifest.version,
            root_hash=manifest.root_hash,
            packages_sha256=image.packages_sha256,
            privileged_sha256=privileged_sha256(image.privileged),
        ),
        hardware=hardware(machine, ready.disk.name),
        secure_boot=secure_boot(machine),
        secure_boot_on=is_secure(machine),
        usb=ready.usb.device,
        network=network(machine),
    )


def _platform(machine: Machine, ready: Ready) -> Platform:
    """What the image on the disk says of itself."""
    root = ready.disk.partition(ready.layout.root.number)
    with volumes.mounted(machine, root, NEW_ROOT, "erofs", f"ro,{volumes.SAFE}") as place:
        platform = find_platform(Machine(place))
    if platform is None:
        raise Stopped(Fault.READ_BACK, "(the image on the disk is none of ours)")
    return platform


def _keep(bench: Bench, ready: Ready, report: Report) -> str:
    machine = bench.machine
    text = signed(report, _key(machine), read_certificate(machine.path(IDENTITY)))
    page = bench.page(report)
    named = f"acceptance-{plain(ready.serial)}"
    for name, content in ((".jws", text.encode()), (".json", readable(report).encode()), (".pdf", page)):
        replace_file(lasting(bench) / f"{named}{name}", content)
    if ready.site.by_hand is not None:
        replace_file(machine.path(BY_HAND), ready.site.by_hand.model_dump_json().encode())
    replace_file(machine.path(PLACE), text.encode())
    return f"{named}.pdf"


def _key(machine: Machine) -> str:
    """The laptop's own, as the unit that uses it is given it. Raises Unavailable."""
    name = SecretName.TLS_KEY
    place = machine.path(f"{CREDENTIALS}/{UNIT_OF[name]}/{name.value}")
    return machine.run(SYSTEMD_CREDS, "decrypt", f"--name={PREFIX}{name.value}", str(place), "-")
