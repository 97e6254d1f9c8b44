"""How the machine was started: holds, each way of losing, unreadable, absent."""

from pathlib import Path

import pytest

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.boot import Boot
from kiosk.policy.measures import Severity, Verdict
from tests.fakes.laptop_root import ACCEPTANCE, EFI, GLOBAL, LaptopRoot, booted, lost_with

WORDS = "ro lockdown=integrity systemd.import_credentials=no"


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    booted(laptop)
    return laptop


@pytest.fixture
def boot(root: LaptopRoot) -> Boot:
    return Boot(root.machine, root.platform)


def test_it_holds_on_a_machine_started_as_built(boot: Boot) -> None:
    boot.apply()
    found = finding(boot)
    assert found.verdict is Verdict.HOLDS
    assert "Secure Boot is on" in found.evidence


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("SecureBoot", b"\x06\0\0\0\0", "Secure Boot is off"),
        ("SecureBoot", b"\x06\0\0", "Secure Boot is off"),
        ("SecureBoot", b"", "Secure Boot is off"),
        ("SetupMode", b"\x06\0\0\0\1", "in setup mode"),
    ],
)
def test_secure_boot_that_is_not_on_blocks(
    root: LaptopRoot, boot: Boot, variable: str, value: bytes, said: str
) -> None:
    root.put(f"{EFI}/{variable}-{GLOBAL}", value)
    found = finding(boot)
    lost_with(found, said)
    assert found.severity is Severity.BLOCK


def test_a_variable_that_cannot_be_read_is_no_secure_boot(root: LaptopRoot, boot: Boot) -> None:
    root.unreadable(f"{EFI}/SecureBoot-{GLOBAL}")
    lost_with(finding(boot), "could not look: IsADirectoryError")


def test_a_variable_that_is_missing_is_no_secure_boot(root: LaptopRoot, boot: Boot) -> None:
    root.drop(f"{EFI}/SetupMode-{GLOBAL}")
    lost_with(finding(boot), "could not look: FileNotFoundError")


def test_a_machine_without_uefi_is_lost_and_says_so(tmp_path: Path) -> None:
    bare = LaptopRoot(tmp_path)
    bare.put("/proc/cmdline", WORDS)
    lost_with(finding(Boot(bare.machine, bare.platform)), "not started by UEFI")


@pytest.mark.parametrize("said", ["[none] integrity confidentiality", ""])
def test_a_kernel_that_is_not_locked_down_blocks(root: LaptopRoot, boot: Boot, said: str) -> None:
    root.put("/sys/kernel/security/lockdown", said)
    lost_with(finding(boot), "the kernel is not locked down")


@pytest.mark.parametrize("missing", WORDS.split())
def test_a_required_word_that_is_missing_blocks(root: LaptopRoot, boot: Boot, missing: str) -> None:
    root.put("/proc/cmdline", " ".join(word for word in WORDS.split() if word != missing))
    lost_with(finding(boot), f"without {missing}")


@pytest.mark.parametrize(
    "word",
    [
        "init=/bin/sh",
        "rdinit=/bin/sh",
        "systemd.unit=rescue.target",
        "rd.systemd.unit=emergency.target",
        "systemd.debug_shell",
        "systemd.debug-shell=1",
        "systemd.run=/bin/sh",
        "systemd.run_success_action=none",
        "systemd.set_credential=a:b",
        "rd.break",
        "rd.break=mount",
        "break=premount",
        "debug-shell",
        "single",
        "s",
        "1",
        "rescue",
        "emergency",
        "rw",
    ],
)
def test_a_forbidden_word_blocks_and_is_named(root: LaptopRoot, boot: Boot, word: str) -> None:
    root.put("/proc/cmdline", f"{WORDS} {word}")
    lost_with(finding(boot), f"started with {word}")


@pytest.mark.parametrize("word", ["singleton", "roothash=1", "initcall_debug", "rw_hint=1", "emergency_x"])
def test_a_word_that_only_begins_alike_is_none(root: LaptopRoot, boot: Boot, word: str) -> None:
    root.put("/proc/cmdline", f"{WORDS} {word}")
    assert finding(boot).verdict is Verdict.HOLDS


@pytest.mark.parametrize("version", ["1", "", "x"])
def test_a_tpm_that_is_no_tpm_2_blocks(root: LaptopRoot, boot: Boot, version: str) -> None:
    root.put("/sys/class/tpm/tpm0/tpm_version_major", version)
    lost_with(finding(boot), "no TPM 2")


def test_no_tpm_blocks(root: LaptopRoot, boot: Boot) -> None:
    root.drop("/sys/class/tpm/tpm0/tpm_version_major")
    lost_with(finding(boot), "switch it on in the firmware")


@pytest.mark.parametrize("record", ["{}", '{"firmware_password_set": "yes"}', "[]", "not json", None])
def test_a_firmware_password_not_recorded_as_set_warns(root: LaptopRoot, boot: Boot, record: str | None) -> None:
    root.drop(ACCEPTANCE)
    if record is not None:
        root.put(ACCEPTANCE, record)
    found = finding(boot)
    lost_with(found, ACCEPTANCE)
    assert found.severity is Severity.WARN
