"""A service with a laptop, an officer and all their keys, made once for every test that plays a call; it is copied."""

import json
import shutil
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from contract.enrolment import IDENTITY

NAMES: Final = (
    "visits.sqlite3",
    "visits.sqlite3-wal",
    "visits.sqlite3-shm",
    "visits.sqlite3.keys",
    "identity",
    "vault",
)
MADE_IN: Final[list[tempfile.TemporaryDirectory[str]]] = []  # at most one, gone when Python ends


async def copied_into(folder: Path, make: Callable[[Path], Awaitable[str]]) -> str:
    """Copy it into `folder`, made by `make` when it is first asked for; the laptop's name."""
    if not MADE_IN:
        made = tempfile.TemporaryDirectory()
        (Path(made.name) / "laptop").write_text(await make(Path(made.name)))
        MADE_IN.append(made)
    place = Path(MADE_IN[0].name)
    for name in NAMES:
        if (place / name).is_dir():
            shutil.copytree(place / name, folder / name)
        elif (place / name).exists():
            shutil.copy(place / name, folder / name)
    return (place / "laptop").read_text()


def point_at(identity: Path, service: str) -> None:
    """The service of each test listens somewhere else."""
    file = identity / "identity.json"
    known = IDENTITY.validate_json(file.read_bytes()).model_copy(update={"service": service})
    file.write_text(json.dumps(known.model_dump(mode="json")))
