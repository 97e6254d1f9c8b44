"""One device is kept open: the one to use now; one that dies is opened again, so many times and no more."""

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication

from kiosk.errors import Unavailable
from kiosk.media import followed
from kiosk.media.followed import MOST_DEATHS, Followed


class Device:
    def __init__(self, name: str, died: Callable[[str], None]) -> None:
        self.name, self.dies, self.is_shut = name, died, False

    def shut(self) -> None:
        self.is_shut = True


class Desk:
    """What can be opened, what was, and who was told."""

    def __init__(self, name: str | None = "built-in") -> None:
        self.name, self.works = name, True
        self.opened: list[Device] = []
        self.told: list[str] = []
        self.followed = Followed(lambda: self.name, self.open, self.told.append)

    def open(self, name: str, died: Callable[[str], None]) -> Device:
        if not self.works:
            raise Unavailable("It could not be opened.")
        self.opened.append(Device(name, died))
        return self.opened[-1]

    @property
    def names(self) -> list[str]:
        return [device.name for device in self.opened if not device.is_shut]


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    _app = QCoreApplication.instance() or QCoreApplication([])
    monkeypatch.setattr(followed, "AGAIN_AFTER_MS", 60_000)  # each test says itself when it is time
    desk = Desk()
    yield desk
    desk.followed.shut()


def test_another_device_to_use_is_opened_and_the_one_before_shut(desk: Desk) -> None:
    desk.followed.open()
    desk.name = "headset"
    desk.followed.follow()
    assert [device.name for device in desk.opened] == ["built-in", "headset"]
    assert desk.names == ["headset"]


def test_the_same_device_is_left_alone(desk: Desk) -> None:
    desk.followed.open()
    desk.followed.follow()
    assert len(desk.opened) == 1


def test_with_no_device_nothing_is_open_and_nothing_has_failed(desk: Desk) -> None:
    desk.followed.open()
    desk.name = None
    desk.followed.follow()
    assert (desk.names, desk.told) == ([], [])
    desk.name = "built-in"
    desk.followed.follow()
    assert desk.names == ["built-in"]


def test_a_device_that_died_is_opened_again_and_nobody_told(desk: Desk) -> None:
    desk.followed.open()
    desk.opened[0].dies("The microphone stopped.")
    desk.opened[0].dies("The microphone stopped.")
    desk.followed.follow()
    assert (desk.names, len(desk.opened), desk.told) == (["built-in"], 2, [])


def test_one_that_dies_again_and_again_is_told_once_and_opened_no_more(desk: Desk) -> None:
    desk.followed.open()
    for _ in range(MOST_DEATHS + 1):
        desk.opened[-1].dies("The microphone stopped.")
        if not desk.told:
            desk.followed.follow()
    assert desk.told == ["The microphone stopped."]
    assert len(desk.opened) == MOST_DEATHS + 1


def test_one_that_cannot_be_opened_any_more_counts_as_dying(desk: Desk) -> None:
    desk.followed.open()
    desk.works = False
    desk.name = "headset"
    for _ in range(MOST_DEATHS + 1):
        desk.followed.follow()
    assert desk.told == ["It could not be opened."]


def test_the_first_opening_raises(desk: Desk) -> None:
    desk.works = False
    with pytest.raises(Unavailable):
        desk.followed.open()


def test_shut_lets_go_for_good(desk: Desk) -> None:
    desk.followed.open()
    desk.followed.shut()
    desk.followed.shut()
    assert desk.names == []
