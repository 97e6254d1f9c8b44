"""A laptop that was accepted, as data: its facts, its report, and rows of `kiosk check`."""

from datetime import UTC, datetime

from kiosk.acceptance.facts import Facts, Hardware, Image
from kiosk.acceptance.report import Report, Row
from kiosk.lockdown.usb_rules import Enrolled, Use
from kiosk.policy.measures import Finding, MeasureName, Severity, Verdict

IMAGE = Image(version="0.1.0.214", root_hash="12" * 32, packages_sha256="a" * 64, privileged_sha256="b" * 64)
CAMERA = Enrolled(use=Use.BUILT_IN, id="046d:0825", hash="A" * 43 + "=", port="1-4")
FACTS = Facts(
    image=IMAGE,
    hardware=Hardware(product="T14", serial="PF3", disk="SAMSUNG", tpm_ek_sha256="c" * 64),
    secure_boot={"PK": "1" * 64, "db": "2" * 64},
    secure_boot_on=True,
    usb=(CAMERA,),
    network="wired, DHCP",
)
HOLDS = Finding(MeasureName.BOOT, Verdict.HOLDS, Severity.BLOCK, "on")
WARNS = Row(measure="boot", state=Verdict.LOST, when_lost=Severity.WARN, evidence="no password is recorded")
REPORT = Report(
    made_at=datetime(2026, 11, 29, tzinfo=UTC),
    establishment="HMP Example",
    laptop="Visits 1",
    facts=FACTS,
    files={},
    rows=(),
)
