"""A pretended Debian machine: a copied tree, and a PATH on which apt-get, sudo, dpkg-query and Python only write down
that they were called."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
REAL: Final = ("awk", "basename", "cat", "cmp", "cp", "dirname", "env", "mkdir", "rm", "sed", "sh", "tr", "true")
ACTOR: Final = r"""#!/bin/sh
me="$(basename "$0") $*"
printf '%s\n' "$me" >> "$DIARY"
case $me in $FAILS) echo "$SAYS" >&2; exit 1 ;; esac
"""
ACTS: Final = {
    "apt-get": "echo chatter; echo chatter >&2",
    "dpkg-query": 'cat "$INSTALLED"',
    "id": 'echo "$UID_IS"',
    "sudo": '"$@"',
    "python3": 'case $me in *"-m venv"*) mkdir -p .venv/bin; cp "$0" .venv/bin/python ;; esac',
}


@dataclass(frozen=True)
class Ran:
    """How setup/prepare ended."""

    status: int
    out: str
    err: str
    diary: list[str]

    @property
    def sentence(self) -> str:
        """The last line of what went wrong."""
        return self.err.splitlines()[-1]


class Machine:
    """Has all packages but those named in `lacks`; commands that match `fails` (a shell pattern) do."""

    def __init__(self, folder: Path) -> None:
        self.tree, self._bin = folder / "tree", folder / "bin"
        self._installed, self._diary = folder / "installed", folder / "diary"
        self._also = ""
        (self.tree / "setup").mkdir(parents=True)
        for name in ("setup/prepare", "setup/debian-packages.txt"):
            shutil.copy(ROOT / name, self.tree / name)
        self.write("requirements.lock", "a==1\n")
        self.write("pyproject.toml", "[project]\n")
        self._bin.mkdir()
        for name in REAL:
            found = shutil.which(name)
            assert found is not None
            (self._bin / name).symlink_to(found)
        for name, act in ACTS.items():
            self._install(name, act)

    @property
    def packages(self) -> list[str]:
        """Every package that is listed."""
        lines = (self.tree / "setup/debian-packages.txt").read_text().splitlines()
        return [line.split()[1] for line in lines if not line.startswith("#")]

    def write(self, name: str, text: str) -> None:
        (self.tree / name).write_text(text)

    def without(self, command: str) -> None:
        """This machine has no such command."""
        (self._bin / command).unlink()

    def has_also(self, package: str, *, provides: str) -> None:
        """A package that is not listed, under whose name another may be there."""
        self._also = f"installed {package}, {provides}\n"

    def prepares(
        self, purpose: str = "demo", *, lacks: str = "", fails: str = "", says: str = "", root: bool = True
    ) -> Ran:
        """Run setup/prepare."""
        has = [package for package in self.packages if package not in lacks.split()]
        self._installed.write_text("".join(f"installed {package}, \n" for package in has) + self._also)
        self._diary.write_text("")
        env = {
            "PATH": str(self._bin),
            "PYTHON": "python3",
            "DIARY": str(self._diary),
            "INSTALLED": str(self._installed),
            "FAILS": fails,
            "SAYS": says,
            "UID_IS": "0" if root else "1000",
        }
        ran = subprocess.run(
            ["setup/prepare", purpose], cwd=self.tree, env=env, capture_output=True, text=True, check=False
        )
        return Ran(ran.returncode, ran.stdout, ran.stderr, self._diary.read_text().splitlines())

    def _install(self, name: str, act: str) -> None:
        path = self._bin / name
        path.write_text(f"{ACTOR}{act}\n")
        path.chmod(0o755)
