"""Where the user of a desktop keeps a laptop that is tried out, as the XDG base directories say. It makes nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kiosk.errors import Unavailable

NAME: Final = "visit-kiosk"


@dataclass(frozen=True)
class OwnFolders:
    """`runtime` for the sockets; `state` for the guard's record; `identity` for what `kiosk enrol` is told."""

    runtime: Path
    state: Path
    identity: Path


def own_folders(environment: Mapping[str, str]) -> OwnFolders:
    """This user's folders (XDG Base Directory Specification 0.8). Raises Unavailable for a user without a home."""
    state = _base(environment, "XDG_STATE_HOME", ".local/state")
    data = _base(environment, "XDG_DATA_HOME", ".local/share")
    given = environment.get("XDG_RUNTIME_DIR", "")
    runtime = Path(given) / NAME if given.startswith("/") else state / "run"
    return OwnFolders(runtime, state, data / "identity")


def _base(environment: Mapping[str, str], name: str, below_home: str) -> Path:
    given, home = environment.get(name, ""), environment.get("HOME", "")
    if given.startswith("/"):  # one that is relative counts as not given
        return Path(given) / NAME
    if not home.startswith("/"):
        raise Unavailable("This user has no home, so there is nowhere to keep a laptop that is tried out.")
    return Path(home) / below_home / NAME
