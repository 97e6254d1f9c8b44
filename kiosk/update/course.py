"""An update from asking to restart: is it signed, is it news, is it allowed, may it be now; then it is written."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from contract.manifest import Manifest, ManifestRefused, ReleaseKeys, manifest_in
from contract.version import is_older
from kiosk.errors import Refused, Unavailable, Untrusted
from kiosk.lockdown.maintenance import RESTART
from kiosk.lockdown.update_desk import MayUpdate
from kiosk.lockdown.update_files import PENDING, UpdateNews
from kiosk.update.bundle import CHUNK, Bundle
from kiosk.update.install import Place, install
from kiosk.update.rules import Asked, check, is_news

ASK_EVERY: Final = 32 * CHUNK
NOTHING_NEW: Final = "Version {version} runs, and there is nothing newer."
NOT_NOW: Final = "Not now: {why} It goes on from here later."
WAITS: Final = "Version {version} is on the disk. It is tried at the next restart."
GOING: Final = "Version {version} is on the disk. The laptop restarts now to try it."


class Asks(Protocol):
    """The guard."""

    def may_update(self) -> MayUpdate:
        """Whether now. Raises Unavailable."""
        ...


@dataclass(frozen=True)
class Wish:
    """`by_itself`: nobody is there. `named`: the version that somebody there has typed. `only_look`: no more."""

    by_itself: bool = False
    named: str | None = None
    only_look: bool = False


class Course:
    """One update of the laptop at `place`, whose guard is `guard` and has its files in `runtime`."""

    def __init__(self, place: Place, keys: ReleaseKeys, guard: Asks, runtime: Path) -> None:
        self._place, self._keys, self._guard, self._runtime = place, keys, guard, runtime

    def run(self, bundle: Bundle, wish: Wish, tell: Callable[[str], None]) -> str:
        """What has come of it, in one sentence; `tell` hears each step. Raises KioskError or OSError."""
        try:
            return self._run(bundle, wish, tell)
        except Untrusted as error:
            self._note_refused(None, str(error))
            raise

    def _run(self, bundle: Bundle, wish: Wish, tell: Callable[[str], None]) -> str:
        may = self._guard.may_update()
        text = bundle.manifest()
        manifest = self._believed(text)
        if self._waits(manifest):
            return self._restart(manifest, wish)
        asked = self._asked(may, wish)
        if not is_news(manifest, asked):
            return NOTHING_NEW.format(version=self._place.running_version)
        check(manifest, asked)
        if wish.only_look:
            return f"Version {manifest.version} can follow {self._place.running_version}."
        if may.why_not is not None:
            raise Refused(NOT_NOW.format(why=may.why_not))
        watched = Watched(bundle, self._check_still)
        install(watched, manifest, hashlib.sha256(text).hexdigest(), self._place, tell)
        if is_older(manifest.version, self._place.running_version):
            self._place.boot.put_off(self._place.running_version)
        (self._runtime / PENDING).write_text(manifest.version)
        return self._restart(manifest, wish)

    def _asked(self, may: MayUpdate, wish: Wish) -> Asked:
        state = self._place.files.state()
        return Asked(
            running=self._place.running_version,
            least=may.least_version,
            by_itself=wish.by_itself,
            named=wish.named,
            failed=state.failed,
        )

    def _believed(self, text: bytes) -> Manifest:
        try:
            return manifest_in(text, self._keys)
        except ManifestRefused as error:
            self._note_refused(None, str(error))
            raise Refused(f"The update was refused: {error}") from error

    def _note_refused(self, version: str | None, why: str) -> None:
        """In the trail, once for each reason: a laptop asks every hour."""
        files, before = self._place.files, self._place.running_version
        state = files.state()
        if state.refused != why:
            files.keep(state.model_copy(update={"refused": why}))
            files.tell(UpdateNews(event="update_refused", version=version, before=before, why=why))

    def _waits(self, manifest: Manifest) -> bool:
        """Whether it is on the disk already, and not tried yet."""
        images = self._place.boot.images()
        is_there = any(each.version == manifest.version and each.tries_left for each in images)
        return self._place.files.state().trying == manifest.version and is_there

    def _restart(self, manifest: Manifest, wish: Wish) -> str:
        """By itself, if the guard still says that it may; somebody who is there does it."""
        if wish.by_itself and self._guard.may_update().why_not is None:
            (self._runtime / RESTART).touch(mode=0o600)
            return GOING.format(version=manifest.version)
        return WAITS.format(version=manifest.version)

    def _check_still(self) -> None:
        if (why_not := self._guard.may_update().why_not) is not None:
            raise Unavailable(NOT_NOW.format(why=why_not))


class Watched:
    """A bundle that is read on only while it may be: a booking may come while a slow line brings it."""

    def __init__(self, inner: Bundle, check_still: Callable[[], None]) -> None:
        self._inner, self._check_still = inner, check_still

    def manifest(self) -> bytes:
        """The text of manifest.jws. Raises Unavailable."""
        return self._inner.manifest()

    def read(self, name: str, start: int) -> Iterator[bytes]:
        """A file of it. Raises Unavailable, also when it may not be read on now."""
        since = 0
        for piece in self._inner.read(name, start):
            if since >= ASK_EVERY:
                self._check_still()
                since = 0
            since += len(piece)
            yield piece
