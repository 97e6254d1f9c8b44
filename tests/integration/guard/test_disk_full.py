"""The whole guard on a real disk that fills up: END works, what opens is refused with a sentence."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.deeds import Resume
from kiosk.ipc import Key, Pressed
from tests.integration.guard.laptop import Laptop

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Three megabytes at the laptop's state folder; only root may mount."""
    state = tmp_path / "state"
    state.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "none", str(state)], check=False)
    if mounted.returncode != 0:
        pytest.skip("this machine lets nobody mount")
    yield state
    subprocess.run(["umount", "-l", str(state)], check=True)


def fill(disk: Path) -> None:
    """Take what is left."""
    with (disk / "filler").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(os.urandom(4096))
        except OSError:
            return


@pytest.mark.attack("end-always")
async def test_end_works_on_a_full_disk_and_nothing_loosens(small_disk: Path, laptop: Laptop) -> None:
    await laptop.sets_up_officer()
    await laptop.starts()
    await laptop.is_live()
    assert laptop.shell is not None
    async with laptop.stands_still():
        fill(small_disk)
    laptop.shell.say(Pressed(key=Key.HOLD))
    await laptop.shell.shows("held")
    refused = await laptop.asks(Resume())
    assert not refused.accepted
    assert refused.text
    laptop.shell.say(Pressed(key=Key.END_NOW))
    await laptop.shell.shows("goodbye")
    await laptop.has_recorded("outcome")  # in the reserve
    (small_disk / "filler").unlink()
    await laptop.close()
    status, said = await laptop.verdict()
    assert status in (0, 3), said
    shutil.rmtree(laptop.runtime, ignore_errors=True)
