"""An image with another package, or another file that gives rights, than was agreed is not made."""

import shutil
import subprocess
from pathlib import Path

import pytest

FROZEN = Path(__file__).parents[3] / "installer/image/frozen"


class Frozen:
    """The gate with lists of its own, and what an image is found to hold."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        shutil.copy(FROZEN, folder)
        self.agreed = "cage 0.2.0-2\nlibc6 2.41-12\n"
        self.rights = ""

    def judges(self, packages: str, privileged: str = "") -> subprocess.CompletedProcess[str]:
        """What it says of an image with these."""
        for name, text in (
            ("packages.lock", self.agreed), ("privileged.lock", self.rights),
            ("packages.list", packages), ("privileged.list", privileged),
        ):  # fmt: skip
            (self._folder / name).write_text(text)
        gate = [self._folder / "frozen", self._folder]
        return subprocess.run(gate, env={"PATH": "/usr/bin"}, capture_output=True, text=True, check=False)


@pytest.fixture
def frozen(tmp_path: Path) -> Frozen:
    return Frozen(tmp_path)


def test_what_was_agreed_passes(frozen: Frozen) -> None:
    done = frozen.judges(frozen.agreed + "visit-kiosk 0.1.0.9\n")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("packages", ["cage 0.2.0-2\n", "cage 0.2.0-2\ngcc 14\nlibc6 2.41-12\n"])
def test_a_package_more_or_less_fails_the_build(frozen: Frozen, packages: str) -> None:
    done = frozen.judges(packages)
    assert done.returncode == 1
    assert "other packages than were agreed" in done.stderr


def test_a_file_that_gives_rights_fails_the_build(frozen: Frozen) -> None:
    done = frozen.judges(frozen.agreed, "/usr/bin/passwd 4755 0:0 \n")
    assert done.returncode == 1
    assert "other files give rights" in done.stderr


def test_newer_versions_are_said_and_pass(frozen: Frozen) -> None:
    done = frozen.judges("cage 0.2.0-2\nlibc6 2.41-13\n")
    assert done.returncode == 0
    assert "mirror has moved on: 1 packages" in done.stdout


@pytest.fixture
def with_kernel(frozen: Frozen) -> Frozen:
    frozen.agreed += "linux-image-6.12.118+deb13-amd64 6.12.118-1\nlinux-image-amd64 6.12.118-1\n"
    return frozen


def test_a_newer_kernel_is_a_newer_version_though_its_package_has_another_name(with_kernel: Frozen) -> None:
    done = with_kernel.judges(with_kernel.agreed.replace("6.12.118", "6.12.121"))
    assert (done.returncode, done.stderr) == (0, "")
    assert "mirror has moved on: 2 packages" in done.stdout


@pytest.mark.parametrize(
    "more",
    [
        "linux-image-6.12.118+deb13-rt-amd64 6.12.118-1\n",
        "linux-image-6.12.121+deb13-amd64 6.12.121-1\n",
        "linux-image-rt-amd64 6.12.118-1\n",
        "linux-headers-6.12.118+deb13-amd64 6.12.118-1\n",
    ],
)
def test_another_kernel_beside_it_fails_the_build(with_kernel: Frozen, more: str) -> None:
    done = with_kernel.judges(with_kernel.agreed + more)
    assert done.returncode == 1
    assert "other packages than were agreed" in done.stderr


def test_a_kernel_of_another_flavour_in_its_place_fails_the_build(with_kernel: Frozen) -> None:
    done = with_kernel.judges(with_kernel.agreed.replace("+deb13-amd64", "+deb13-rt-amd64"))
    assert done.returncode == 1
    assert "other packages than were agreed" in done.stderr
