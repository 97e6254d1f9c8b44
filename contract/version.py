"""The version of a laptop's image, `0.1.0.214`, and how two are compared: number by number. Pure."""

from typing import Annotated, Final

from pydantic import StringConstraints

MOST_PARTS: Final = 6
Version = Annotated[
    str, StringConstraints(pattern=r"^(0|[1-9][0-9]{0,8})(\.(0|[1-9][0-9]{0,8})){0,5}$")
]  # at most MOST_PARTS


def numbers_of(version: str) -> tuple[int, ...]:
    """What to compare: `0.2` comes after `0.1.9`, and `0.2.0` is `0.2`. Raises ValueError for what is no version."""
    parts = [int(part) for part in version.split(".")]
    while parts and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def is_older(version: str, than: str) -> bool:
    """Whether `version` comes before `than`."""
    return numbers_of(version) < numbers_of(than)
