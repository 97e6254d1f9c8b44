"""In the builder: leaves in a root the drivers that drivers.txt names, with what they need; none that must never load.

Usage: python3 -m installer.image.drivers MODULES PATTERNS BLOCKED..., with MODULES the folder of one kernel version
"""

import fnmatch
import re
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath

_BLOCKED = re.compile(r"^install (\S+) /bin/false$", re.MULTILINE)


def kept(needs: Mapping[str, Iterable[str]], patterns: Iterable[str]) -> set[str]:
    """Those that a pattern names and no later one takes out (`!`), and what they need. `needs` is modules.dep."""
    named: set[str] = set()
    for pattern in patterns:
        found = {each for each in needs if fnmatch.fnmatch(each.removeprefix("kernel/"), pattern.removeprefix("!"))}
        named = named - found if pattern.startswith("!") else named | found
    return named.union(*(needs[each] for each in named))


def blocked(drivers: Iterable[str], modprobe: str) -> list[str]:
    """Those of them that modprobe's configuration keeps from loading: an image has none."""
    names = {name.replace("-", "_") for name in _BLOCKED.findall(modprobe)}
    return sorted(each for each in drivers if PurePosixPath(each).name.partition(".ko")[0].replace("-", "_") in names)


def remove_empty(place: Path) -> None:
    """The folders below it of what is gone: the laptop takes one called `bluetooth` for Bluetooth."""
    for folder in sorted((each for each in place.rglob("*") if each.is_dir() and not each.is_symlink()), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()


def main() -> int:
    """Thin them out; the status is 1 where one is left that must not be."""
    modules, listed, *configured = map(Path, sys.argv[1:])
    lines = (line.partition(":") for line in (modules / "modules.dep").read_text().splitlines())
    needs = {name: rest.split() for name, _, rest in lines}
    patterns = [line for line in listed.read_text().splitlines() if line and not line.startswith("#")]
    wanted = kept(needs, patterns)
    if unwanted := blocked(wanted, "\n".join(path.read_text() for path in configured)):
        sys.stderr.write(f"image: {', '.join(unwanted)} must not be in it, and drivers.txt asks for what needs it.\n")
        return 1
    for each in needs.keys() - wanted:
        (modules / each).unlink()
    remove_empty(modules)
    sys.stdout.write(f"drivers: {len(wanted)} of {len(needs)}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
