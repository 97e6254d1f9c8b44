"""A Debian 13 with a desktop's compositor and nothing of ours: made once and cached; nothing done in it stays."""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[3]
DESKTOP: Final = ("cage", "grim", "xwayland", "passwd", "util-linux")
OTHERS: Final = ("fonts-sil-andika", "python3", "tzdata")  # as in installer/debian/control
MAKE_S: Final = 1800
ENTER: Final = """
mount -t overlay overlay -o lowerdir="$1",upperdir="$2/upper",workdir="$2/work" "$2/root"
cd "$2/root"
mount -t proc proc proc
mount --rbind /dev dev
mount -t tmpfs tmpfs run
mkdir -p shared run/user && mount --bind "$2/shared" shared
shift 2
exec chroot . "$@"
"""


@dataclass(frozen=True)
class Stock:
    """One such machine, for as long as its folder is there. `shared` is /shared inside."""

    base: Path
    folder: Path

    @property
    def shared(self) -> Path:
        """What both sides see."""
        return self.folder / "shared"

    def command(self, *command: str, env: Mapping[str, str] | None = None) -> list[str]:
        """How a command is run in it; its processes end with it."""
        inside = {"PATH": "/usr/sbin:/usr/bin", "HOME": "/root", "LC_ALL": "C.UTF-8", **(env or {})}
        named = [f"{name}={value}" for name, value in inside.items()]
        enter = [
            "unshare",
            "--mount",
            "--pid",
            "--fork",
            "--kill-child",
            "--propagation",
            "private",
            "sh",
            "-euc",
            ENTER,
        ]
        return [*enter, "stock", str(self.base), str(self.folder), "/usr/bin/env", "-i", *named, *command]

    def run(self, *command: str, within_s: float = 300, env: Mapping[str, str] | None = None) -> str:
        """What it said, on both outputs. Fails with that when the command does."""
        done = subprocess.run(
            self.command(*command, env=env),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=within_s,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
        return done.stdout

    def files(self) -> set[str]:
        """Every file there is, but for what is mounted."""
        found = self.run(
            "find", "/", "-xdev", "(", "-path", "/shared", "-o", "-path", "/tmp", ")", "-prune", "-o", "-print"
        )
        return set(found.splitlines())


def packages() -> list[str]:
    """What it is made of: the desktop, and what the package depends on, so that its installing fetches nothing."""
    needed = re.findall(r"^(?:needs \S+|loads) (\S+)$", (ROOT / "installer/package/keep.txt").read_text(), re.M)
    return sorted({*needed, *DESKTOP, *OTHERS})


def base() -> Path:
    """The machine as it is for all; made where it is missing, in some minutes."""
    cache = Path(os.environ.get("VISIT_CACHE") or Path.home() / ".cache" / "visit-laptop")
    cache.mkdir(parents=True, exist_ok=True)
    names = ",".join(packages())
    made = cache / f"stock-{hashlib.sha256(names.encode()).hexdigest()[:12]}"
    with (cache / "stock.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            _make(made, names)
    return made


def _make(made: Path, names: str) -> None:
    fresh = Path(tempfile.mkdtemp(prefix="fresh-", dir=made.parent))
    fresh.chmod(0o755)
    try:
        command = ["mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", f"--include={names}"]
        slim = "--dpkgopt=path-exclude=/usr/share/locale/*"
        subprocess.run([*command, slim, "trixie", str(fresh)], check=True, timeout=MAKE_S)
        fresh.rename(made)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextmanager
def stock() -> Iterator[Stock]:
    """A fresh one."""
    with tempfile.TemporaryDirectory(prefix="stock-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        for part in ("upper", "work", "root", "shared"):
            (folder / part).mkdir()
        (folder / "shared").chmod(0o777)
        yield Stock(base(), folder)
