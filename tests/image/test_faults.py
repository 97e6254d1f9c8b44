"""Tier I: an installation that cannot be done says why, with a code; what it has not begun to write stays as it was."""

import json
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from installer.station.faults import Fault
from tests.image.kit import looks
from tests.image.kit.dilation import ours
from tests.image.kit.installed import INSTALL_S, reports
from tests.image.kit.release import release
from tests.image.kit.site import Site, visits
from tests.image.kit.table import Table
from tests.image.kit.vm import STICK, Vm, eventually, in_builder

pytestmark = [pytest.mark.image, pytest.mark.image_full, pytest.mark.slow, pytest.mark.timeout(7200)]
SAID_S = 600.0
WAITS_FOR_A_NETWORK_S = 90.0  # the station does, in its own time
ENROLS: Final = "Enrolling with"
TEN_STEPS: Final = (
    "Setting this product's Secure Boot keys", "Preparing the TPM", "Wiping the disk", "Writing the release",
    "Making the encrypted part of the disk", "Writing the site's settings", "Joining the network", ENROLS,
    "Reading everything back", "Letting this disk start",
)  # fmt: skip
CODE_USED: Final = f"STOPPED {Fault.NOT_ENROLLED.code}"  # the service lets each code enrol one laptop, once
SOMEBODY_ELSES = "/usr/share/OVMF/OVMF_VARS_4M.ms.fd"
OLD = b"an old system"
Spoil = Callable[[Path], None]


def damaged(folder: Path) -> None:
    """One byte of the root, on the stick."""
    stick = "/out/stick.raw@@1M"
    in_builder(folder, "mcopy", "-n", "-i", stick, "::release/root.verity", "/out/part")
    part = folder / "part"
    content = bytearray(part.read_bytes())
    content[4096] ^= 1
    part.write_bytes(content)
    in_builder(folder, "mcopy", "-o", "-i", stick, "/out/part", "::release/root.verity")


def another_manifest(folder: Path) -> None:
    """A signature that is not the release key's."""
    stick = "/out/stick.raw@@1M"
    in_builder(folder, "mcopy", "-n", "-i", stick, "::release/manifest.jws", "/out/part")
    head, payload, signature = (folder / "part").read_text().split(".")
    flipped = ("A" if signature[0] != "A" else "B") + signature[1:]
    (folder / "part").write_text(".".join((head, payload, flipped)))
    in_builder(folder, "mcopy", "-o", "-i", stick, "/out/part", "::release/manifest.jws")


def no_site(folder: Path) -> None:
    in_builder(folder, "mdel", "-i", "/out/stick.raw@@1M", "::site.toml")


def another_name(folder: Path) -> None:
    """Of the stick's file system: firmware starts it all the same."""
    in_builder(folder, "mlabel", "-i", "/out/stick.raw@@1M", "::OTHER")


def another_firmware(folder: Path) -> None:
    """Somebody else's Secure Boot keys, and it is off: whether it is on is one byte, behind the variable's name."""
    in_builder(folder, "cp", SOMEBODY_ELSES, "/out/variables.fd")
    content = bytearray((folder / "variables.fd").read_bytes())
    name = "SecureBootEnable\0".encode("utf-16-le")
    at = content.index(name) + len(name)
    assert content[at] == 1
    content[at] = 0
    (folder / "variables.fd").write_bytes(content)


def unspoilt(_folder: Path) -> None:
    """Nothing is wrong with the stick."""


@dataclass(frozen=True)
class Case:
    """What is wrong, and what the screen says of it."""

    fault: Fault
    disk_mb: int = 8192
    spoil: Spoil = unspoilt
    tpm: bool = True


CASES: Final = (
    Case(Fault.DISK_TOO_SMALL, disk_mb=1024),
    Case(Fault.NO_TPM, tpm=False),
    Case(Fault.OTHER_KEYS, spoil=another_firmware),
    Case(Fault.PAYLOAD_REFUSED, spoil=another_manifest),
    Case(Fault.PAYLOAD_DAMAGED, spoil=damaged),
    Case(Fault.NO_SITE, spoil=no_site),
    Case(Fault.NO_STICK, spoil=another_name),
)


def with_stick(folder: Path, site: Site, disk_mb: int = 8192) -> Vm:
    """A machine with an old system on its disk, and the stick that it is to start from."""
    vm = Vm.made(folder, disk_mb=disk_mb)
    with (vm.folder / "disk.raw").open("r+b") as disk:
        disk.write(OLD)
    subprocess.run(["cp", "--sparse=always", release() / "stick.raw", vm.folder / "stick.raw"], check=True)
    site.onto(vm.folder / "stick.raw")
    return vm


def has_its_old_system(vm: Vm) -> bool:
    with (vm.folder / "disk.raw").open("rb") as disk:
        return disk.read(len(OLD)) == OLD


