"""Takes from the installed Python packages what keep.txt does not keep, and checks that nothing is missing then.

Run when the package is built, by Debian's Python: `prune.py SITE-PACKAGES APART KEEP.TXT` prints the Debian packages
that what stays depends on. It may not touch anything outside the two folders.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")


@dataclass(frozen=True)
class KeepList:
    """What keep.txt says. Patterns are as of `pathlib`, below site-packages."""

    keep: tuple[str, ...]
    drop: tuple[str, ...]
    apart: tuple[tuple[str, str], ...]
    needs: dict[str, str]  # a library of Debian's, and its package
    loads: tuple[str, ...]

    @property
    def pruned(self) -> frozenset[str]:
        """The folders of which only what is named stays."""
        return frozenset(pattern.split("/")[0] for pattern in self.keep)


def parse(text: str) -> KeepList:
    """Read it. Raises ValueError for a line that is none."""
    rows: dict[str, list[list[str]]] = {"keep": [], "drop": [], "apart": [], "needs": [], "loads": []}
    words = {"keep": 1, "drop": 1, "apart": 2, "needs": 2, "loads": 1}
    for line in text.splitlines():
        said = line.split("#")[0].split()
        if not said:
            continue
        if len(said) - 1 != words.get(said[0]):
            raise ValueError(f"keep.txt: what is {line!r}?")
        rows[said[0]].append(said[1:])
    return KeepList(
        keep=tuple(row[0] for row in rows["keep"]),
        drop=tuple(row[0] for row in rows["drop"]),
        apart=tuple((row[0], row[1]) for row in rows["apart"]),
        needs={row[0]: row[1] for row in rows["needs"]},
        loads=tuple(row[0] for row in rows["loads"]),
    )


def prune(site: Path, apart: Path, kept: KeepList) -> None:
    """Move what stands apart, then remove. Raises ValueError for a pattern that nothing fits any more."""
    for name, folder in kept.apart:
        (apart / folder).mkdir(parents=True, exist_ok=True)
        shutil.move(site / name, apart / folder)
    staying = {path for pattern in kept.keep for path in _fitting(site, pattern)}
    for top in kept.pruned:
        for path in _files(site / top):
            if path not in staying:
                path.unlink()
    for pattern in kept.drop:
        for path in list(site.glob(pattern)):
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    _remove_empty(site)


def _fitting(site: Path, pattern: str) -> list[Path]:
    found = list(site.glob(pattern))
    if not found:
        raise ValueError(f"keep.txt: no file is {pattern}; the wheel has changed, so look at what it holds now.")
    return found


def _remove_empty(site: Path) -> None:
    for folder in sorted((path for path in site.rglob("*") if path.is_dir()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if not path.is_dir() or path.is_symlink())


def packages(folders: Iterable[Path], kept: KeepList) -> list[str]:
    """The Debian packages that the libraries in these folders are linked to. Raises ValueError for an unknown one."""
    libraries = [path for folder in folders for path in _files(folder) if ".so" in path.name]
    here = {path.name for path in libraries}
    found = set(kept.loads)
    for library in libraries:
        for name in _needed(library) - here:
            if name not in kept.needs:
                raise ValueError(
                    f"keep.txt: {library.name} needs {name}, which is neither kept nor in a Debian package."
                )
            found.add(kept.needs[name])
    return sorted(found)


def _needed(library: Path) -> set[str]:
    command = ["/usr/bin/readelf", "--dynamic", str(library)]
    told = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 - a name that we made
    return set(NEEDED.findall(told.stdout))


def _megabytes(folder: Path) -> int:
    return sum(path.lstat().st_size for path in _files(folder)) // 1_000_000


def main() -> None:
    """Prune; how much went is said on standard error."""
    site, apart, list_file = map(Path, sys.argv[1:])
    kept = parse(list_file.read_text())
    before = _megabytes(site)
    prune(site, apart, kept)
    sys.stdout.write(", ".join(packages([site, apart], kept)) + "\n")
    sys.stderr.write(f"pruned: {before} MB of Python packages became {_megabytes(site)} MB\n")


if __name__ == "__main__":
    main()
