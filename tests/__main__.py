"""What `make check` leaves: the slow tests, and the properties with all their examples.

Whole calls and real media come first and have the machine to themselves: service, laptop and browser fill two cores.
Then two pytest processes share what is left; then what must answer in time, alone. Within each process the tests run
one after another, in the order of the tree. Options go to all; anything that chooses tests makes it one plain pytest of
all that it names.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from typing import IO, Final

PYTEST: Final = (sys.executable, "-m", "pytest", "--quiet")
LEFT: Final = (*PYTEST, "-m", "(slow or hypothesis) and not image")
CALLS: Final = tuple(f"tests/e2e/{name}" for name in ("call", "chaos", "demo", "trust", "by_hand"))
TO_THEMSELVES: Final = (*CALLS, "tests/integration/media", "tests/attacks/test_link_media.py")
ONE_HALF: Final = ("tests/attacks", "tests/integration/audit", "tests/integration/guard")
ALONE: Final = (  # what is asked within half a second or one is asked of a machine that is ours
    "tests/attacks/test_keys_and_chords.py",
    "tests/attacks/test_second_screen.py",
)


def main(arguments: list[str]) -> int:
    """Run them; the status is 0 only if all passed."""
    if not all(argument.startswith("-") for argument in arguments):
        return subprocess.run([*PYTEST, *arguments], check=False).returncode
    left = [*LEFT, *arguments]
    statuses = [
        subprocess.run([*left, *TO_THEMSELVES], check=False).returncode,
        _side_by_side(
            [*left, *ONE_HALF, *map(_without, (*TO_THEMSELVES, *ALONE))],
            [*left, *map(_without, (*TO_THEMSELVES, *ONE_HALF))],
        ),
        subprocess.run([*left, *ALONE], check=False).returncode,
    ]
    return max(statuses)


def _without(place: str) -> str:
    return f"--ignore={place}"


def _side_by_side(one: Sequence[str], other: Sequence[str]) -> int:
    with tempfile.TemporaryFile("w+") as said:
        beside = subprocess.Popen(other, stdout=said, stderr=subprocess.STDOUT)
        try:
            status = subprocess.run(one, check=False).returncode
        finally:  # when interrupted it has been too, and clears up
            status_beside = beside.wait()
            _repeat(said)
    return max(status, status_beside)


def _repeat(said: IO[str]) -> None:
    said.seek(0)
    sys.stdout.writelines(said)
    sys.stdout.flush()


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
