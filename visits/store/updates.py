"""Releases of the laptops' image in a folder beside the database, for laptops to fetch. It signs and judges nothing.

Each is in a folder of its own; `current` is a link to the one that laptops are given, and changes at once or not.
"""

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from contract.manifest import MANIFEST
from visits.errors import ServiceError

CURRENT: Final = "current"


def default_updates(database: Path) -> Path:
    """Where the releases of the service that uses `database` lie."""
    return database.with_name(f"{database.name}.updates")


def current_file(folder: Path, name: str) -> Path | None:
    """A file of the release that laptops are given, if it has one of this name."""
    release = folder / CURRENT
    known = {each.name for each in release.iterdir()} if release.is_dir() else set()
    return release / name if name in known else None


def current_version(folder: Path) -> str | None:
    """Which release laptops are given; None for none."""
    try:
        return (folder / CURRENT).readlink().name
    except OSError:
        return None


def add_release(folder: Path, version: str, files: Mapping[str, Path]) -> None:
    """Copy a release in, and give it to laptops from now on; the one before stays until the next. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before, coming = current_version(folder), folder / f".{version}.coming"
    if coming.exists():
        shutil.rmtree(coming)
    coming.mkdir(mode=0o700)
    for name, source in files.items():
        shutil.copyfile(source, coming / name)
    if (folder / version).exists():
        shutil.rmtree(folder / version)
    coming.rename(folder / version)
    _give(folder, version)
    for each in folder.iterdir():
        if each.is_dir() and not each.is_symlink() and each.name not in (version, before):
            shutil.rmtree(each)


def give_release(folder: Path, version: str) -> None:
    """Give laptops this one, which is there. Raises ServiceError or OSError."""
    if "/" in version or not (folder / version / MANIFEST).is_file():
        raise ServiceError(f"there is no release {version} here")
    _give(folder, version)


def give_none(folder: Path) -> None:
    """Laptops are given none. Safe twice. Raises OSError."""
    (folder / CURRENT).unlink(missing_ok=True)


def releases(folder: Path) -> list[str]:
    """Those that are here."""
    if not folder.is_dir():
        return []
    return sorted(each.name for each in folder.iterdir() if (each / MANIFEST).is_file() and not each.is_symlink())


def _give(folder: Path, version: str) -> None:
    fresh = folder / ".current.new"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(version)
    os.replace(fresh, folder / CURRENT)  # noqa: PTH105 - the link, not what it points to
