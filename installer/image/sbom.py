"""What is in an image, as a CycloneDX 1.6 bill of materials: Debian's packages and the locked wheels. Pure."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

FORMAT: Final = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1}
_LOCKED: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s\\;]+)", re.MULTILINE)


def bill(packages: str, starting: str, lock: str, version: str) -> dict[str, object]:
    """What there is in the image of `version`.

    `packages`: those of the root, a line each of name and version; `starting`: those that what starts the root is
    taken from, its first program and the boot loader; `lock`: as pip reads it.
    """
    debian = dict.fromkeys([*packages.splitlines(), *starting.splitlines()])  # each once: it names itself in the bill
    own = {"type": "operating-system", "name": "visit-laptop", "version": version}
    return FORMAT | {"metadata": {"component": own}, "components": [*_debian(debian), *_wheels(lock)]}


def _debian(packages: Iterable[str]) -> Iterator[dict[str, str]]:
    for line in packages:
        name, _, version = line.partition(" ")
        yield _library(name, version, f"pkg:deb/debian/{name}@{_quoted(version)}?arch=amd64&distro=trixie")


def _wheels(lock: str) -> Iterator[dict[str, str]]:
    for name, version in _LOCKED.findall(lock):
        yield _library(name, version, f"pkg:pypi/{name.lower()}@{_quoted(version)}")


def _library(name: str, version: str, purl: str) -> dict[str, str]:
    return {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl}


def _quoted(version: str) -> str:
    """As package URLs want it."""
    return version.replace("+", "%2B").replace(":", "%3A")
