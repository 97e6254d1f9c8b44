"""In the builder: leaves in a root the firmware that firmware.txt names, and the files that its links lead to.

Usage: python3 -m installer.image.firmware FIRMWARE PATTERNS, with FIRMWARE the folder that the kernel looks in
"""

import fnmatch
import os
import sys
from collections.abc import Iterable
from pathlib import Path

from installer.image.drivers import remove_empty


def kept(folder: Path, patterns: Iterable[str]) -> set[Path]:
    """Files and links below the folder whose place in it a pattern fits, and whatever those links lead to there."""
    wanted = list(patterns)
    files = {path for path in folder.rglob("*") if path.is_symlink() or path.is_file()}
    named = {path for path in files if any(fnmatch.fnmatch(str(path.relative_to(folder)), each) for each in wanted)}
    linked = {Path(os.path.realpath(path)) for path in named if path.is_symlink()}
    return named | {path for path in files if any(path == each or each in path.parents for each in linked)}


def main() -> int:
    """Thin it out; the status is 1 where a pattern fits nothing, which is a chip that would be left without."""
    folder, listed = map(Path, sys.argv[1:])
    patterns = [line.split()[0] for line in listed.read_text().splitlines() if line and not line.startswith("#")]
    folder = folder.resolve()
    if missing := [each for each in patterns if not kept(folder, [each])]:
        sys.stderr.write(f"image: no firmware is called {', '.join(missing)}: see firmware.txt.\n")
        return 1
    wanted = kept(folder, patterns)
    for path in [each for each in folder.rglob("*") if each.is_symlink() or each.is_file()]:
        if path not in wanted:
            path.unlink()
    remove_empty(folder)
    sys.stdout.write(f"firmware: {len(wanted)} files\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
