"""The list of what is kept of the Python packages: it reads, it prunes, it stops where it no longer fits."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

PACKAGE = Path(__file__).parents[3] / "installer" / "package"
KEPT = (PACKAGE / "keep.txt").read_text()
FORBIDDEN = ("WebEngine", "Qml", "Quick", "Designer", "libqxcb", "libqvnc", "eglfs", "libqminimal", "linuxfb", "ffmpeg")


def loaded() -> ModuleType:
    """The script, which is no module of a package: Debian's Python runs it alone."""
    spec = importlib.util.spec_from_file_location("prune", PACKAGE / "prune.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["prune"] = module  # dataclasses look there
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def prune() -> ModuleType:
    return loaded()


def made(site: Path, *names: str) -> None:
    for name in names:
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text(name)


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_the_list_reads(prune: ModuleType) -> None:
    kept = prune.parse(KEPT)
    assert kept.pruned == {"PySide6"}
    assert len(kept.keep) > 20


@pytest.mark.parametrize("word", FORBIDDEN)
def test_nothing_is_kept_that_a_laptop_may_not_have(prune: ModuleType, word: str) -> None:
    kept = prune.parse(KEPT)
    assert [pattern for pattern in (*kept.keep, *(name for name, _ in kept.apart)) if word in pattern] == []


def test_the_shell_finds_one_way_to_draw(prune: ModuleType) -> None:
    platforms = [pattern for pattern in prune.parse(KEPT).keep if "/platforms/" in pattern]
    assert platforms == ["PySide6/Qt/plugins/platforms/libqwayland.so"]


def test_what_is_not_named_goes_from_a_folder_that_is(prune: ModuleType, tmp_path: Path) -> None:
    site, apart = tmp_path / "site", tmp_path / "apart"
    made(site, "Qt/core.so", "Qt/web/engine.so", "Qt/nowhere.so", "av/av.so", "av/av.pyi")
    kept = prune.parse("keep Qt/core.*\ndrop **/*.pyi  # types\napart Qt/nowhere.so slips")
    prune.prune(site, apart, kept)
    assert files(site) == {"Qt/core.so", "av/av.so"}
    assert files(apart) == {"slips/nowhere.so"}
    assert not (site / "Qt/web").exists()


def test_a_pattern_that_nothing_fits_stops_the_build(prune: ModuleType, tmp_path: Path) -> None:
    made(tmp_path, "Qt/core.so")
    with pytest.raises(ValueError, match=r"no file is Qt/gui\.so"):
        prune.prune(tmp_path, tmp_path, prune.parse("keep Qt/core.so\nkeep Qt/gui.so"))


@pytest.mark.parametrize("line", ["keep", "keep a b", "needs libc.so.6", "remove a"])
def test_a_line_that_is_none_is_refused(prune: ModuleType, line: str) -> None:
    with pytest.raises(ValueError, match="what is"):
        prune.parse(line)


def test_the_packages_are_those_of_the_libraries_it_is_linked_to(prune: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "python.so").symlink_to(sys.executable)
    with pytest.raises(ValueError, match="neither kept nor in a Debian package"):
        prune.packages([tmp_path], prune.parse(""))
    assert "libc6" in prune.packages([tmp_path], prune.parse(KEPT + "needs libexpat.so.1 libexpat1\n"))
