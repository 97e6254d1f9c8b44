"""How a running laptop differs from the one that was accepted, one sentence a difference. Pure: it is given both."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from kiosk.acceptance.facts import Facts, Image
from kiosk.acceptance.report import Report
from kiosk.policy.measures import Finding, Severity, Verdict

MILD: Final = (Severity.INFO, Severity.WARN)


class Subject(StrEnum):
    """What differs; these words go into the audit trail, and nothing else."""

    REPORT = "report"
    IMAGE = "image"
    PACKAGES = "packages"
    PRIVILEGED = "privileged files"
    HARDWARE = "hardware"
    SECURE_BOOT = "Secure Boot"
    USB = "USB devices"
    NETWORK = "network"
    LOCKDOWN = "lockdown"


@dataclass(frozen=True)
class Difference:
    """One of them."""

    subject: Subject
    sentence: str


def differences(report: Report, now: Facts, built: Image, rows: Sequence[Finding]) -> tuple[Difference, ...]:
    """Everything that is not as accepted.

    `built` is what the running image says of itself: a newer release, which only our signature starts, is no
    difference, and is then what packages and files are compared with. `rows` are those of `kiosk check`.
    """
    return (*_image(report.facts.image, now.image, built), *_machine(report.facts, now), *_rows(report, rows))


def _image(then: Image, now: Image, built: Image) -> Iterator[Difference]:
    if _numbers(now.version) < _numbers(then.version):
        yield Difference(
            Subject.IMAGE, f"The image is {now.version or 'unknown'}, older than the accepted {then.version}."
        )
    is_same = now.version == then.version
    if is_same and now.root_hash != then.root_hash:
        yield Difference(
            Subject.IMAGE, f"The image says it is {now.version}, and is another than the accepted one of that name."
        )
    expected = then if is_same else built
    if now.packages_sha256 != expected.packages_sha256:
        yield Difference(Subject.PACKAGES, "The list of installed packages is not that of the image.")
    if now.privileged_sha256 != expected.privileged_sha256:
        yield Difference(
            Subject.PRIVILEGED, "The files that give whoever runs them more rights are not those of the image."
        )


def _machine(then: Facts, now: Facts) -> Iterator[Difference]:
    for name in ("product", "serial", "disk", "tpm_ek_sha256"):
        was, is_ = getattr(then.hardware, name), getattr(now.hardware, name)
        if was != is_ and was is not None:
            word = {"tpm_ek_sha256": "TPM"}.get(name, name)
            yield Difference(Subject.HARDWARE, f"The {word} is {_short(is_)}, and was {_short(was)}.")
    if not now.secure_boot_on:
        yield Difference(Subject.SECURE_BOOT, "Secure Boot is off.")
    for name in sorted({*then.secure_boot, *now.secure_boot}):
        if then.secure_boot.get(name) != now.secure_boot.get(name):
            yield Difference(Subject.SECURE_BOOT, f"What Secure Boot's variable {name} holds has changed.")
    before, after = ({each.device: each.use for each in facts.usb} for facts in (then, now))
    for device in sorted({*before, *after}):
        if before.get(device) != after.get(device):
            how = "more is" if device not in before else "no longer is" if device not in after else "otherwise is"
            yield Difference(Subject.USB, f"What {how} enrolled: {device.id} at port {device.port}.")
    if now.network != then.network:
        yield Difference(Subject.NETWORK, f"The network is {now.network}, and was {then.network}.")


def _rows(report: Report, rows: Iterable[Finding]) -> Iterator[Difference]:
    """Each measure that does not hold: also one that the installer, where no guard runs, could not prove.

    What only warns, and did so when the laptop was accepted, is no news.
    """
    warned = {row.measure for row in report.rows if row.state is not Verdict.HOLDS and row.when_lost in MILD}
    for row in rows:
        if row.is_lost and not (row.severity in MILD and row.name in warned):
            yield Difference(Subject.LOCKDOWN, f"The measure {row.name} does not hold: {row.evidence}")


def _numbers(version: str) -> tuple[int, ...]:
    """To compare; what is no version is older than all."""
    parts = version.split(".")
    return tuple(int(part) for part in parts) if all(part.isdecimal() for part in parts) else ()


def _short(value: object) -> str:
    return "unknown" if value is None else str(value)[:60]
