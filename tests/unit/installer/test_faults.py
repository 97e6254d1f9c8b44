"""Bad input to the installer: each time one sentence, a code, and a disk that is as it was."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from installer.station import tpm_lockout
from installer.station.faults import Fault
from installer.station.install import Ended
from installer.station.layout import LEAST_DISK
from kiosk.errors import Unavailable
from kiosk.lockdown.measures.boot import EFIVARS, GLOBAL
from tests.fakes.bench import MADE, SERIAL, OnTheBench

Break = Callable[[OnTheBench], object]


@pytest.fixture
def bench(tmp_path: Path) -> OnTheBench:
    return OnTheBench(tmp_path)


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[10] ^= 1
    path.write_bytes(content)


def no_disk(bench: OnTheBench) -> None:
    bench.laptop.put("/sys/block/vda/removable", "1\n")


def another_key(bench: OnTheBench) -> None:
    other = OnTheBench(bench.stick.parent / "other")
    bench.laptop.put(
        "/usr/lib/visit-kiosk/release-key.json", other.laptop.path("/usr/lib/visit-kiosk/release-key.json").read_bytes()
    )


def other_secure_boot(bench: OnTheBench) -> None:
    bench.laptop.variable(f"SetupMode-{GLOBAL}", b"\0")
    bench.laptop.variable(f"PK-{GLOBAL}", b"somebody else's")


BEFORE_WRITING: list[tuple[Fault, Break, str]] = [
    (Fault.NO_DISK, no_disk, ""),
    (Fault.TWO_DISKS, lambda bench: bench.laptop.disk("nvme0n1", LEAST_DISK), "nvme0n1 (SAMSUNG"),
    (Fault.DISK_TOO_SMALL, lambda bench: bench.laptop.disk("vda", 4 * 1024**3), "MiB are needed"),
    (Fault.NO_TPM, lambda bench: bench.laptop.put("/sys/class/tpm/tpm0/tpm_version_major", "1"), ""),
    (Fault.NOT_MEASURED, lambda bench: bench.laptop.put("/sys/class/tpm/tpm0/pcr-sha256/7", "0" * 64), ""),
    (Fault.OTHER_KEYS, other_secure_boot, "Clear the Secure Boot keys"),
    (Fault.NOTHING_LASTS, lambda bench: setattr(bench, "reports", None), "REPORTS"),
    (Fault.NO_PAYLOAD, lambda bench: (bench.stick / "release/manifest.jws").unlink(), "manifest.jws"),
    (Fault.NO_PAYLOAD, lambda bench: (bench.stick / "release/root.erofs").unlink(), "root.erofs"),
    (Fault.PAYLOAD_REFUSED, another_key, "its signature is wrong"),
    (Fault.PAYLOAD_DAMAGED, lambda bench: flip(bench.stick / "release/root.erofs"), "root.erofs"),
    (Fault.NO_SITE, lambda bench: (bench.stick / "site.toml").unlink(), ""),
    (Fault.SITE_WRONG, lambda bench: bench.site(network='kind = "wierd"'), "network.kind"),
    (Fault.SITE_WRONG, lambda bench: bench.site(network='kind = "wired'), "line 4"),
    (Fault.SITE_WRONG, lambda bench: (bench.stick / "policy.toml").unlink(), "policy.toml cannot be read"),
    (Fault.SITE_WRONG, lambda bench: (bench.stick / "policy.toml").write_text("[network]\n"), "network.services"),
    (Fault.NO_CODE, lambda bench: bench.site(more='serial = "PF9"'), SERIAL),
    (
        Fault.NO_NETWORK,
        lambda bench: bench.laptop.put("/sys/class/net/eth1/device/vendor", "0x1"),
        "there is enp0s31f6",
    ),
]


BEFORE_WIPING: list[tuple[Fault, Break]] = [
    (Fault.TPM_OWNED, lambda bench: bench.laptop.tpm_answers("80010000000a0000098e")),
    (Fault.NO_TPM, lambda bench: bench.laptop.tpm_answers("8001")),
    (Fault.NO_TPM, lambda bench: bench.laptop.path("/dev/tpmrm0").unlink()),
]


@pytest.mark.parametrize(("fault", "broken"), BEFORE_WIPING)
def test_a_tpm_that_does_not_do_as_it_is_told_is_said_before_the_disk_is_wiped(
    bench: OnTheBench, fault: Fault, broken: Break
) -> None:
    bench.run()
    bench.laptop.starts_again()
    broken(bench)
    assert bench.run() is Ended.STOPPED
    assert f"STOPPED {fault.code}" in bench.last_words
    assert "sfdisk" not in str(bench.laptop.ran)


def test_the_tpm_is_told_that_cuts_of_power_are_no_guesses(bench: OnTheBench) -> None:
    tpm_lockout.lift(bench.laptop)
    told = bench.laptop.path("/dev/tpmrm0").read_bytes()
    assert told.startswith(bytes.fromhex("8002000000270000013a4000000a"))  # TPM2_DictionaryAttackParameters, by lockout


@pytest.mark.parametrize(("fault", "broken", "said"), BEFORE_WRITING)
def test_what_is_wrong_is_said_before_anything_is_written(
    bench: OnTheBench, fault: Fault, broken: Break, said: str
) -> None:
    broken(bench)
    assert bench.run() is Ended.STOPPED
    assert f"STOPPED {fault.code}" in bench.last_words
    for words in (fault.sentence, fault.remedy, said):
        assert " ".join(words.split()) in bench.last_words
    assert bench.laptop.starts == "old"
    assert bench.laptop.ran == []


def test_a_machine_that_was_not_started_by_uefi_is_told(bench: OnTheBench) -> None:
    bench.laptop.path(EFIVARS).rename(bench.laptop.path("/gone"))
    assert bench.run() is Ended.STOPPED
    assert "E14" in bench.last_words


def test_keys_that_are_there_with_secure_boot_off_are_told(bench: OnTheBench) -> None:
    bench.run()
    bench.laptop.starts_again()
    bench.laptop.variable(f"SecureBoot-{GLOBAL}", b"\0")
    assert bench.run() is Ended.STOPPED
    assert "E16" in bench.last_words


WHILE_WRITING = [
    ("sfdisk", Fault.DISK_FAULT),
    ("mkfs.vfat", Fault.DISK_FAULT),
    ("cryptsetup", Fault.DATA_FAULT),
    ("systemd-cryptenroll", Fault.DATA_FAULT),
    ("systemd-networkd-wait-online", Fault.NO_NETWORK),
    ("systemd-creds", Fault.NOT_ENROLLED),
    ("mount", Fault.DISK_FAULT),
]


@pytest.mark.slow
@pytest.mark.parametrize(("tool", "fault"), WHILE_WRITING)
def test_a_tool_that_fails_stops_it_and_the_next_start_of_the_stick_ends_well(
    bench: OnTheBench, tool: str, fault: Fault
) -> None:
    bench.laptop.fails[tool] = "no"
    assert bench.installed() is Ended.STOPPED
    assert f"STOPPED {fault.code}" in bench.last_words
    assert bench.laptop.starts is None
    bench.laptop.fails.clear()
    bench.laptop.starts_again()
    assert bench.run() is Ended.ACCEPTED


def test_a_code_that_was_used_is_said_in_the_services_own_words(bench: OnTheBench) -> None:
    bench.enrols.fails = Unavailable("This enrolment code has been used.")
    assert bench.installed() is Ended.STOPPED
    assert "STOPPED E61" in bench.last_words
    assert "This enrolment code has been used." in bench.last_words


def test_a_disk_that_reads_back_otherwise_never_starts(bench: OnTheBench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installer.station.slots.write", lambda *_: None)
    assert bench.installed() is Ended.STOPPED
    assert "STOPPED E70" in bench.last_words
    assert bench.laptop.starts is None


def test_a_clock_at_1970_is_set_to_the_day_of_the_release_and_that_is_in_the_report(bench: OnTheBench) -> None:
    bench.run()
    bench.laptop.starts_again()
    bench.now = datetime(1970, 1, 1, tzinfo=UTC)
    bench.run()
    assert ("/usr/bin/date", "--utc", "--set", f"{MADE:%Y-%m-%d %H:%M:%S}") in bench.laptop.ran
    assert "The clock said 1970-01-01" in " ".join(" ".join(bench.said).split())


def test_something_nobody_foresaw_has_a_code_too(bench: OnTheBench) -> None:
    bench.laptop.put("/sys/class/dmi/id/product_serial", "").unlink()
    bench.laptop.path("/sys/class/dmi/id/product_serial").mkdir()
    assert bench.run() is Ended.STOPPED
    assert "STOPPED E99" in bench.last_words


def test_every_code_is_one_faults_own() -> None:
    codes = [fault.code for fault in Fault]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"E[1-9][0-9]", code) for code in codes)
