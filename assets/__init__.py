"""Pictures, words and sounds, loaded by name through one function; it never reads outside this folder."""

from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).resolve().parent


def path(name: str) -> Path:
    """Where the asset `name` lies, such as "icons/lock.svg". Raises ValueError for a name that leads elsewhere."""
    found = (HERE / name).resolve()
    if not found.is_relative_to(HERE):
        raise ValueError(f"{name} is not an asset")
    return found


def text(name: str) -> str:
    """The text of the asset `name`. Raises FileNotFoundError when there is none."""
    return path(name).read_text(encoding="utf-8")
