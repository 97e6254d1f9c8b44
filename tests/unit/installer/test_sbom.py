"""An image's bill of materials names Debian's packages and the locked wheels, each as a package URL."""

import json
import re
import subprocess
import sys
from pathlib import Path

from installer.image.sbom import bill

ROOT = Path(__file__).parents[3]
LOCK = ROOT / "requirements-laptop.lock"


def test_each_package_of_debian_and_each_wheel_is_in_it() -> None:
    told = bill("libc6 2.41-12\ntzdata 2026a-0+deb13u1\n", "", "av==18.0.0 \\\n    --hash=sha256:00\n", "0.1.0.9")
    assert told["components"] == [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": purl,
            "bom-ref": purl,
        }
        for name, version, purl in (
            ("libc6", "2.41-12", "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie"),
            ("tzdata", "2026a-0+deb13u1", "pkg:deb/debian/tzdata@2026a-0%2Bdeb13u1?arch=amd64&distro=trixie"),
            ("av", "18.0.0", "pkg:pypi/av@18.0.0"),
        )
    ]


def test_the_laptops_own_lock_is_read_whole() -> None:
    told = bill("", "", LOCK.read_text(), "0.1.0.9")["components"]
    assert isinstance(told, list)
    assert len(told) == LOCK.read_text().count("==")


def _named(told: dict[str, object]) -> list[str]:
    components = told["components"]
    assert isinstance(components, list)
    return [each["bom-ref"] for each in components]


def test_what_starts_the_root_is_in_it_too() -> None:
    told = bill("libc6 2.41-12\n", "busybox-static 1:1.37.0-6+b9\nsystemd-boot-efi 257.13-1~deb13u1\n", "", "0.1.0.9")
    assert _named(told) == [
        "pkg:deb/debian/libc6@2.41-12?arch=amd64&distro=trixie",
        "pkg:deb/debian/busybox-static@1%3A1.37.0-6%2Bb9?arch=amd64&distro=trixie",
        "pkg:deb/debian/systemd-boot-efi@257.13-1~deb13u1?arch=amd64&distro=trixie",
    ]


def test_a_package_of_both_is_in_it_once_but_in_each_of_its_versions() -> None:
    told = bill("systemd-boot-efi 257.13-1\n", "systemd-boot-efi 257.13-1\nsystemd-boot-efi 257.14-1\n", "", "0.1.0.9")
    assert [name.partition("?")[0] for name in _named(told)] == [
        "pkg:deb/debian/systemd-boot-efi@257.13-1",
        "pkg:deb/debian/systemd-boot-efi@257.14-1",
    ]


def test_the_command_reads_its_three_lists(tmp_path: Path) -> None:
    for name, text in (
        ("packages", "libc6 2.41-12\n"),
        ("starting", "busybox-static 1.37\n"),
        ("lock", "av==18.0.0\n"),
    ):
        (tmp_path / name).write_text(text)
    command = [
        sys.executable,
        "-m",
        "installer.image",
        *(str(tmp_path / name) for name in ("packages", "starting", "lock")),
    ]
    said = subprocess.run([*command, "0.1.0.9"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    told = json.loads(said)
    assert told["metadata"]["component"]["version"] == "0.1.0.9"
    assert [each["name"] for each in told["components"]] == ["libc6", "busybox-static", "av"]


def test_the_build_asks_for_the_packages_that_the_start_is_taken_from() -> None:
    image = ROOT / "installer/image"
    first, seal, finish = ((image / name).read_text() for name in ("initrd/make", "seal", "finish"))
    assert re.findall(r"\$base/\S*bin/\w+", first) == ["$base/bin/busybox"]
    assert re.findall(r"/usr/\S+\.efi\S*", seal) == [
        "/usr/lib/systemd/boot/efi/linuxx64.efi.stub",
        "/usr/lib/systemd/boot/efi/systemd-bootx64.efi",
    ]
    assert re.findall(r"(\S+) >+ /out/starting\.list", finish) == ["busybox-static", "systemd-boot-efi"]
