"""How a running laptop is compared with the one that was accepted, and what is no difference."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kiosk.acceptance.drift import Subject, differences
from kiosk.acceptance.facts import Facts
from kiosk.acceptance.report import Report
from kiosk.lockdown.usb_rules import Use
from kiosk.policy.measures import Finding, Severity, Verdict
from tests.fakes.accepted import CAMERA, FACTS, HOLDS, IMAGE, REPORT, WARNS


def with_image(**changed: str) -> Facts:
    return FACTS.model_copy(update={"image": IMAGE.model_copy(update=changed)})


def with_hardware(**changed: str | None) -> Facts:
    return FACTS.model_copy(update={"hardware": FACTS.hardware.model_copy(update=changed)})


def found(now: Facts, rows: tuple[Finding, ...] = (HOLDS,), report: Report = REPORT) -> list[tuple[Subject, str]]:
    return [(each.subject, each.sentence) for each in differences(report, now, now.image, rows)]


def test_a_laptop_that_is_as_it_was_differs_in_nothing() -> None:
    assert found(FACTS) == []


CHANGED: list[tuple[Facts, Subject, str]] = [
    (with_image(version="0.1.0.99"), Subject.IMAGE, "older than the accepted 0.1.0.214"),
    (with_image(version=""), Subject.IMAGE, "The image is unknown"),
    (with_image(root_hash="34" * 32), Subject.IMAGE, "another than the accepted one"),
    (with_image(packages_sha256="d" * 64), Subject.PACKAGES, "installed packages"),
    (with_image(privileged_sha256="d" * 64), Subject.PRIVILEGED, "more rights"),
    (with_hardware(tpm_ek_sha256="d" * 64), Subject.HARDWARE, "The TPM is dddd"),
    (with_hardware(tpm_ek_sha256=None), Subject.HARDWARE, "The TPM is unknown"),
    (with_hardware(serial="PF4"), Subject.HARDWARE, "The serial is PF4, and was PF3."),
    (FACTS.model_copy(update={"secure_boot_on": False}), Subject.SECURE_BOOT, "is off"),
    (FACTS.model_copy(update={"secure_boot": {"PK": "1" * 64}}), Subject.SECURE_BOOT, "variable db"),
    (FACTS.model_copy(update={"secure_boot": {**FACTS.secure_boot, "dbx": "3" * 64}}), Subject.SECURE_BOOT, "dbx"),
    (FACTS.model_copy(update={"usb": ()}), Subject.USB, "no longer is enrolled: 046d:0825 at port 1-4"),
    (
        FACTS.model_copy(update={"usb": (CAMERA.model_copy(update={"use": Use.HEADSET}),)}),
        Subject.USB,
        "otherwise is enrolled",
    ),
    (FACTS.model_copy(update={"network": "Wi-Fi with a key, DHCP"}), Subject.NETWORK, "and was wired, DHCP"),
]


@pytest.mark.parametrize(("now", "subject", "said"), CHANGED)
def test_whatever_changed_is_one_sentence(now: Facts, subject: Subject, said: str) -> None:
    ((which, sentence),) = found(now)
    assert which is subject
    assert said in sentence


def test_a_newer_release_is_no_difference_but_what_is_in_it_must_be_its_own() -> None:
    now = with_image(version="0.1.0.300", root_hash="56" * 32, packages_sha256="e" * 64)
    assert found(now) == []
    built = now.image.model_copy(update={"packages_sha256": "f" * 64})
    assert [each.subject for each in differences(REPORT, now, built, (HOLDS,))] == [Subject.PACKAGES]


LOST: list[Callable[[Finding], Finding]] = [
    lambda row: replace(row, verdict=Verdict.LOST),
    lambda row: replace(row, verdict=Verdict.NOT_YET),
    lambda row: replace(row, verdict=Verdict.LOST, severity=Severity.WARN),
]


@pytest.mark.parametrize("lost", LOST)
def test_a_measure_that_does_not_hold_is_a_difference(lost: Callable[[Finding], Finding]) -> None:
    ((subject, sentence),) = found(FACTS, (lost(HOLDS),))
    assert subject is Subject.LOCKDOWN
    assert "The measure boot does not hold: on" in sentence


def test_what_only_warned_when_it_was_accepted_is_no_news_but_a_loss_that_blocks_is() -> None:
    report = REPORT.model_copy(update={"rows": (WARNS,)})
    assert found(FACTS, (replace(HOLDS, verdict=Verdict.LOST, severity=Severity.WARN),), report) == []
    assert len(found(FACTS, (replace(HOLDS, verdict=Verdict.LOST),), report)) == 1
