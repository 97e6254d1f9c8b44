"""Loads every module of the program in the private environment, to see that pruning took nothing that is used.

Run by that environment's Python: `imports.py SITE-PACKAGES [LIBRARY...]`. The libraries named are Debian's and may be
missing where the package is built; a module that stops at one of them is counted, and tests/image loads it in full.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PROGRAM = ("kiosk", "contract", "assets")
MISSING_LIBRARY = re.compile(r"(lib\S+): cannot open shared object file")


def modules(site: Path) -> Iterator[str]:
    """Their names; not what runs when it is loaded."""
    for path in sorted(path for name in PROGRAM for path in (site / name).rglob("*.py")):
        name = ".".join(path.relative_to(site).with_suffix("").parts).removesuffix(".__init__")
        if not name.endswith("__main__"):
            yield name


def is_loaded(name: str, absent: set[str]) -> bool:
    """False where one of the `absent` libraries is in the way. Raises ImportError for anything else."""
    try:
        importlib.import_module(name)
    except ImportError as error:
        found = MISSING_LIBRARY.match(str(error))
        if found is None or found[1] not in absent:
            raise
        return False
    return True


def main() -> None:
    """Load them all, and say how many."""
    site, absent = Path(sys.argv[1]), set(sys.argv[2:])
    loaded = [is_loaded(name, absent) for name in modules(site)]
    without = (
        "" if all(loaded) else f", {loaded.count(False)} up to a library of Debian's that is not here (without Qt)"
    )
    sys.stdout.write(f"imported: {loaded.count(True)} modules{without}\n")


if __name__ == "__main__":
    main()
