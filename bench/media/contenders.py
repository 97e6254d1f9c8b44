"""The two that make the same call: the laptop's guard and shell, and Debian's Chromium in kiosk mode."""

import asyncio
import contextlib
import json
import shutil
import sys
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from bench.media.clip import Clip
from bench.media.desk import Desk, Line
from kiosk.lockdown.clean_environment import FIXED
from tests.e2e.kit.family import CHROMIUM
from tests.e2e.kit.process import Process
from tests.fakes.authority import enrolled
from tests.fakes.rosters import vault_with_sealing_key

START_S: Final = 30.0
FLAGS: Final = (
    "--no-sandbox",
    "--kiosk",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    "--allow-loopback-in-peer-connection",
    "--disable-features=Translate,MediaRouter,OptimizationHints,WebRtcHideLocalIpsWithMdns",
    "--disable-background-timer-throttling",
    "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
    "--password-store=basic",
)


@dataclass
class Contender:
    """A running program, and the line to it."""

    name: str
    pid: int
    line: Line
    started_at: float

    async def call(self, *, painting: bool = True, lines: int = 720) -> None:
        """Begin the call, with so many lines of the camera: an offer follows on the line."""
        await self.line.say({"type": "call", "painting": painting, "lines": lines})


@dataclass(frozen=True)
class Seat:
    """Where a browser is put: what it is called, its page, the size of its screen, and how it is started."""

    role: str
    page: str
    size: tuple[int, int]
    program: str = CHROMIUM


class PipeLine(Line):
    """The same kind of line, to the shell, over a Unix socket."""

    def __init__(self) -> None:
        super().__init__()
        self._writer: asyncio.StreamWriter | None = None

    async def say(self, word: dict[str, Any]) -> None:
        """Tell the shell."""
        assert self._writer is not None, "no shell is there"
        self._writer.write(json.dumps(word).encode() + b"\n")

    async def met(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Hear the shell until it goes."""
        self._writer = writer
        while line := await reader.readline():
            self.hear(json.loads(line))
        writer.close()


def browser_of_its_own(folder: Path) -> str:
    """A copy of Chromium, so that the far end's shares no memory with the one that is weighed; how it is started."""
    shutil.copytree("/usr/lib/chromium", folder / "chromium")
    words = Path(CHROMIUM).read_text()
    there = "LIBDIR=/usr/lib/$APPNAME\n"
    assert there in words, f"{CHROMIUM} starts Chromium otherwise than was known"
    starter = folder / "start-chromium"
    starter.write_text(words.replace(there, f"LIBDIR={folder / 'chromium'}\n"))
    starter.chmod(0o700)
    return str(starter)


@contextlib.asynccontextmanager
async def laptop(
    folder: Path, clip: Clip, env: Mapping[str, str], *, listens: bool = False
) -> AsyncIterator[Contender]:
    """The guard, which starts the shell; one that `listens` uses its microphone, and the clip says nothing."""
    line, socket = PipeLine(), folder / "bench.sock"
    server = await asyncio.start_unix_server(line.met, str(socket), limit=1 << 24)
    own = ("--identity", str(enrolled(folder / "identity")), "--vault", str(vault_with_sealing_key(folder / "vault")))
    clips: tuple[str, ...] = ("--bench", str(socket), "--picture", str(clip.picture))
    clips += () if listens else ("--sound", str(clip.sound))
    shell = (sys.executable, "-m", "bench.media.shell", *clips, *own)
    began = time.time()
    guard = await Process.python(
        folder / "laptop.log",
        *("bench.media.guard", "--runtime", str(folder / "run"), "--state", str(folder / "state"), *own, "--", *shell),
        env={**FIXED, **env},
    )
    try:
        yield Contender("laptop", guard.pid, line, began)
    finally:
        await guard.stop()
        server.close()


@contextlib.asynccontextmanager
async def chromium(
    desk: Desk, seat: Seat, clip: Clip, folder: Path, env: Mapping[str, str]
) -> AsyncIterator[Contender]:
    """Chromium at one of the bench's pages."""
    role = seat.role
    line = desk.expect(role)
    flags = (
        *FLAGS,
        f"--use-file-for-fake-video-capture={clip.picture}",
        f"--use-file-for-fake-audio-capture={clip.sound}",
        f"--user-data-dir={folder / role}",
        "--window-position=0,0",  # no window manager stretches it
        f"--window-size={seat.size[0]},{seat.size[1]}",
    )
    began = time.time()
    process = await Process.start(
        folder / f"{role}.log", seat.program, *flags, f"{desk.url}/pages/{seat.page}", env=env
    )
    try:
        yield Contender("chromium", process.pid, line, began)
    finally:
        await process.stop()


def peer_page(boxes: Mapping[str, list[float]]) -> str:
    """The page that plays the laptop's part, with its pictures where the laptop has them."""
    places = {name: ",".join(f"{side:g}" for side in boxes[name]) for name in ("them", "own")}
    return f"peer.html?{urlencode(places)}"
