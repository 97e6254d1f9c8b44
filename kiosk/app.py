"""Composition root of the shell: window, media, and the lines to guard and service; reads like a table of contents."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Final

from PySide6.QtWidgets import QApplication
from qasync import QEventLoop

from kiosk.certificates import Credentials
from kiosk.errors import Unavailable
from kiosk.latest import Latest, Picture
from kiosk.link.guard import GuardLink
from kiosk.link.no_line import NoLine
from kiosk.link.own_address import OwnAddress
from kiosk.link.photo_asks import PhotoAsks
from kiosk.link.photos import Photos
from kiosk.link.renewals import Renewals
from kiosk.link.service import ServiceLink
from kiosk.link.trust import Trust, relay
from kiosk.media.facts import Fact, RoomBroke
from kiosk.media.room import MediaRoom
from kiosk.proving import Confinement, prove
from kiosk.scenes import Frame
from kiosk.switchboard import Switchboard
from kiosk.ui.input_proof import InputProof
from kiosk.ui.plugins import find_no_more_plugins
from kiosk.ui.window import KioskWindow
from kiosk.watchdog import Watchdog

LOG: Final = logging.getLogger(__name__)
FIRST_PAINT_WITHIN_S: Final = 2.0
WINDOW: Final = (1366, 768)  # the laptop's panel
SOFTWARE: Final = f"visit-laptop {version('visit-laptop')}"


@dataclass(frozen=True)
class Settings:
    """What the shell is started with. Without `trust` it has no line to the service, and says so."""

    guard: Path
    trust: Trust | None = None
    camera: str | None = None
    windowed: bool = False
    confinement: Confinement | None = None


class Shell:
    """Builds the parts in order and runs until stopped; stopping shuts devices first."""

    def __init__(self, settings: Settings, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        family: Latest[Picture] = Latest()
        own: Latest[Picture] = Latest()
        self.window = KioskWindow(family, own)
        trust = settings.trust
        self.media = MediaRoom(
            on_fact=self._on_media_thread,
            family=family,
            own=own,
            camera=settings.camera,
            relay_tls=None if trust is None else relay(trust.authority),
        )
        self.guard = GuardLink(settings.guard)
        self.service = NoLine() if trust is None else ServiceLink(trust.service, software=SOFTWARE, trust=trust)
        photos = NoLine() if trust is None else Photos(trust.service, trust)
        self.own_address = None if trust is None else OwnAddress(trust.service)
        self.renewals = None if trust is None else Renewals(trust, self.service)
        self.photos = PhotoAsks(photos.fetch, self._photo_fetched)
        self.switchboard = self.wire()
        self.window.pressed.connect(self.switchboard.pressed)
        self.window.asked.connect(self.switchboard.asked)
        self.window.swallowed.connect(self.switchboard.swallowed)
        self.window.screens.changed.connect(self.switchboard.screens)
        self.window.first_painted.connect(self.switchboard.painted)
        self.window.photo_wanted.connect(self.switchboard.photo_wanted)
        self.window.picture_sizes.connect(self.media.picture_sizes)
        self._windowed, self._confinement = settings.windowed, settings.confinement
        self._broken = asyncio.Event()
        self._watchdog = Watchdog()

    def wire(self) -> Switchboard:
        """Join the parts. The demo joins them with an onlooker; a laptop carries no demo."""
        return Switchboard(
            guard=self.guard,
            service=self.service,
            media=self.media,
            screen=self.window,
            renewals=self.renewals,
            photos=self.photos,
        )

    def _photo_fetched(self, sha256: str, untrusted: bytes) -> None:
        self.switchboard.photo_fetched(sha256, untrusted)

    def _on_media_thread(self, fact: Fact) -> None:
        """Bring a fact of the media room over to this loop; a loop that has ended needs none."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._from_media, fact)

    def _from_media(self, fact: Fact) -> None:
        self.switchboard.from_media(fact)
        if isinstance(fact, RoomBroke):
            self._broken.set()

    def _moved(self) -> None:
        """The line to the service first: what a new connection needs goes over it."""
        self.service.moved()
        self.switchboard.address_changed()

    async def run(self, stop: asyncio.Event) -> None:
        """Show the first scene and run until `stop`, or until a part that cannot be done without is gone.

        Whoever starts shells then starts another. On the way out devices are shut first, then the lines.
        """
        self._watchdog.open()
        painted = asyncio.Event()
        self.window.first_painted.connect(painted.set)
        on_laptop = self._confinement is not None and self._confinement.on_laptop
        self.switchboard.starting(Frame(demo=None if on_laptop else True))
        self._open_window()
        tasks = [
            asyncio.create_task(stop.wait(), name="wait for the end"),
            asyncio.create_task(self._broken.wait(), name="wait for the media room to break"),
            asyncio.create_task(self.guard.run(self.switchboard), name="line to the guard"),
            asyncio.create_task(self.service.run(self.switchboard), name="line to the service"),
            asyncio.create_task(self.photos.run(), name="photos on file"),
            asyncio.create_task(self._watchdog.feed(self.window.screens.is_shown), name="feed the watchdog"),
        ]
        if self.own_address is not None:
            tasks.append(asyncio.create_task(self.own_address.run(self._moved), name="watch our own address"))
        if self.renewals is not None:
            tasks.append(asyncio.create_task(self.renewals.run(), name="renew the certificate"))
        if self._confinement is not None:
            proving = prove(self._confinement, InputProof(self.window), self.switchboard.proven)
            tasks.append(asyncio.create_task(proving, name="prove the confinement"))
        starting = asyncio.create_task(self._start_media(painted), name="start media")
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            self.media.close()
            for task in (*tasks, starting):
                task.cancel()
            await asyncio.gather(*tasks, starting, return_exceptions=True)
            self.window.hide()
            self._watchdog.close()

    def _open_window(self) -> None:
        if self._windowed:
            self.window.resize(*WINDOW)
            self.window.show()
        self.window.screens.begin(full_screen=not self._windowed)

    async def _start_media(self, painted: asyncio.Event) -> None:
        """Load codecs once the first scene is painted; a screen that is off paints none and holds up nothing."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(FIRST_PAINT_WITHIN_S):
                await painted.wait()
        self._watchdog.ready()
        find_no_more_plugins()
        self.media.start()


def settings_from(
    arguments: Sequence[str] | None, confinement: Confinement | None = None, credentials: Credentials | None = None
) -> Settings:
    """Read the command line. Whoever confined this process has read the identity: files are shut away by now."""
    parser = argparse.ArgumentParser(
        prog="kiosk run", description="The laptop's screen, for one call at a time.", allow_abbrev=False
    )
    parser.add_argument("--guard", type=Path, required=True, help="the guard's socket")
    parser.add_argument("--identity", type=Path, required=True, help="folder of this laptop's identity (`kiosk enrol`)")
    parser.add_argument("--vault", type=Path, help="a demo's folder of secrets; a laptop has them from systemd")
    parser.add_argument("--camera", help="device of the camera, such as /dev/video0; the first one found by default")
    parser.add_argument("--windowed", action="store_true", help="a window instead of the whole screen")
    options = parser.parse_args(arguments)
    return Settings(options.guard, _trust(credentials), options.camera, options.windowed, confinement)


def _trust(credentials: Credentials | None) -> Trust | None:
    try:
        return None if credentials is None else Trust(credentials)
    except Unavailable as error:
        LOG.error("%s", error)
        return None


def run(
    arguments: Sequence[str],
    build: type[Shell] = Shell,
    confinement: Confinement | None = None,
    credentials: Credentials | None = None,
) -> None:
    """Run the shell until it is told to stop. `build` lets the demo add to it; a laptop carries no demo.

    The process is sealed once Qt has started and before anything comes from outside.
    """
    settings = settings_from(arguments, confinement, credentials)
    logging.basicConfig(level=logging.INFO, format="shell %(levelname)s %(message)s")
    logging.getLogger("aioice").setLevel(logging.WARNING)  # it writes down every address
    application = QApplication(sys.argv[:1])
    application.setQuitOnLastWindowClosed(False)
    with QEventLoop(application) as loop:
        asyncio.set_event_loop(loop)
        stop = asyncio.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(signum, stop.set)
        shell = build(settings, loop)
        if confinement is not None:
            confinement.seal()
        loop.run_until_complete(shell.run(stop))
