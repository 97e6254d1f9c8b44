"""`kiosk drift` on a machine made of files, and what a guard that listens records of it."""

import asyncio
import contextlib
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key

from kiosk.acceptance.drift import Difference, Subject
from kiosk.acceptance.looking import facts_of, inner_disk
from kiosk.acceptance.report import PLACE, Report, signed
from kiosk.commands import drift
from kiosk.commands.enrol import IDENTITY
from kiosk.errors import LockdownError
from kiosk.lockdown.frozen import as_toml
from kiosk.lockdown.frozen import facts_of as image_facts
from kiosk.lockdown.measures.boot import EFIVARS, GLOBAL
from kiosk.lockdown.platform import PLACE as PLATFORM_PLACE
from kiosk.lockdown.platform import Platform
from kiosk.lockdown.usb_rules import parse_enrolment, render_enrolment
from tests.fakes.accepted import CAMERA, HOLDS
from tests.fakes.bench import NOW, FakeLaptop
from tests.fakes.certificates import Authority, pem_of
from tests.integration.guard.laptop import Laptop
from tests.integration.guard.test_control_socket import Guard

KEY = generate_private_key(SECP256R1())


class Accepted:
    """A laptop that was accepted as it is."""

    def __init__(self, folder: Path) -> None:
        self.laptop = laptop = FakeLaptop(folder / "laptop")
        authority = Authority(folder, "ours")
        laptop.put("/var/lib/dpkg/status", "Package: cage\n")
        laptop.put("/usr/lib/os-release", 'ID=debian\nIMAGE_VERSION="0.1.0.214"\n')
        laptop.put("/proc/cmdline", f"ro roothash={'12' * 32} lockdown=integrity\n")
        laptop.put("/var/lib/visit-site/network/50-visit.network", "[Network]\nDHCP=ipv4\n")
        laptop.put("/etc/visit-kiosk/usb.toml", render_enrolment(parse_enrolment("")) + usb())
        laptop.variable(f"SetupMode-{GLOBAL}", b"\0")
        laptop.variable(f"SecureBoot-{GLOBAL}", b"\1")
        laptop.variable(f"PK-{GLOBAL}", b"ours")
        self.platform = image_facts(laptop, Platform(name="visit-laptop"))
        laptop.put(PLATFORM_PLACE, as_toml(self.platform))
        certificate = authority.laptop(KEY.public_key())
        laptop.put(f"{IDENTITY}/certificate.pem", certificate)
        report = Report(
            made_at=NOW,
            establishment="HMP Example",
            laptop="Visits 1",
            facts=facts_of(laptop, inner_disk(laptop)),
            files={},
            rows=(),
        )
        laptop.put(PLACE, signed(report, pem_of(KEY), certificate))

    def subjects(self) -> list[Subject]:
        return [each.subject for each in drift.compared(self.laptop, self.platform, (HOLDS,))]


def usb() -> str:
    return "\n".join(["[[device]]", *(f'{name} = "{value}"' for name, value in CAMERA.model_dump().items()), ""])


@pytest.fixture
def accepted(tmp_path: Path) -> Accepted:
    return Accepted(tmp_path)


def test_a_laptop_as_it_was_accepted_differs_in_nothing(accepted: Accepted) -> None:
    assert accepted.subjects() == []


def test_a_program_that_became_privileged_is_seen(accepted: Accepted) -> None:
    accepted.laptop.put("/usr/bin/sh", "x").chmod(0o4755)
    assert accepted.subjects() == [Subject.PRIVILEGED]


def test_a_package_more_and_other_keys_of_secure_boot_are_seen(accepted: Accepted) -> None:
    accepted.laptop.put("/var/lib/dpkg/status", "Package: cage\n\nPackage: gcc\n")
    accepted.laptop.variable(f"PK-{GLOBAL}", b"theirs")
    assert accepted.subjects() == [Subject.PACKAGES, Subject.SECURE_BOOT]


def test_a_disk_from_another_laptop_is_seen(accepted: Accepted) -> None:
    accepted.laptop.put("/sys/class/dmi/id/product_serial", "PF9")
    assert accepted.subjects() == [Subject.HARDWARE]


def test_another_laptops_report_counts_for_nothing(accepted: Accepted, tmp_path: Path) -> None:
    authority = Authority(tmp_path, "theirs")
    key = generate_private_key(SECP256R1()).public_key()
    accepted.laptop.put(f"{IDENTITY}/certificate.pem", authority.laptop(key))
    assert accepted.subjects() == [Subject.REPORT]


def test_a_laptop_without_a_report_says_so(accepted: Accepted) -> None:
    accepted.laptop.path(PLACE).unlink()
    assert accepted.subjects() == [Subject.REPORT]


def test_a_machine_that_is_no_laptop_is_not_compared() -> None:
    with pytest.raises(LockdownError, match="no visit laptop"):
        drift.main([])


@pytest.fixture
def found(accepted: Accepted) -> tuple[Difference, ...]:
    accepted.laptop.variable(f"SecureBoot-{GLOBAL}", b"\0")
    accepted.laptop.path(f"{EFIVARS}/PK-{GLOBAL}").unlink()
    return drift.compared(accepted.laptop, accepted.platform, (HOLDS,))


async def test_the_guard_records_the_subjects_and_no_more(found: tuple[Difference, ...], tmp_path: Path) -> None:
    guard = Guard(tmp_path / "control.sock")
    await guard.socket.open()
    try:
        assert await asyncio.to_thread(drift.tell, guard.path, found)
        assert await asyncio.to_thread(drift.tell, guard.path, [Difference(each, "") for each in Subject])
        assert await asyncio.to_thread(drift.tell, guard.path, [])
    finally:
        await guard.socket.close()
    assert guard.found == [("Secure Boot",), tuple(Subject), ()]


@pytest.mark.parametrize(
    "request_",
    [b'{"type":"drift","found":["a name, 1990"]}\n', b'{"type":"drift"}\n', b'{"type":"drift","found":[1]}\n'],
)
async def test_what_is_no_subject_is_not_recorded(tmp_path: Path, request_: bytes) -> None:
    guard = Guard(tmp_path / "control.sock")
    await guard.socket.open()
    try:
        with contextlib.suppress(ConnectionError):
            await guard.says(request_)
    finally:
        await guard.socket.close()
    assert guard.found == []


def test_where_no_guard_runs_it_is_said(found: tuple[Difference, ...], tmp_path: Path) -> None:
    assert not drift.tell(tmp_path / "control.sock", found)


def test_people_and_programs_read_the_same(found: tuple[Difference, ...]) -> None:
    assert "- Secure Boot: Secure Boot is off." in drift.as_text(found).splitlines()
    told = json.loads(drift.as_json(found))
    assert told["as_accepted"] is False
    assert {each["subject"] for each in told["differences"]} == {"Secure Boot"}
    assert drift.as_text(()) == "This laptop is as it was accepted."


@pytest.mark.slow
async def test_the_real_guard_has_it_in_its_trail_and_the_trail_verifies(
    laptop: Laptop, found: tuple[Difference, ...]
) -> None:
    await laptop.starts()
    assert await asyncio.to_thread(drift.tell, laptop.runtime / "control.sock", found)
    await laptop.has_recorded("drift_checked")
    (record,) = [each for each in laptop.trail() if each["event"] == "drift_checked"]
    assert record["data"] == {"found": "Secure Boot"}
    await laptop.close()  # the head of a guard that runs may be behind its trail
    status, said = await laptop.verdict()
    assert status == 0, said
