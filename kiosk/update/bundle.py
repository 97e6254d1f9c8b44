"""Where a bundle is read from: a folder, or a tar of one. It trusts nothing in it; whoever reads checks every byte."""

import tarfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Protocol

from contract.manifest import LONGEST_BYTES, MANIFEST
from kiosk.errors import Unavailable

CHUNK: Final = 1024 * 1024
MOST_MEMBERS: Final = 64
NO_MANIFEST: Final = "There is no update at {place}: it has no manifest.jws."
BROKEN: Final = "The update at {place} cannot be read to its end. Copy it again."


class Bundle(Protocol):
    """A bundle, wherever it is."""

    def manifest(self) -> bytes:
        """The text of manifest.jws, not yet believed, and never much longer than one may be. Raises Unavailable."""
        ...

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """A file from the byte `start` on, in pieces of at most CHUNK. Raises Unavailable, also on the way."""
        ...


class FolderBundle:
    """The files of a bundle in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def manifest(self) -> bytes:
        """The text of manifest.jws. Raises Unavailable."""
        try:
            with (self._folder / MANIFEST).open("rb") as file:
                return file.read(LONGEST_BYTES + 1)
        except OSError as error:
            raise Unavailable(NO_MANIFEST.format(place=self._folder)) from error

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """A file of it. Raises Unavailable."""
        try:
            with (self._folder / name).open("rb") as file:
                file.seek(start)
                yield from _pieces(file)
        except OSError as error:
            raise Unavailable(BROKEN.format(place=self._folder)) from error


class TarBundle:
    """The same in one file, not compressed. Nothing is unpacked: of its members only plain files are read."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def manifest(self) -> bytes:
        """The text of manifest.jws. Raises Unavailable."""
        found = b"".join(self._member(MANIFEST, 0, LONGEST_BYTES + 1))
        if not found:
            raise Unavailable(NO_MANIFEST.format(place=self._path))
        return found

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """A file of it. Raises Unavailable."""
        return self._member(name, start, None)

    def _member(self, name: str, start: int, most: int | None) -> Iterator[bytes]:
        try:
            with tarfile.open(self._path, "r:") as tar:
                member = _find(tar, name)
                file = None if member is None else tar.extractfile(member)
                if file is None:
                    return
                file.seek(start)
                yield from _pieces(file, most)
        except (OSError, tarfile.TarError) as error:
            raise Unavailable(BROKEN.format(place=self._path)) from error


def bundle_at(place: Path) -> Bundle:
    """The one in this folder or file."""
    return FolderBundle(place) if place.is_dir() else TarBundle(place)


def _find(tar: tarfile.TarFile, name: str) -> tarfile.TarInfo | None:
    for number, member in enumerate(tar):
        if number >= MOST_MEMBERS:
            return None
        if member.isreg() and member.name.removeprefix("./") == name:
            return member
    return None


def _pieces(file: IO[bytes], most: int | None = None) -> Iterator[bytes]:
    left = most
    while chunk := file.read(CHUNK if left is None else min(CHUNK, left)):
        yield chunk
        left = None if left is None else left - len(chunk)
