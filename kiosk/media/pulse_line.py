"""A line to the sound server over which lists of devices come. On the sound thread; it never plays or records."""

import logging
import os
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PySide6.QtCore import QObject, QSocketNotifier, QTimer, Slot

from kiosk.errors import Unavailable
from kiosk.media.pulse_words import Command, Defaults, Garbled, Reading, canceller, cut, greeting, message
from kiosk.media.sound_choice import Listed

log = logging.getLogger(__name__)

AGAIN_AFTER_MS: Final = 200
QT_TRIES_AFTER_S: Final = 2.8  # three seconds after it has lost its own line Qt tries to find the server, once
QT_IS_BACK_AFTER_S: Final = 3.6
CONNECT_LIMIT_S: Final = 0.2
MOST_REFUSALS: Final = 3  # of a canceller on the devices that are there now
LAPTOPS_OWN: Final = Path("/run/visit-sound/native")  # installer/units/visit-sound.service
_UNIX: Final = "unix:"
_ASKED: Final = (Command.GET_SERVER_INFO, Command.GET_SINK_INFO_LIST, Command.GET_SOURCE_INFO_LIST)


@dataclass(frozen=True, slots=True)
class Lists:
    """All there is to hear from and to play to."""

    inputs: tuple[Listed, ...]
    outputs: tuple[Listed, ...]


