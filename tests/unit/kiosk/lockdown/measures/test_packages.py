"""The frozen lists against the files: holds, each way of losing, unreadable."""

import os
from pathlib import Path

import pytest

from kiosk.lockdown.frozen import as_toml, facts_of
from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures import packages
from kiosk.lockdown.measures.packages import Packages
from kiosk.lockdown.platform import Platform, parse_platform
from kiosk.policy.measures import Finding, Severity, Verdict
from tests.fakes.laptop_root import LaptopRoot, lost_with

STATUS = "/var/lib/dpkg/status"


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    laptop = LaptopRoot(tmp_path)
    laptop.put(STATUS, "Package: cage\nStatus: install ok installed\nVersion: 0.2.0-2\n")
    laptop.put("/usr/bin/passwd", "").chmod(0o4755)
    laptop.put("/usr/bin/chage", "").chmod(0o2755)
    laptop.put("/usr/bin/cage", "").chmod(0o755)
    laptop.put("/usr/share/words", "").chmod(0o644)
    laptop.link("/usr/bin/pw", "passwd")
    laptop.platform = facts_of(laptop.machine, laptop.platform)
    return laptop


def looked(root: LaptopRoot) -> Finding:
    return finding(Packages(root.machine, root.platform))


def test_it_holds_on_the_image_that_the_lists_were_made_of(root: LaptopRoot) -> None:
    Packages(root.machine, root.platform).apply()
    found = looked(root)
    assert found.verdict is Verdict.HOLDS
    assert "2 files lend rights" in found.evidence


def test_the_lists_survive_being_written_and_read(root: LaptopRoot) -> None:
    assert parse_platform(as_toml(root.platform)) == root.platform
    assert [each.path for each in root.platform.privileged] == ["/usr/bin/chage", "/usr/bin/passwd"]


def test_a_package_more_blocks(root: LaptopRoot) -> None:
    with root.machine.path(STATUS).open("a") as file:
        file.write("\nPackage: gdb\n")
    found = looked(root)
    lost_with(found, "the packages are not those of the image")
    assert found.severity is Severity.BLOCK


def test_a_machine_with_other_packages_is_not_walked_over(root: LaptopRoot, monkeypatch: pytest.MonkeyPatch) -> None:
    def walks(_machine: object) -> None:
        pytest.fail("minutes, on a developer's machine, at each start of a guard")

    monkeypatch.setattr(packages, "privileged_files", walks)
    root.put(STATUS, "Package: gdb\n")
    lost_with(looked(root), "the packages are not those of the image")


@pytest.mark.parametrize("mode", [0o4755, 0o2755, 0o6644, 0o4000])
def test_a_file_that_lends_rights_and_is_not_on_the_list_blocks_and_is_named(root: LaptopRoot, mode: int) -> None:
    root.machine.path("/usr/bin/cage").chmod(mode)
    lost_with(looked(root), "otherwise than on the list: /usr/bin/cage")


def test_one_deep_in_a_hidden_folder_is_found(root: LaptopRoot) -> None:
    root.put("/usr/share/.a/b/c/d", "").chmod(0o4755)
    lost_with(looked(root), "/usr/share/.a/b/c/d")


def test_one_that_lost_its_bit_or_is_gone_is_named(root: LaptopRoot) -> None:
    root.machine.path("/usr/bin/passwd").chmod(0o755)
    root.drop("/usr/bin/chage")
    lost_with(looked(root), "/usr/bin/chage, /usr/bin/passwd")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_another_owner_is_named(root: LaptopRoot) -> None:
    path = root.machine.path("/usr/bin/passwd")
    os.chown(path, 1000, 0)
    path.chmod(0o4755)
    lost_with(looked(root), "/usr/bin/passwd")


def test_an_image_without_lists_is_lost(root: LaptopRoot) -> None:
    root.platform = Platform(name="x")
    lost_with(looked(root), "no hash of its packages")


def test_a_machine_without_a_list_of_packages_is_lost(root: LaptopRoot) -> None:
    root.drop(STATUS)
    lost_with(looked(root), "could not look: FileNotFoundError")
