"""What is installed on a machine: the laptop and the service, and nothing of the demo, the tests or the bench."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ("visits/pages/templates/call.html", "visits/pages/static/js/main.js", "visits/pages/static/css/base.css")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The files of the wheel, built from what is committed."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(["git", "clone", "--quiet", str(ROOT), str(folder / "tree")], check=True)
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(folder), str(folder / "tree")], check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def test_it_holds_the_product_and_nothing_else(contents: set[str]) -> None:
    top = {name.partition("/")[0] for name in contents}
    assert {name for name in top if not name.endswith(".dist-info")} == {"contract", "kiosk", "visits", "assets"}


@pytest.mark.parametrize(
    "name", [*PAGE, "assets/words/en.toml", "visits/demo_data/photos/jac.png", "visits/store/migrations/env.py"]
)
def test_it_holds_what_is_no_module(contents: set[str], name: str) -> None:
    assert name in contents


def test_it_holds_the_icons_of_the_screen(contents: set[str]) -> None:
    committed = {f"assets/icons/{path.name}" for path in (ROOT / "assets" / "icons").glob("*.svg")}
    assert committed
    assert committed <= contents