def stops_with(vm: Vm, fault: Fault, within_s: float = SAID_S) -> bool:
    """Whether its code and its sentence come to stand on the screen, whose lines end where they must."""

    def is_said() -> bool:
        words = " ".join(looks.console_words(vm).split())
        return f"STOPPED {fault.code}" in words and fault.sentence in words

    return eventually(lambda: vm.is_up(5) and is_said(), within_s, 3)


def is_accepted(vm: Vm) -> bool:
    return eventually(lambda: reports(vm.folder) != [], INSTALL_S, 5)


@pytest.mark.attack("installer-refused")
@pytest.mark.parametrize("case", CASES, ids=[case.fault.code for case in CASES])
def test_what_is_wrong_is_said_and_the_disk_left_alone(site: Site, tmp_path: Path, case: Case, table: Table) -> None:
    vm = with_stick(tmp_path / "laptop", site, case.disk_mb)
    case.spoil(vm.folder)
    with vm.on(*STICK, memory_mb=3072, tpm=case.tpm):
        assert stops_with(vm, case.fault)
        vm.picture("stopped")
    assert has_its_old_system(vm)
    assert reports(vm.folder) == []
    table.seen(f"the stick: {case.fault.sentence}", "looked at before the disk is touched", case.fault.code, "-")


@pytest.mark.attack("installer-refused")
def test_firmware_with_somebody_elses_keys_starts_no_stick_of_ours(site: Site, tmp_path: Path) -> None:
    vm = with_stick(tmp_path / "laptop", site)
    in_builder(vm.folder, "cp", SOMEBODY_ELSES, "/out/variables.fd")
    with vm.on(*STICK, memory_mb=3072):
        assert eventually(lambda: "Access Denied" in (vm.folder / "serial.log").read_text(errors="replace"), SAID_S)
    assert has_its_old_system(vm)


def test_without_a_cable_it_says_so_and_goes_on_at_the_next_start(site: Site, tmp_path: Path) -> None:
    vm = with_stick(tmp_path / "laptop", site)
    with vm.on(*STICK, memory_mb=3072):
        vm.ask("set_link", name="net", up=False)
        assert stops_with(vm, Fault.NO_NETWORK, SAID_S + ours(WAITS_FOR_A_NETWORK_S))
    assert reports(vm.folder) == []
    with vm.on(*STICK, memory_mb=3072):
        assert is_accepted(vm)


def test_a_site_without_a_line_enrols_by_a_question_and_an_answer_on_the_stick(site: Site, tmp_path: Path) -> None:
    vm = with_stick(tmp_path / "laptop", site)
    site.onto(vm.folder / "stick.raw", without_a_line=True)
    with vm.on(*STICK, memory_mb=3072):
        vm.ask("set_link", name="net", up=False)
        assert eventually(lambda: "WAITING FOR THE SERVICE" in looks.console_words(vm, 20), INSTALL_S, 5)
        vm.picture("waiting")
    assert reports(vm.folder) == []
    in_builder(vm.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "::question-LAPTOP1.json", "/out")
    visits(site.folder, "enrol-offline", str(vm.folder / "question-LAPTOP1.json"))
    in_builder(vm.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "/out/answer-LAPTOP1.json", "::")
    with vm.on(*STICK, memory_mb=3072):
        vm.ask("set_link", name="net", up=False)
        assert is_accepted(vm)
    in_builder(vm.folder, "mcopy", "-n", "-i", "/out/stick.raw@@1M", "::acceptance-LAPTOP1.json", "/out")
    assert json.loads((vm.folder / "acceptance-LAPTOP1.json").read_text())["facts"]["network"] == "wired, static"


def test_a_clock_at_1970_is_put_right(site: Site, tmp_path: Path) -> None:
    vm = with_stick(tmp_path / "laptop", site)
    with vm.on(*STICK, "-rtc", "base=1970-01-02T00:00:00", memory_mb=3072):
        assert is_accepted(vm)


def gets_to(vm: Vm, words: str) -> bool:
    """Whether the stick, started, gets to show these words; not where its code was used. Then the plug is pulled."""
    with vm.on(*STICK, memory_mb=3072):
        shown = eventually(lambda: any(each in looks.console_words(vm, 20) for each in (words, CODE_USED)), INSTALL_S)
        assert shown, looks.console_words(vm)
        return words in looks.console_words(vm)


def test_power_cut_at_ten_points_of_an_installation_only_makes_it_longer(site: Site, tmp_path: Path) -> None:
    vm = with_stick(tmp_path / "laptop", site)
    codes = 1
    for words in (*TEN_STEPS, "ACCEPTED"):
        if not gets_to(vm, words):
            site.onto(vm.folder / "stick.raw")
            codes += 1
            assert gets_to(vm, words)
    assert reports(vm.folder) != []
    assert codes <= 1 + len(TEN_STEPS) - TEN_STEPS.index(ENROLS), "a code was used before the laptop had enrolled"
