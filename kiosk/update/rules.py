"""Which version may follow which: upward by itself, downward by name, and never below the policy's least. Pure."""

from dataclasses import dataclass

from contract.manifest import Manifest
from contract.version import is_older, numbers_of
from kiosk.errors import Refused


@dataclass(frozen=True)
class Asked:
    """Who asks, and on what ground. `named` is the version that a person at the laptop has typed, if one has.

    `by_itself`: nobody is there who would look at what comes of it. `failed` is the version that was tried last and
    given up.
    """

    running: str
    least: str = "0"
    by_itself: bool = False
    named: str | None = None
    failed: str | None = None


def is_news(manifest: Manifest, asked: Asked) -> bool:
    """Whether there is anything to do at all."""
    is_same = numbers_of(manifest.version) == numbers_of(asked.running)
    is_refused_already = asked.by_itself and manifest.version == asked.failed
    return (
        not is_same and not is_refused_already and not (asked.by_itself and is_older(manifest.version, asked.running))
    )


def check(manifest: Manifest, asked: Asked) -> None:
    """Raises Refused, with one sentence, for a version that this laptop may not be taken to."""
    version = manifest.version
    if asked.named is not None and numbers_of(asked.named) != numbers_of(version):
        raise Refused(f"The bundle is version {version}, and not {asked.named}.")
    if is_older(version, asked.least):
        raise Refused(f"Version {version} is older than the rules of this establishment allow ({asked.least}).")
    if is_older(version, asked.running) and asked.named is None:
        raise Refused(
            f"Version {version} is older than {asked.running}, which runs. Say --to {version} if you mean it."
        )
    if is_older(asked.running, manifest.least_version_to_come_from):
        least = manifest.least_version_to_come_from
        raise Refused(f"Version {version} cannot follow {asked.running}: update to {least} first.")
