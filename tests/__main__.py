"""What `make check` leaves, by two pytest processes at once: whole calls mostly wait, and the rest mostly works.

That is the slow tests, and the properties with all their examples. Within each process the tests run one after
another, in the order of the tree. Options go to both; anything that chooses tests makes it one plain pytest of all
that it names. What must answer in time has the machine to itself, at the end.
"""

import subprocess
import sys
import tempfile
from typing import IO, Final

PYTEST: Final = (sys.executable, "-m", "pytest", "--quiet")
LEFT: Final = (*PYTEST, "-m", "slow or hypothesis")
CALLS: Final = ("tests/e2e/call", "tests/e2e/chaos", "tests/e2e/demo", "tests/e2e/trust", "tests/e2e/by_hand")
ALONE: Final = "tests/attacks/test_keys_and_chords.py"  # whether END comes in 500 ms is asked of a machine that is ours


def main(arguments: list[str]) -> int:
    """Run them; the status is 0 only if all passed."""
    if not all(argument.startswith("-") for argument in arguments):
        return subprocess.run([*PYTEST, *arguments], check=False).returncode
    with tempfile.TemporaryFile("w+") as said:
        rest = subprocess.Popen(
            [*LEFT, *arguments, *(f"--ignore={place}" for place in (*CALLS, ALONE))],
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            calls = subprocess.run([*LEFT, *arguments, *CALLS], check=False).returncode
            others = rest.wait()
        except KeyboardInterrupt:  # both have had it too, and clear up
            rest.wait()
            return 130
        finally:
            _repeat(said)
    alone = subprocess.run([*LEFT, *arguments, ALONE], check=False).returncode
    return calls or others or alone


def _repeat(said: IO[str]) -> None:
    said.seek(0)
    sys.stdout.writelines(said)
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
