"""The one source of photos on file: from the pack, else fetched by the shell and checked. It shows none itself."""

import base64
import binascii
import hashlib
import logging
from collections.abc import Callable
from typing import Final

from contract.sheet import CallSheet
from contract.strict import LONGEST_PHOTO_BYTES
from kiosk.errors import Unavailable, Untrusted
from kiosk.ipc import FetchPhoto, Photo, PhotoArrived
from kiosk.lockdown.day_pack import DayPack, photo_entry
from kiosk.lockdown.day_papers import photos_of
from kiosk.ports import Clock, Record

LOG: Final = logging.getLogger(__name__)
FETCH_WITHIN_MS: Final = 12_000  # the shell gives up after ten seconds
AHEAD_EVERY_MS: Final = 5_000  # twelve hundred laptops in the morning ask for some hundred photos a second
TRY_AGAIN_MS: Final = 300_000
TRY_WANTED_AGAIN_MS: Final = 20_000  # an officer is looking at the place where it should be

Send = Callable[[Photo | FetchPhoto], None]


class PhotoDesk:
    """Only photos that the newest sheet names; those the screen wants first, then all, one at a time."""

    def __init__(self, pack: DayPack, send: Send, clock: Clock, record: Record) -> None:
        self._pack, self._send, self._clock, self._record = pack, send, clock, record
        self._sheet: CallSheet | None = None
        self._named: tuple[str, ...] = ()
        self._missing: dict[str, None] = {}  # of the pack, in the order of the calls
        self._wanted: dict[str, None] = {}  # by the screen, which has none of them
        self._tried_ms: dict[str, int] = {}
        self._fetching: str | None = None
        self._asked_ms = 0
        self._failing = False

    def follow(self, sheet: CallSheet | None) -> None:
        """The newest sheet; of a photo it does not name nothing is wanted any more."""
        if sheet is self._sheet:
            return
        self._sheet, self._named = sheet, photos_of(sheet)
        named = set(self._named)
        self._wanted = {sha: None for sha in self._wanted if sha in named}
        self._tried_ms = {sha: at for sha, at in self._tried_ms.items() if sha in named}
        self._missing = dict.fromkeys(sha for sha in self._named if not self._pack.has(photo_entry(sha)))

    def wanted(self, sha256: str) -> None:
        """The screen lacks this one. Raises Untrusted for one that nobody on the sheet has."""
        if sha256 not in self._named:
            raise Untrusted("the screen wants a photo that the sheet does not name")
        content = self._kept(sha256)
        if content is None:
            self._wanted[sha256] = None
        else:
            self._show(sha256, content)

    def arrived(self, fact: PhotoArrived) -> None:
        """A photo was fetched. Raises Untrusted for what was not asked for or is not it; nothing is kept of that."""
        if fact.sha256 == self._fetching:
            self._fetching = None
        if fact.sha256 not in self._named:
            raise Untrusted("a photo came that the sheet does not name")
        content = _checked(fact)
        self._keep(fact.sha256, content)
        if fact.sha256 in self._wanted:
            del self._wanted[fact.sha256]
            self._show(fact.sha256, content)

    def look(self, *, online: bool, ahead: bool) -> None:
        """Have the next one fetched, if it is time; `ahead` also those that nobody looks at yet."""
        now = self._clock.boot_ms()
        if not online:
            self._fetching = None
            self._tried_ms.clear()  # with the line back everything is worth another try
            return
        if self._fetching is not None and now - self._asked_ms < FETCH_WITHIN_MS:
            return
        sha256 = self._next(now, ahead=ahead)
        if sha256 is not None:
            self._fetching, self._asked_ms, self._tried_ms[sha256] = sha256, now, now
            self._send(FetchPhoto(sha256=sha256))

    def _next(self, now: int, *, ahead: bool) -> str | None:
        for sha256 in self._wanted:
            if self._may_try(sha256, now, TRY_WANTED_AGAIN_MS):
                return sha256
        if not ahead or not self._pack.is_open or now - self._asked_ms < AHEAD_EVERY_MS:
            return None
        return next((sha for sha in self._missing if self._may_try(sha, now, TRY_AGAIN_MS)), None)

    def _may_try(self, sha256: str, now: int, again_ms: int) -> bool:
        tried_ms = self._tried_ms.get(sha256)
        return tried_ms is None or now - tried_ms >= again_ms

    def _kept(self, sha256: str) -> bytes | None:
        """From the pack, checked once more: what is shown beside a face is the photo the sheet names, or none."""
        content = self._pack.get(photo_entry(sha256))
        if content is not None and hashlib.sha256(content).hexdigest() != sha256:
            content = None
        if content is None:
            self._missing[sha256] = None
        return content

    def _keep(self, sha256: str, content: bytes) -> None:
        if not self._pack.is_open or sha256 not in self._missing:
            return
        try:
            self._pack.put(photo_entry(sha256), content)
        except Unavailable as error:
            if not self._failing:  # once, not at every photo
                LOG.error("%s", error)
                self._record.note("pack_not_kept", {"what": "photo"})
            self._failing = True
        else:
            self._failing = False
            del self._missing[sha256]

    def _show(self, sha256: str, content: bytes) -> None:
        self._send(Photo(sha256=sha256, content=base64.b64encode(content).decode()))


def _checked(fact: PhotoArrived) -> bytes:
    try:
        content = base64.b64decode(fact.content, validate=True)
    except (binascii.Error, ValueError):
        raise Untrusted("a photo came that is no base64") from None
    if len(content) > LONGEST_PHOTO_BYTES or hashlib.sha256(content).hexdigest() != fact.sha256:
        raise Untrusted("a photo is not the one the sheet names")
    return content
