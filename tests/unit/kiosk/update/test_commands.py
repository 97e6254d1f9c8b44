"""`kiosk update` and `kiosk healthy` on a laptop in a folder: what they read, what they refuse, and what they say."""

from pathlib import Path

import pytest

from kiosk.commands import healthy, update
from kiosk.errors import LockdownError, Unavailable
from kiosk.lockdown.update_files import UpdateFiles, UpdateState
from kiosk.update.here import Here
from tests.fakes.laptop_root import LaptopRoot
from tests.fakes.update_disk import KEYS, NEW, OLD, UpdateLaptop, bundle_in, root_hash

PLATFORM = "/usr/lib/visit-kiosk/platform.toml"


@pytest.fixture
def root(tmp_path: Path) -> LaptopRoot:
    root = LaptopRoot(tmp_path)
    root.put(PLATFORM, 'name = "test"\n')
    root.put("/usr/lib/visit-kiosk/release-key.json", KEYS.model_dump_json())
    root.put("/usr/lib/os-release", f'ID=debian\nIMAGE_ID=visit-laptop\nIMAGE_VERSION="{OLD}"\n')
    root.put("/proc/cmdline", f"ro roothash={root_hash(OLD)}\n")
    root.put(f"/efi/EFI/Linux/visit-laptop_{OLD}.efi", "image")
    root.put(f"/efi/EFI/Linux/visit-laptop_{NEW}+2-1.efi", "image")
    (tmp_path / "var/lib/visit-kiosk").mkdir(parents=True)
    return root


def test_a_machine_that_is_no_laptop_is_left_alone(root: LaptopRoot) -> None:
    root.drop(PLATFORM)
    for command in (update, healthy):
        with pytest.raises(LockdownError, match="no visit laptop"):
            command.main([], root.machine)


def test_what_runs_is_told_by_the_image_and_the_kernel(root: LaptopRoot) -> None:
    here = Here(root.machine)
    assert here.version() == OLD
    assert here.keys() == KEYS
    assert [each.version for each in here.boot().images()] == [NEW, OLD]


@pytest.mark.parametrize("said", ["", "IMAGE_VERSION=\n", "IMAGE_VERSION=new\n"])
def test_an_image_without_a_version_is_not_updated(root: LaptopRoot, said: str) -> None:
    root.put("/usr/lib/os-release", said)
    with pytest.raises(LockdownError, match="which version runs"):
        Here(root.machine).version()


def test_an_image_without_keys_believes_nobody(root: LaptopRoot) -> None:
    root.put("/usr/lib/visit-kiosk/release-key.json", "{}")
    with pytest.raises(LockdownError, match="no release can be believed"):
        Here(root.machine).keys()


def test_a_disk_that_is_not_found_is_not_written(root: LaptopRoot) -> None:
    with pytest.raises(LockdownError, match="is no partition"):
        Here(root.machine).place()


def test_without_a_guard_nothing_is_written_and_by_itself_that_is_no_failure(
    root: LaptopRoot, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "laptop").mkdir()
    laptop = UpdateLaptop(tmp_path / "laptop")
    monkeypatch.setattr(Here, "place", lambda _self: laptop.place())
    place = ["--from", str(bundle_in(tmp_path / "bundle", NEW))]
    with pytest.raises(Unavailable, match="The guard does not answer"):
        update.main(place, root.machine)
    update.main([*place, "--by-itself"], root.machine)
    assert capsys.readouterr().out == "The guard does not answer.\n"
    assert laptop.starts() == [OLD]


def test_a_boot_that_is_tried_and_shows_nothing_is_no_good(root: LaptopRoot, tmp_path: Path) -> None:
    root.put("/usr/lib/os-release", f"IMAGE_VERSION={NEW}\n")
    files = UpdateFiles(tmp_path / "var/lib/visit-kiosk")
    files.keep(UpdateState(trying=NEW, before=OLD))
    with pytest.raises(LockdownError, match=r"is not found good, .*: The guard does not answer\."):
        healthy.main(["--within", "0"], root.machine)
    assert files.state().why == "The guard does not answer."


def test_one_with_nothing_to_go_back_to_stays_up(root: LaptopRoot, capsys: pytest.CaptureFixture[str]) -> None:
    healthy.main(["--within", "0"], root.machine)
    assert capsys.readouterr().out == "The guard does not answer. There is nothing to go back to.\n"


def test_a_version_is_typed_as_numbers(root: LaptopRoot, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        update.main(["--to", "latest"], root.machine)
    assert "a version is numbers with dots between" in capsys.readouterr().err
