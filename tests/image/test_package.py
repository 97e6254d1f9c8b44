"""The package on a stock Debian 13: what it holds, that guard and shell start and say DEMO, that purge clears it."""

import asyncio
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from kiosk.ui.pieces.banner import AMBER, HEIGHT
from tests.fakes.eventually import eventually, within
from tests.image.kit.package import package
from tests.image.kit.service import LAPTOP, service
from tests.image.kit.stock import Stock, stock

KIT = Path(__file__).parent / "kit"
IMPORTS = Path(__file__).parents[2] / "installer" / "package" / "imports.py"
USER = "trying"
PRIVATE = "/usr/lib/visit-kiosk/venv/lib/python3.13/site-packages"
FORBIDDEN = re.compile(
    r"WebEngine|Qml|Quick|Designer|/translations/|/platforms/(?!libqwayland)|libqxcb|libqvnc|eglfs|/bin/pip|"
    r"site-packages/(visits|demo|tests|bench|docs|pip|setuptools)(/|$)"
)
IN_TIME_S = 120.0

pytestmark = [pytest.mark.image, pytest.mark.slow, pytest.mark.timeout(1800)]


@pytest.mark.image_full
def test_debians_judge_finds_nothing(tmp_path: Path) -> None:
    """Lintian, which takes minutes."""
    shutil.copy(package(), tmp_path)
    judge = Path(__file__).parents[2] / "installer" / "package" / "judge"
    judged = subprocess.run([judge, tmp_path], capture_output=True, text=True, check=False)
    assert judged.returncode == 0, judged.stdout + judged.stderr


@pytest.fixture(scope="module")
def machine() -> Iterator[Stock]:
    """It is installed there, by apt, without a network."""
    with stock() as fresh:
        shutil.copy(package(), fresh.shared / "visit-kiosk.deb")
        fresh.run("useradd", "--create-home", USER)
        fresh.run("apt-get", "install", "--yes", "--no-install-recommends", "/shared/visit-kiosk.deb")
        yield fresh


@cache
def listed() -> tuple[str, ...]:
    """The files of the package, as from the root; not its folders."""
    told = subprocess.run(["dpkg-deb", "--contents", package()], capture_output=True, text=True, check=True).stdout
    return tuple(line.split()[5].removeprefix(".") for line in told.splitlines() if not line.startswith("d"))


def test_it_holds_the_laptop_and_nothing_that_a_laptop_may_not_have() -> None:
    files = listed()
    assert f"{PRIVATE}/kiosk/app.py" in files
    assert f"{PRIVATE}/assets/words/en.toml" in files
    assert [name for name in files if FORBIDDEN.search(name)] == [
        "/usr/lib/visit-kiosk/slips/platforms/libqoffscreen.so"
    ]


def test_every_module_is_compiled_so_that_a_read_only_root_is_fine() -> None:
    files = set(listed())
    sources = {name for name in files if name.startswith(PRIVATE) and name.endswith(".py")}
    compiled = {re.sub(r"/([^/]+)\.py$", r"/__pycache__/\1.cpython-313.pyc", name) for name in sources}
    assert len(sources) > 300
    assert compiled - files == set()


def test_it_sets_nothing_outside_its_own_places() -> None:
    """On a desktop nothing changes: no setting, no account, no unit that starts."""
    own = re.compile(
        r"/usr/((bin/kiosk(-guard)?|(lib|share)/visit-kiosk/.*|lib/systemd/system/visit-.*)$"
        r"|share/(man|doc|lintian|applications|bash-completion)/)"
    )
    assert [name for name in listed() if not own.match(name)] == []


def test_it_loads_every_module_with_no_more_than_its_dependencies(machine: Stock) -> None:
    shutil.copy(IMPORTS, machine.shared)
    said = machine.run("/usr/lib/visit-kiosk/venv/bin/python", "-I", f"/shared/{IMPORTS.name}", PRIVATE)
    assert said.splitlines()[-1].startswith("imported: ")
    assert "without" not in said


def test_no_library_of_it_lacks_one(machine: Stock) -> None:
    said = machine.run(
        "sh", "-c", f"find {PRIVATE} -name '*.so*' -type f -exec ldd {{}} + 2>&1 | grep 'not found' || true"
    )
    assert said == ""


