"""The stick turns an empty machine into an accepted laptop, and that laptop starts to its screen."""

import base64
import json
from pathlib import Path
from typing import Final

import pytest
from cryptography.x509 import Certificate, load_der_x509_certificate

from kiosk.acceptance.drift import Subject
from kiosk.acceptance.looking import NETWORK
from kiosk.acceptance.report import BY_HAND, report_in
from kiosk.policy.measures import MeasureName
from tests.image.kit import looks
from tests.image.kit.call import READY_S
from tests.image.kit.dilation import ours
from tests.image.kit.installed import reports
from tests.image.kit.release import release
from tests.image.kit.screen import is_dark
from tests.image.kit.site import LAPTOP, Site, visits
from tests.image.kit.trail import since
from tests.image.kit.vm import Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.takes(60), pytest.mark.timeout(3600)]

DRIFT: Final = "visit-drift.service"


def test_the_stick_installs_an_empty_disk_and_leaves_a_signed_report(laptop: Vm, site: Site) -> None:
    names = reports(laptop.folder)
    assert {Path(name).suffix for name in names} == {".jws", ".json", ".pdf"}
    in_builder(laptop.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "::acceptance-LAPTOP1.jws", "/out/report.jws")
    text = (laptop.folder / "report.jws").read_text()
    report = report_in(text, certificate_of(text, site.authority).public_key())
    assert report.facts.image.root_hash == (release() / "root.hash").read_text().strip()
    assert report.facts.hardware.tpm_ek_sha256 is not None
    assert report.facts.secure_boot_on
    assert {row.measure for row in report.rows} == {str(name) for name in MeasureName}
    assert len(report.by_hand) >= len(BY_HAND)
    assert LAPTOP in visits(site.folder, "laptop", "list")


def certificate_of(report: str, authority: Certificate) -> Certificate:
    """The laptop's own, which its report carries. Raises InvalidSignature or ValueError for another authority's."""
    head = report.partition(".")[0]
    certificate = load_der_x509_certificate(
        base64.b64decode(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["x5c"][0])
    )
    certificate.verify_directly_issued_by(authority)
    return certificate


@pytest.mark.image_full
def test_what_is_not_as_it_was_accepted_is_said_and_recorded(running: Vm) -> None:
    """Its disk is another: it was installed on one of NVMe, whose state QEMU cannot freeze."""
    running.replug()
    assert eventually(lambda: looks.is_ready(running), READY_S, 5)
    assert drift(running) == ["hardware"]
    settings = running.python(f"print(open({NETWORK!r}).read())")
    looks.write(running, NETWORK, settings.replace("DHCP=", "# DHCP="))
    assert drift(running) == ["hardware", "network"]


def is_looking(vm: Vm) -> bool:
    return vm.python(f"import os; print(os.path.exists('/sys/fs/cgroup/system.slice/{DRIFT}'))").strip() == "True"


def drift(vm: Vm) -> list[str]:
    """What the weekly look finds, within its walls, and records; of the machine itself only the disk differs."""
    began = looks.time_of_day(vm)
    vm.run("systemctl", "start", "--no-block", DRIFT)  # who waits there is a program that is not on the list
    assert eventually(lambda: since(vm, began, "drift_checked") != [] and not is_looking(vm), ours(60), 3)
    said = vm.run("journalctl", f"--unit={DRIFT}", f"--since=@{began:.0f}", "--output=cat", "--no-pager")
    found = json.loads(said[said.index("{") : said.rindex("}") + 1])["differences"]
    assert [each["what"].partition(" is ")[0] for each in found if each["subject"] == Subject.HARDWARE] == ["The disk"]
    subjects = [str(each["subject"]) for each in found]
    assert [record["data"]["found"] for record in since(vm, began, "drift_checked")] == [", ".join(subjects)]
    return subjects


@pytest.mark.image_full
def test_a_clock_that_is_an_hour_late_is_put_right_by_the_services_time(running: Vm) -> None:
    running.replug()
    assert eventually(lambda: looks.is_ready(running), READY_S, 5)
    late = looks.time_of_day(running) - 3600
    running.python(f"import time; time.clock_settime(time.CLOCK_REALTIME, {late!r})")
    assert eventually(lambda: since(running, late, "clock_set") != [], ours(120), 5)
    assert eventually(lambda: looks.is_ready(running), READY_S, 5)
    assert looks.time_of_day(running) > late + 3600


def test_the_installed_laptop_shows_its_screen_and_every_measure_holds(running: Vm) -> None:
    running.replug()
    assert eventually(lambda: looks.is_ready(running), READY_S, 5), running.run(
        "/usr/bin/kiosk", "check", may_fail=True
    )
    assert not is_dark(running.picture("first"))
