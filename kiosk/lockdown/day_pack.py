"""The offline day pack: what must outlast a reboot of the day's papers and photos, each encrypted; it judges none.

Every entry is a file of its own: a version byte, a nonce, and the entry under AES-256-GCM. The name of the entry is
bound to it, so that one cannot stand in the place of another; the name of its file tells nothing. Two keys are made
from the vault's one. Without it there is no pack, and everything else works.
"""

import errno
import logging
import os
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.hmac import HMAC
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from contract.documents import LONGEST_BYTES, DocumentKind
from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Unavailable
from kiosk.lockdown.state_file import replace_file

LOG: Final = logging.getLogger(__name__)
FOLDER: Final = "pack"
KEY_BYTES: Final = 32
VERSION: Final = b"\x01"
NONCE_BYTES: Final = 12
TAG_BYTES: Final = 16
AROUND_BYTES: Final = len(VERSION) + NONCE_BYTES + TAG_BYTES  # what encrypting adds
MOST_BYTES: Final = 24 * 1024 * 1024  # sixty bookings with five photos each are 18 MB
FILE_NAME: Final = re.compile(r"[0-9a-f]{64}")
PHOTO: Final = re.compile(r"photo-([0-9a-f]{64})")
SHEET: Final = "sheet"


def photo_entry(sha256: str) -> str:
    """The name of the entry of the photo with this hash."""
    return f"photo-{sha256}"


class DayPack:
    """The entries in `state`/pack; the guard alone writes there. `damaged` hears of an entry that was not used.

    An entry that cannot be read for whatever reason is none: it is removed, so that it is fetched again. Without
    `damaged` nothing is removed: so reads who is not the guard.
    """

    def __init__(self, state: Path, key: bytes | None, damaged: Callable[[str], None] | None = None) -> None:
        if key is not None and len(key) != KEY_BYTES:
            raise ValueError(f"a pack key has {KEY_BYTES} bytes")
        self._folder, self._damaged = state / FOLDER, damaged
        self._names = None if key is None else _derived(key, b"names")
        self._cipher = None if key is None else AESGCM(_derived(key, b"entries"))

    @property
    def is_open(self) -> bool:
        """Whether there is a key, and so a pack."""
        return self._cipher is not None

    def put(self, entry: str, content: bytes) -> None:
        """Have this on the disk, encrypted, before it returns. Raises Unavailable, and then the old one stands."""
        if self._cipher is None:
            raise Unavailable("This laptop has no key for what it keeps of the day.")
        if len(content) > _longest(entry) or self._size_without(entry) + len(content) + AROUND_BYTES > MOST_BYTES:
            raise Unavailable("What this laptop keeps of the day would be too large.")
        sealed = self.seal(entry, content)
        try:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            replace_file(self._path(entry), sealed)
        except OSError as error:
            raise Unavailable(f"What this laptop keeps of the day cannot be written: {error.strerror}.") from None

    def seal(self, entry: str, content: bytes) -> bytes:
        """What only this laptop can read, and only as `entry`. Raises Unavailable without a key."""
        if self._cipher is None:
            raise Unavailable("This laptop has no key for what it keeps of the day.")
        nonce = os.urandom(NONCE_BYTES)
        return VERSION + nonce + self._cipher.encrypt(nonce, content, _bound(entry))

    def get(self, entry: str) -> bytes | None:
        """The entry as it was put; None where there is none that checks out."""
        if self._cipher is None:
            return None
        try:
            sealed = _read(self._path(entry), _longest(entry) + AROUND_BYTES)
        except FileNotFoundError:
            return None
        except OSError:
            sealed = b""
        content = self.unseal(entry, sealed)
        if content is None:
            self._found_damaged(entry)
        return content

    def _found_damaged(self, entry: str) -> None:
        """Say so and remove it; whoever only reads does neither."""
        if self._damaged is not None:
            self._damaged("photo" if PHOTO.fullmatch(entry) else entry)
            self.remove(entry)

    def unseal(self, entry: str, sealed: bytes) -> bytes | None:
        """What was sealed as `entry`; None for what does not check out, or without the key."""
        if self._cipher is None or sealed[:1] != VERSION or len(sealed) < AROUND_BYTES:
            return None
        nonce, rest = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, rest, _bound(entry))
        except InvalidTag:
            return None

    def has(self, entry: str) -> bool:
        """Whether there is a file for it that a disk still gives; only `get` says whether it checks out."""
        try:
            return self.is_open and stat.S_ISREG(self._path(entry).lstat().st_mode)
        except OSError:
            return False

    def remove(self, entry: str) -> None:
        """Delete it. Safe twice, and never raises."""
        if self.is_open:
            _delete(self._path(entry))

    def keep_only(self, entries: Iterable[str]) -> int:
        """Delete everything else, also what nobody can read and leftovers of a power cut; how much that was."""
        stay = {self._path(entry).name for entry in entries} if self.is_open else set()
        gone = [path for path in self._files() if path.name not in stay]
        return sum(_delete(path) for path in gone)

    def _path(self, entry: str) -> Path:
        _longest(entry)
        mac = HMAC(self._names or b"", SHA256())
        mac.update(entry.encode())
        return self._folder / mac.finalize().hex()

    def _files(self) -> list[Path]:
        try:
            return sorted(self._folder.iterdir())
        except OSError:
            return []

    def _size_without(self, entry: str) -> int:
        path = self._path(entry)
        return sum(_size(each) for each in self._files() if each != path)


def _derived(key: bytes, use: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=b"visit-laptop day pack 1: " + use).derive(key)


def _bound(entry: str) -> bytes:
    """What an entry is tied to: this format and its own name."""
    return b"visit-laptop day pack\n" + VERSION + b"\n" + entry.encode()


def _longest(entry: str) -> int:
    if entry == SHEET:
        return LONGEST_BYTES[DocumentKind.SHEET]
    if PHOTO.fullmatch(entry):
        return LONGEST_PHOTO_BYTES
    raise ValueError("no such entry")


def _read(path: Path, longest: int) -> bytes:
    """The file, if it is one; of a longer one nothing. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode) or found.st_size > longest:
            raise OSError(errno.EINVAL, "not as it was written")
        return file.read(longest + 1)


def _size(path: Path) -> int:
    try:
        return path.lstat().st_size
    except OSError:
        return 0


def _delete(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as error:
        LOG.error("something of the day pack cannot be deleted: %s", error.strerror)
        return False
    return True
