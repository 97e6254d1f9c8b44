"""Brings the laptop to its service: over the site's own network or, at an offline site, by files on the stick."""

import re
from typing import Final

from installer.station.faults import Fault, Stopped
from installer.station.ready import Bench, Ready, lasting
from installer.station.site import Kind
from kiosk.errors import KioskError, Unavailable
from kiosk.lockdown.state_file import replace_file

SYSTEMCTL: Final = "/usr/bin/systemctl"
NETWORKD: Final = "systemd-networkd.service"
SUPPLICANT: Final = "visit-supplicant.service"
ONLINE: Final = ("/usr/lib/systemd/systemd-networkd-wait-online", "--any", "--timeout=60")
LONGEST_ANSWER: Final = 65_536


def enrol(bench: Bench, ready: Ready) -> bool:
    """Whether it is enrolled; else the stick has what must be carried to the service. Raises Stopped."""
    site, code = ready.site, ready.laptop.code
    if site.offline:
        with bench.screen.step("Making the keys, and the question for the service"):
            _ask(bench, ready)
        return False
    with bench.screen.step("Joining the network"):
        _join(bench, site.network.kind)
    with bench.screen.step(f"Enrolling with {site.service}"):
        try:
            bench.enrols.enrol(site.service, code)
        except KioskError as error:
            raise Stopped(Fault.NOT_ENROLLED, str(error)) from error
    return True


def answer_for(bench: Bench, serial: str) -> bytes | None:
    """The service's answer for this laptop, if it is on the stick. Raises Stopped for one that cannot be read."""
    return _on_stick(bench, f"answer-{plain(serial)}.json")


def question_of(bench: Bench, serial: str) -> bytes | None:
    """What this laptop has asked, if that is still on the stick. Raises Stopped."""
    return _on_stick(bench, f"question-{plain(serial)}.json")


def _on_stick(bench: Bench, name: str) -> bytes | None:
    try:
        with (lasting(bench) / name).open("rb") as file:
            return file.read(LONGEST_ANSWER + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Stopped(Fault.ANSWER_WRONG, f"({name}: {error.strerror})") from error


def take_answer(bench: Bench, untrusted_answer: bytes) -> None:
    """Be enrolled by it. Raises Stopped."""
    with bench.screen.step("Taking the service's answer"):
        try:
            bench.enrols.take(untrusted_answer)
        except KioskError as error:
            raise Stopped(Fault.ANSWER_WRONG, str(error)) from error


def waiting(serial: str) -> tuple[str, str]:
    """What is to be done with the question, for the screen."""
    name = f"question-{plain(serial)}.json"
    return (
        f"Have the service answer {name} with `visits enrol-offline`, and put its answer beside it on the stick.",
        "Then start this laptop from the stick again. It starts from nothing else until then.",
    )


def plain(serial: str) -> str:
    """A serial number as a part of a file's name."""
    return re.sub(r"[^A-Za-z0-9-]", "_", serial)[:40] or "unknown"


def _ask(bench: Bench, ready: Ready) -> None:
    name = f"question-{plain(ready.serial)}.json"
    try:
        question = bench.enrols.ask(ready.site.service, ready.laptop.code)
        replace_file(lasting(bench) / name, question)
    except KioskError as error:
        raise Stopped(Fault.NOT_ENROLLED, str(error)) from error
    except OSError as error:
        raise Stopped(Fault.NO_REPORT, f"{name} cannot be written to the stick: {error.strerror}.") from error


def _join(bench: Bench, kind: Kind) -> None:
    """By the very files that the laptop will use. Raises Stopped."""
    units = (NETWORKD,) if kind is Kind.WIRED else (SUPPLICANT, NETWORKD)
    try:
        bench.machine.run(SYSTEMCTL, "restart", *units)
        bench.machine.run(*ONLINE)
    except Unavailable as error:
        raise Stopped(Fault.NO_NETWORK, f"({error})") from error
