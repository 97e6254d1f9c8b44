"""Which firmware an image has: what is named, what its links lead to, and nothing beside."""

import subprocess
import sys
from pathlib import Path

from installer.image import firmware


def _folder(tmp_path: Path) -> Path:
    folder = tmp_path / "firmware"
    for name in ("i915/tgl.bin.xz", "intel/ibt-20.sfi", "iwlwifi-7.ucode", "amdgpu/real.bin", "elsewhere/whole/a.bin"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    (folder / "i915/link.bin").symlink_to("../elsewhere/whole")
    (folder / "i915/other.bin").symlink_to("../amdgpu/real.bin")
    return folder


def test_what_is_named_stays_with_what_its_links_lead_to(tmp_path: Path) -> None:
    folder = _folder(tmp_path).resolve()
    found = {str(path.relative_to(folder)) for path in firmware.kept(folder, ["i915/*"])}
    assert found == {
        "i915/tgl.bin.xz", "i915/link.bin", "i915/other.bin", "amdgpu/real.bin", "elsewhere/whole/a.bin",
    }  # fmt: skip


def _thin_out(folder: Path, patterns: str) -> "subprocess.CompletedProcess[str]":
    listed = folder.parent / "firmware.txt"
    listed.write_text(patterns)
    command = [sys.executable, "-m", firmware.__name__, str(folder), str(listed)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_all_else_goes_with_its_folders(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    done = _thin_out(folder, "# words\niwlwifi-*   Wi-Fi\n")
    assert done.returncode == 0, done.stderr
    assert [path.name for path in folder.rglob("*")] == ["iwlwifi-7.ucode"]


def test_a_line_that_fits_nothing_fails_the_build_and_removes_nothing(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    before = sorted(folder.rglob("*"))
    done = _thin_out(folder, "iwlwifi-*\nxe/*\n")
    assert done.returncode == 1
    assert "xe/*" in done.stderr
    assert sorted(folder.rglob("*")) == before
