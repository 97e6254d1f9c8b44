"""The machine as measures see it: its files under one root, and its few tools. Tests stand up another root."""

import os
import subprocess
from pathlib import Path
from typing import Final

from kiosk.errors import Unavailable

LONGEST_FILE_BYTES: Final = 1024 * 1024
TOOL_WITHIN_S: Final = 2.0
TOOLS_ENVIRONMENT: Final = {"PATH": "/usr/sbin:/usr/bin", "LC_ALL": "C.UTF-8"}


class Machine:
    """Reads /proc, /sys, /etc and /usr below `root`; writes where a measure must apply something."""

    def __init__(self, root: Path = Path("/"), *, tools_within_s: float = TOOL_WITHIN_S) -> None:
        self._root, self._tools_within_s = root, tools_within_s

    def path(self, absolute: str) -> Path:
        """Where `absolute` is, below the root."""
        return self._root / absolute.lstrip("/")

    def text(self, absolute: str) -> str:
        """What a file says, without the white space around it. Raises OSError, also for one that is too long."""
        with self.path(absolute).open("rb") as file:
            found = file.read(LONGEST_FILE_BYTES + 1)
        if len(found) > LONGEST_FILE_BYTES:
            raise OSError(f"{absolute} is too long")
        return found.decode(errors="replace").strip()

    def text_or(self, absolute: str, otherwise: str) -> str:
        """The same, or `otherwise` where there is no such file. Raises OSError for one that cannot be read."""
        try:
            return self.text(absolute)
        except FileNotFoundError:
            return otherwise

    def has(self, absolute: str) -> bool:
        """Whether there is such a file, folder or link (a link to nothing is one)."""
        return os.path.lexists(self.path(absolute))

    def names(self, absolute: str) -> tuple[str, ...]:
        """What is in a folder, sorted; empty where there is none. Raises OSError for one that cannot be read."""
        try:
            return tuple(sorted(entry.name for entry in self.path(absolute).iterdir()))
        except FileNotFoundError:
            return ()

    def write(self, absolute: str, text: str) -> None:
        """Write to a file of the kernel's. Raises OSError."""
        self.path(absolute).write_text(text)

    def run(self, *command: str, given: str | None = None) -> str:
        """Run one of the machine's own tools, by its whole path; what it says. Raises Unavailable.

        The environment is empty but for a PATH, the input is `given`, and its time is bounded.
        """
        try:
            done = subprocess.run(  # noqa: S603 - a fixed tool by its whole path, no shell
                command,
                input=given,
                stdin=None if given is not None else subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=self._tools_within_s,
                check=True,
                env=TOOLS_ENVIRONMENT,
            )
        except subprocess.CalledProcessError as error:
            raise Unavailable(f"{command[0]} failed: {str(error.stderr).strip()[:160]}") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unavailable(f"{command[0]} cannot be used: {type(error).__name__}") from error
        return done.stdout
