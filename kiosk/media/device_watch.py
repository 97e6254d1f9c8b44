"""Which sound devices to use, and a word whenever that is something else. Lives on the sound thread; opens nothing."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Slot
from PySide6.QtMultimedia import QAudioDevice, QMediaDevices

from kiosk.media.pulse_line import LAPTOPS_OWN, PulseLine, socket_of
from kiosk.media.sound_choice import Choice, Listed, choose


class DeviceWatch(QObject):
    """Made and used on the sound thread. `on_changed` is called there whenever there is another choice.

    The sound server itself says what there is. Where there is none that can be asked, Qt does.
    """

    def __init__(self, on_changed: Callable[[], None], ours: Path = LAPTOPS_OWN) -> None:
        super().__init__()
        self._on_changed = on_changed
        self._devices = QMediaDevices()
        self._devices.audioInputsChanged.connect(self.look)
        self._devices.audioOutputsChanged.connect(self.look)
        self.choice = choose(_listed(QMediaDevices.audioInputs()), _listed(QMediaDevices.audioOutputs()))
        path = socket_of()
        self._is_ours = path == ours
        self._server = None if path is None else PulseLine(path, self.look)

    @property
    def is_lost(self) -> bool:
        """Whether this process will have no sound any more."""
        return self._server is not None and self._server.is_lost

    def check(self) -> None:
        """Raises Unavailable where opening a device would not do."""
        if self._server is not None:
            self._server.check()

    def close(self) -> None:
        """Look no more, for good."""
        self._devices.audioInputsChanged.disconnect(self.look)
        self._devices.audioOutputsChanged.disconnect(self.look)
        if self._server is not None:
            self._server.close()

    @Slot()
    def look(self) -> None:
        """See whether there is another choice."""
        lists = None if self._server is None else self._server.lists
        if lists is None:
            found = choose(_listed(QMediaDevices.audioInputs()), _listed(QMediaDevices.audioOutputs()))
        else:
            found = choose(lists.inputs, lists.outputs)
            self._see_to_a_canceller(found)
        before, self.choice = self.choice, found
        if before != found:
            self._on_changed()

    def _see_to_a_canceller(self, found: Choice) -> None:
        """On the laptop's own server, whose card comes with each call; a desktop's is not ours to change."""
        if self._server is None or not self._is_ours or found.is_cancelled:
            return
        if found.raw_microphone is None or found.raw_speaker is None:
            self._server.forget_canceller()
        else:
            self._server.cancel_echo(found.raw_microphone, found.raw_speaker)


def input_named(name: str) -> QAudioDevice | None:
    """The microphone of this name, if Qt knows it."""
    return _named(name, QMediaDevices.audioInputs())


def output_named(name: str) -> QAudioDevice | None:
    """The loudspeaker of this name, if Qt knows it."""
    return _named(name, QMediaDevices.audioOutputs())


def _named(name: str, devices: list[QAudioDevice]) -> QAudioDevice | None:
    return next((each for each in devices if _name(each) == name), None)


def _listed(devices: list[QAudioDevice]) -> list[Listed]:
    return [Listed(_name(each), each.description(), each.isDefault()) for each in devices]


def _name(device: QAudioDevice) -> str:
    return bytes(device.id().data()).decode(errors="replace")