def test_the_command_and_its_pages_are_there(machine: Stock) -> None:
    assert "DEMO" in machine.run("sh", "-c", "kiosk check || true")
    machine.run("sh", "-c", "test -e /usr/share/man/man1/kiosk.1.gz && test -e /usr/share/man/man8/kiosk-guard.8.gz")


def test_slips_find_their_own_way_to_draw(machine: Stock) -> None:
    assert "not enrolled" in machine.run("sh", "-c", "kiosk slips --date 2026-11-23 --out /tmp/slips 2>&1 || true")


def picture_of(machine: Stock) -> NDArray[np.uint8]:
    """What its user sees: rows of red, green, blue; all black while there is nothing yet."""
    path = machine.shared / "picture.ppm"
    if not path.exists():
        return np.zeros((HEIGHT, 1, 3), np.uint8)
    said = path.read_bytes()
    _, width, height, _, _ = said.split(maxsplit=4)
    wide, high = int(width), int(height)
    return np.frombuffer(said[-wide * high * 3 :], np.uint8).reshape(high, wide, 3)


def has_banner(picture: NDArray[np.uint8]) -> bool:
    """The amber of "DEMO - NOT LOCKED DOWN" across the top."""
    amber = np.array([int(AMBER[at : at + 2], 16) for at in (1, 3, 5)])
    top = picture[: HEIGHT // 2].astype(int)
    return bool((np.abs(top - amber).max(axis=2) < 8).mean() > 0.3)


def as_user(machine: Stock, *command: str) -> list[str]:
    """How a user without rights runs a command there."""
    become = ("setpriv", f"--reuid={USER}", f"--regid={USER}", "--init-groups")
    return machine.command(*become, *command, env={"HOME": f"/home/{USER}"})


def enrolled(machine: Stock, *options: str) -> str:
    """What `kiosk enrol` says to the user."""
    command = as_user(machine, "kiosk", "enrol", *options)
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=IN_TIME_S).stdout


@asynccontextmanager
async def tried(machine: Stock, *options: str) -> AsyncIterator[Callable[[str], str]]:
    """`kiosk try` runs, and the banner stands; yields how to read what was said, by name of the file."""
    for name in ("enough", "picture.ppm", "said", "check"):
        (machine.shared / name).unlink(missing_ok=True)
    shutil.copy(KIT / "tried.sh", machine.shared)
    process = await asyncio.create_subprocess_exec(*as_user(machine, "/shared/tried.sh", *options))

    def said(name: str) -> str:
        path = machine.shared / name
        return path.read_text() if path.exists() else ""

    try:
        await eventually(lambda: has_banner(picture_of(machine)), IN_TIME_S, lambda: said("said"))
        await eventually(lambda: "DEMO" in said("check"), IN_TIME_S, lambda: said("check"))
        yield said
        (machine.shared / "enough").touch()
        await within(IN_TIME_S, process.wait())
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_a_users_guard_and_shell_start_and_say_demo(machine: Stock) -> None:
    async with tried(machine) as said:
        colours = np.unique(picture_of(machine).reshape(-1, 3), axis=0)
    assert len(colours) > 20, "the picture is blank"
    assert "Traceback" not in said("said")


async def test_it_can_be_pointed_at_a_service(machine: Stock, tmp_path: Path) -> None:
    vault = ("--vault", f"/home/{USER}/vault")
    async with service(tmp_path) as real:
        assert LAPTOP in enrolled(machine, "--service", real.url, "--code", real.code, *vault)
        async with tried(machine, *vault) as said:
            await eventually(lambda: "is connected" in real.process.log, IN_TIME_S, lambda: said("said"))


def test_purge_leaves_nothing(machine: Stock) -> None:
    machine.run("sh", "-c", "mkdir -p /var/lib/visit-kiosk/identity && touch /var/lib/visit-kiosk/trail")
    machine.run("dpkg", "--purge", "visit-kiosk")
    left = [name for name in machine.files() if "kiosk" in name and not name.startswith(f"/home/{USER}/")]
    assert left == []
