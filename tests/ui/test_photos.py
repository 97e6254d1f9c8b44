"""Photos on file: asked for once, shown beside the tick, and left out when they are not what was asked for."""

import hashlib

import pytest
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QColor, QImage

from kiosk.ui.photos import LONGEST_BYTES, SIDE, decode
from kiosk.ui.window import KioskWindow
from tests.ui.conftest import MakeWindow
from tests.ui.presses import key
from tests.ui.samples import ADMITS, IN_CALL, LIVE_CALL, PEOPLE


def encoded(colour: str = "#ff0000", size: tuple[int, int] = (300, 400), kind: str = "PNG") -> bytes:
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill(QColor(colour))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def sha(document: bytes) -> str:
    return hashlib.sha256(document).hexdigest()


def compared(window: KioskWindow, photo: bytes) -> list[str]:
    """Show the officer's scene with one person whose photo is `photo`; the photos that are wanted."""
    wanted: list[str] = []
    window.photo_wanted.connect(wanted.append)
    person = PEOPLE[0].model_copy(update={"photo": sha(photo)})
    for _ in range(3):
        window.show_scene(LIVE_CALL, ADMITS.model_copy(update={"people": (person,)}))
    return wanted


def colour_in(window: KioskWindow) -> str:
    """The colour in the middle of the first photo."""
    image = key(window, "tick_0").grab().toImage()
    return image.pixelColor(130, image.height() // 2).name()


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_photo_is_asked_for_once_and_shown_when_it_comes(make_window: MakeWindow, kind: str) -> None:
    window, photo = make_window(), encoded(kind=kind)
    assert compared(window, photo) == [sha(photo)]
    window.photo_arrived(sha(photo), photo)
    red, green, blue = QColor(colour_in(window)).getRgb()[:3]  # type: ignore[index]
    assert (red > 245, green < 10, blue < 10) == (True, True, True)


@pytest.mark.parametrize(
    "untrusted",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff" + b"x" * 100,
        b"<svg/>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 4096,
    ],
)
def test_what_is_no_photo_leaves_the_silhouette(make_window: MakeWindow, untrusted: bytes) -> None:
    window = make_window()
    compared(window, untrusted)
    before = key(window, "tick_0").grab().toImage()
    window.photo_arrived(sha(untrusted), untrusted)
    assert key(window, "tick_0").grab().toImage() == before


def test_another_photo_than_the_one_on_file_is_not_shown(make_window: MakeWindow) -> None:
    window, photo = make_window(), encoded()
    compared(window, photo)
    before = key(window, "tick_0").grab().toImage()
    window.photo_arrived(sha(photo), encoded("#0000ff"))
    window.photo_arrived("0" * 64, photo)
    assert key(window, "tick_0").grab().toImage() == before


def test_a_huge_photo_is_refused_and_a_large_one_made_small() -> None:
    assert decode(encoded() + b"\0" * LONGEST_BYTES) is None
    assert decode(encoded(size=(4100, 10))) is None
    small = decode(encoded(size=(2400, 1200)))
    assert small is not None
    assert (small.width(), small.height()) == (SIDE, SIDE // 2)


def test_a_photo_that_is_known_is_not_asked_for(make_window: MakeWindow) -> None:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.green)
    window = make_window(photos=lambda _sha: image)
    assert compared(window, b"anything") == []
    assert colour_in(window) == "#00ff00"


def test_no_photo_remains_after_the_officers_scene(make_window: MakeWindow) -> None:
    window, photo = make_window(), encoded()
    wanted = compared(window, photo)
    window.photo_arrived(sha(photo), photo)
    window.show_scene(LIVE_CALL, IN_CALL)
    compared(window, photo)
    assert wanted[:2] == [sha(photo)] * 2
