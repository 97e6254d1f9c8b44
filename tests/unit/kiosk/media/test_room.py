"""The room's outside: cheap to import and make, and safe to close in any state."""

import subprocess
import sys

import pytest

from kiosk.latest import Latest, Picture
from kiosk.media import room as media_room
from kiosk.media.room import MediaRoom

HEAVY = ("aiortc", "av", "cv2", "numpy", "PySide6.QtMultimedia")


def room() -> MediaRoom:
    family: Latest[Picture] = Latest()
    own: Latest[Picture] = Latest()
    return MediaRoom(on_fact=lambda _fact: None, family=family, own=own, camera="/dev/no-such-camera")


def test_importing_and_making_a_room_loads_nothing_heavy() -> None:
    script = (
        "import sys; from kiosk.latest import Latest; from kiosk.media.room import MediaRoom;"
        "MediaRoom(on_fact=print, family=Latest(), own=Latest());"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", script], check=True, capture_output=True).stdout.strip() == b"[]"


def test_a_room_that_never_started_can_be_closed_twice() -> None:
    never_started = room()
    never_started.disconnect()
    never_started.close()
    never_started.close()


def test_a_room_can_be_closed_while_it_still_starts(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(media_room, "CLOSE_LIMIT_S", 60)  # all that is heavy may be loaded here for the first time
    starting = room()
    starting.start()
    starting.close()
    starting.close()
    assert "did not close" not in caplog.text


def test_wishes_after_the_end_are_ignored() -> None:
    ended = room()
    ended.start()
    ended.close()
    ended.disconnect()
    ended.answer("session-1", "hello")
