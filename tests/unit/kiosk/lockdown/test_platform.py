"""The frozen facts: none on any other machine, refused when they do not check out, the same when written and read."""

from pathlib import Path

import pytest

from kiosk.errors import LockdownError
from kiosk.lockdown.frozen import as_toml
from kiosk.lockdown.platform import PLACE, CommandLine, Platform, Privileged, Program, find_platform, parse_platform
from tests.fakes.laptop_root import LaptopRoot


def test_a_machine_that_no_image_of_ours_is_on_has_none(tmp_path: Path) -> None:
    assert find_platform(LaptopRoot(tmp_path).machine) is None


def test_a_short_file_leaves_what_every_laptop_asks(tmp_path: Path) -> None:
    root = LaptopRoot(tmp_path)
    root.put(PLACE, 'name = "2026.1"\n[[programs]]\npath = "/usr/bin/cage"\nusers = ["visit-shell"]\n')
    found = find_platform(root.machine)
    assert found == Platform(name="2026.1", programs=(Program(path="/usr/bin/cage", users=("visit-shell",)),))
    assert found.sysctls["kernel.sysrq"] == "0"


def test_what_is_written_is_what_is_read() -> None:
    facts = Platform(
        name='an "image"',
        packages_sha256="a" * 64,
        masked=(),
        cmdline=CommandLine(required=("ro",), forbidden=()),
        sysctls={"kernel.sysrq": "0"},
        mounts={"/a b": ("ro",)},
        programs=(Program(path="/usr/bin/é", users=("root", "visit-shell")),),
        privileged=(Privileged(path="/x", mode="4755", owner="0:0", capabilities="cap_net_raw+ep"),),
    )
    assert parse_platform(as_toml(facts)) == facts


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name = 1",
        "name = 2026-01-01",
        'name = "x"\nsurprise = 1',
        'name = "x"\nname = "y"',
        'name = "x"\npackages_sha256 = "short"',
        'name = "x"\n[[programs]]\npath = "cage"\nusers = ["root"]',
        'name = "x"\n[[programs]]\npath = "/cage"\nusers = []',
        'name = "x"\n[[privileged]]\npath = "/x"\nmode = "setuid"\nowner = "0:0"',
        "not toml",
    ],
)
def test_a_file_that_does_not_check_out_is_no_developers_machine(tmp_path: Path, text: str) -> None:
    root = LaptopRoot(tmp_path)
    root.put(PLACE, text)
    with pytest.raises(LockdownError, match="does not check out"):
        find_platform(root.machine)


def test_a_file_that_cannot_be_read_is_no_developers_machine(tmp_path: Path) -> None:
    root = LaptopRoot(tmp_path)
    root.unreadable(PLACE)
    with pytest.raises(LockdownError, match="cannot be read"):
        find_platform(root.machine)
