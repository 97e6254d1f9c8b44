"""`make check`: format, lint, types, import contracts, generated docs and the fast tests, in two lanes side by side.

Each lane runs its steps one after another; what a step said is printed when it has failed, and the summary of tests.
"""

import subprocess
import sys
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

BIN: Final = Path(sys.executable).parent
FAST: Final = (sys.executable, "-m", "pytest", "-m", "not slow and not image", "--quiet")
RULES, SCREEN = "tests/unit/kiosk/policy", "tests/ui"
LANES: Final = (
    ((*FAST, "--hypothesis-profile=quick", f"--ignore={RULES}", f"--ignore={SCREEN}"),),
    (
        (str(BIN / "ruff"), "format", "--check", "--quiet", "."),
        (str(BIN / "ruff"), "check", "--quiet", "."),
        (str(BIN / "mypy"),),
        (str(BIN / "lint-imports"), "--no-cache"),
        (sys.executable, "-m", "docs.generate", "--check"),
        (sys.executable, "-m", "coverage", "run", *FAST[1:], RULES),
        (sys.executable, "-m", "coverage", "report"),
        (*FAST, SCREEN),
    ),
)


def main() -> int:
    """The status is 0 only if every step passed."""
    began = time.monotonic()
    with ThreadPoolExecutor(len(LANES)) as lanes:
        passed = list(lanes.map(_lane, LANES))
    sys.stdout.write(f"{'all is well' if all(passed) else 'NOT all is well'}, {time.monotonic() - began:.0f} s\n")
    return 0 if all(passed) else 1


def _lane(steps: Sequence[Sequence[str]]) -> bool:
    passed = [_step(step) for step in steps]  # all of them: one that fails hides none
    return all(passed)


def _step(step: Sequence[str]) -> bool:
    done = subprocess.run(step, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    if done.returncode:
        sys.stdout.write(f"---- {' '.join(step)}\n{said}\n")
    elif "pytest" in step:
        sys.stdout.write(said.rstrip().rpartition("\n")[2] + "\n")
    sys.stdout.flush()
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