class PulseLine(QObject):
    """Made and used on the sound thread. `lists` is None until they have come; `on_lists` says that there are others.

    Qt 6.11 ends the whole process when a device is opened while its own line is down, and looks for the server only
    once, three seconds after it went (QPulseAudioContextManager). So `check` is asked before anything is opened.
    """

    def __init__(self, path: Path, on_lists: Callable[[], None]) -> None:
        super().__init__()
        self.lists: Lists | None = None
        self.is_lost = False  # Qt has given the server up: only another process has sound again
        self._path, self._on_lists = path, on_lists
        self._line: socket.socket | None = None
        self._notifier: QSocketNotifier | None = None
        self._tag, self._awaited = 0, dict[int, Command]()
        self._cancels: tuple[str, str] | None = None
        self._refusals = 0
        self._went_at: float | None = None
        self._came_at = 0.0
        self._again = QTimer()
        self._again.setSingleShot(True)
        self._again.setInterval(AGAIN_AFTER_MS)
        self._again.timeout.connect(self.connect_again)
        self._connect()

    def check(self) -> None:
        """Raises Unavailable unless Qt's line to the server is up, as far as that can be told from here."""
        if self._went_at is None:
            return
        now = time.monotonic()
        in_time = self._line is not None and self._came_at - self._went_at < QT_TRIES_AFTER_S
        if now - self._went_at > QT_TRIES_AFTER_S and not in_time:
            self.is_lost = True
        if self.is_lost or self._line is None:
            raise Unavailable("The sound server does not answer.")
        if now - self._went_at < QT_IS_BACK_AFTER_S:
            raise Unavailable("The sound server has only just started.")
        self._went_at = None

    def cancel_echo(self, microphone: str, speaker: str) -> None:
        """Ask the server for an echo canceller on these two, once; it goes with them. Proving it is another matter.

        Where the server refuses, the lists are asked for anew and it is asked again, MOST_REFUSALS times in all.
        """
        if self._line is None or self._cancels == (microphone, speaker):
            return
        self._cancels = (microphone, speaker)
        try:
            self._say(Command.LOAD_MODULE, canceller(microphone, speaker))
        except (OSError, Garbled) as error:
            log.warning("the sound server was not asked to cancel echo: %s", error)

    def forget_canceller(self) -> None:
        """There is nothing to cancel on now; what comes is another device, though it be called the same."""
        self._cancels, self._refusals = None, 0

    def close(self) -> None:
        """Let go of the line, for good."""
        self._on_lists = _nobody
        self._again.stop()
        self._again.timeout.disconnect(self.connect_again)
        self._drop()

    @Slot()
    def connect_again(self) -> None:
        """Look whether the server is back."""
        self._connect()

    def _connect(self) -> None:
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(CONNECT_LIMIT_S)
        try:
            line.connect(str(self._path))
        except OSError:
            line.close()
            self._again.start()
            return
        self._line, self._came_at = line, time.monotonic()
        self._came, self._heard, self._is_old = bytearray(), dict[Command, Reading](), False
        self._notifier = QSocketNotifier(line.fileno(), QSocketNotifier.Type.Read)
        self._notifier.activated.connect(self.read)
        try:
            for command, body in greeting():
                self._say(command, body)
            self._ask()
        except OSError:  # it took the line and hung up at once
            self._lose()

    @Slot()
    def read(self) -> None:
        """Something has come, or the server has gone."""
        if self._line is None:
            return
        try:
            more = self._line.recv(1 << 16)
            self._came += more
            while (said := cut(self._came)) is not None:
                self._take(Reading(said))
            if not more:
                self._lose()
        except (OSError, Garbled) as error:
            log.warning("the line to the sound server broke: %s", error)
            self._lose()

    def _take(self, reading: Reading) -> None:
        if reading.command == Command.SUBSCRIBE_EVENT:
            self._is_old = True
        command = self._awaited.pop(reading.tag, None) if reading.command != Command.SUBSCRIBE_EVENT else None
        if command == Command.LOAD_MODULE:
            self._canceller_came(reading.command != Command.ERROR)
        elif reading.command == Command.ERROR:
            raise Garbled(f"the server refused {command!r}")
        elif command in _ASKED:
            self._heard[command] = reading
        if not self._awaited and len(self._heard) == len(_ASKED):
            self._publish()
        if self._is_old and not self._awaited:
            self._ask()

    def _canceller_came(self, is_there: bool) -> None:
        log.info("the sound server %s", "cancels echo" if is_there else "refused to cancel echo")
        if is_there:
            return
        self._refusals += 1
        if self._refusals < MOST_REFUSALS:
            self._cancels, self._is_old = None, True  # the devices may have changed while it was asked

    def _publish(self) -> None:
        heard, self._heard = self._heard, {}
        defaults: Defaults = heard[Command.GET_SERVER_INFO].defaults()
        self.lists = Lists(
            tuple(heard[Command.GET_SOURCE_INFO_LIST].devices(defaults.source)),
            tuple(heard[Command.GET_SINK_INFO_LIST].devices(defaults.sink)),
        )
        self._on_lists()

    def _ask(self) -> None:
        self._is_old = False
        for command in _ASKED:
            self._say(command)

    def _say(self, command: Command, body: bytes = b"") -> None:
        assert self._line is not None
        self._tag += 1
        self._awaited[self._tag] = command
        self._line.sendall(message(command, self._tag, body))

    def _lose(self) -> None:
        """The lists stay: with the server everything dies, and each says so itself."""
        if self._went_at is None:
            self._went_at = time.monotonic()
        self._drop()
        self._again.start()

    def _drop(self) -> None:
        notifier, self._notifier = self._notifier, None
        if notifier is not None:
            notifier.setEnabled(False)
            notifier.activated.disconnect(self.read)
        line, self._line = self._line, None
        if line is not None:
            line.close()
        self._awaited.clear()
        self.forget_canceller()  # it went with the server


def socket_of(environment: Mapping[str, str] = os.environ) -> Path | None:
    """Where libpulse looks for its server, if there is a socket now."""
    if server := environment.get("PULSE_SERVER"):
        found = Path(server.removeprefix(_UNIX)) if server.startswith(_UNIX) else None
    elif folder := environment.get("PULSE_RUNTIME_PATH"):
        found = Path(folder, "native")
    else:
        runtime = environment.get("XDG_RUNTIME_DIR")
        found = Path(runtime, "pulse", "native") if runtime else None
    return found if found is not None and found.is_socket() else None


def _nobody() -> None:
    """Nobody listens any more."""
