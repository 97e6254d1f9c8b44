"""The base of the image stays in the cache, is made anew when that is asked for, and says when it has become old."""

import os
import shutil
import subprocess
import time
from pathlib import Path
from typing import Final

import pytest

IMAGE: Final = Path(__file__).parents[3] / "installer/image"
DAY_S: Final = 86400
FETCHES: Final = """#!/bin/sh
for folder; do :; done
echo "mmdebstrap is talkative"
[ -z "$NO_NETWORK" ] || exit 1
echo "$MIRROR" > "$folder/packages"
"""


class Base:
    """The command with tools of its own: a mirror that has one thing, and a package that needs nothing special."""

    def __init__(self, folder: Path) -> None:
        self.cache = folder / "cache"
        self._image, self._tools = folder / "image", folder / "tools"
        self._image.mkdir()
        self._tools.mkdir()
        for name in ("base", "packages.txt"):
            shutil.copy(IMAGE / name, self._image)
        for name, text in (("mmdebstrap", FETCHES), ("dpkg-deb", "#!/bin/sh\necho 'systemd (>= 257), adduser'\n")):
            (self._tools / name).write_text(text)
            (self._tools / name).chmod(0o755)

    def made(self, **more: str) -> subprocess.CompletedProcess[str]:
        """What it says, with `more` in its environment."""
        path = f"{self._tools}:{os.environ['PATH']}"
        own = {"PATH": path, "VISIT_CACHE": str(self.cache), "MIRROR": "old", "NO_NETWORK": ""}
        command = [self._image / "base", self._image / "any.deb"]
        return subprocess.run(command, env=own | more, capture_output=True, text=True, check=False)

    def folder(self, **more: str) -> Path:
        """Where it is, the only thing that is said to whoever asks."""
        done = self.made(**more)
        assert done.returncode == 0, done.stderr
        (line,) = done.stdout.splitlines()
        return Path(line)

    def has_aged(self, days: float) -> None:
        """It was made so long ago."""
        (stamp,) = self.cache.glob("base-*.made")
        stamp.write_text(f"{int(time.time() - days * DAY_S)}\n")


@pytest.fixture
def base(tmp_path: Path) -> Base:
    return Base(tmp_path)


def test_it_is_made_once_and_stays(base: Base) -> None:
    first = base.folder()
    assert first.parent == base.cache
    again = base.made(MIRROR="new")
    assert (again.stdout, again.stderr) == (f"{first}\n", "")
    assert (first / "packages").read_text() == "old\n"


def test_asked_for_it_is_made_anew_in_the_same_place_and_nothing_else_is_left(base: Base) -> None:
    first = base.folder()
    base.has_aged(100)
    anew = base.made(FRESH="1", MIRROR="new")
    assert (anew.returncode, anew.stdout) == (0, f"{first}\n")
    assert "days old" not in anew.stderr
    assert (first / "packages").read_text() == "new\n"
    assert {each.name for each in base.cache.iterdir()} == {first.name, f"{first.name}.made"}


def test_one_build_that_asks_twice_fetches_once(base: Base) -> None:
    first = base.folder(FRESH="1")
    base.folder(FRESH="1", MIRROR="new")
    assert (first / "packages").read_text() == "old\n"


def test_where_nothing_can_be_fetched_the_old_one_stays(base: Base) -> None:
    first = base.folder()
    base.has_aged(3)
    failed = base.made(FRESH="1", NO_NETWORK="1", MIRROR="new")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "cannot be fetched" in failed.stderr
    assert (first / "packages").read_text() == "old\n"
    assert {each.name for each in base.cache.iterdir()} == {first.name, f"{first.name}.made"}


def test_an_old_one_is_used_and_its_age_is_said_with_what_to_do(base: Base) -> None:
    first = base.folder()
    base.has_aged(20.5)
    old = base.made()
    assert (old.returncode, old.stdout) == (0, f"{first}\n")
    (said,) = old.stderr.splitlines()
    assert "20 days old" in said
    assert "FRESH=1 make image" in said


def test_one_of_the_last_two_weeks_is_not_old(base: Base) -> None:
    base.folder()
    base.has_aged(13.9)
    assert base.made().stderr == ""


def test_the_age_is_known_without_its_note_too(base: Base) -> None:
    first = base.folder()
    (base.cache / f"{first.name}.made").unlink()
    then = time.time() - 30 * DAY_S
    os.utime(first, (then, then))
    assert "30 days old" in base.made().stderr
