"""Attacks by the pointer and by what others write: right click, long press, drag, links, markup, endless names.

The real shell on a real X server; whoever would open or load something would ask the test's own web server.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtGui import QColor, QImage

from contract.words import Presence
from kiosk.ipc import Pressed
from kiosk.scenes import AnyScene, Held, InCall, Interrupted, Joining, NextCall, OfficerAdmits, Person, WaitingFor
from tests.attacks.kit.stand import stand
from tests.attacks.test_keys_and_chords import ordinary
from tests.e2e.kit.screen import HEIGHT, WIDTH, Pixels, x_server
from tests.fakes.eventually import eventually
from tests.ui.samples import ENDS, LIVE_CALL, STARTS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(90), pytest.mark.attack("pointer-and-text", tier="X")]

MAGENTA: Final = (255, 0, 255)  # in nothing of ours
REORDERED: Final = "\u202eyrraH\u202c \u2066Hughes\u2069 \u200f"
ENDLESS: Final = "M\u202eu\u0301m <b>" * 1500  # 10,500 characters
EVERYWHERE: Final = [f"mousemove {x} {y}" for x in range(60, WIDTH, 180) for y in range(40, HEIGHT, 90)]


def scenes_with(name: str) -> tuple[AnyScene, ...]:
    """Every scene that shows what somebody else has written."""
    person = Person(visitor_id="v1", name=name, relation=name, age=9)
    return (
        NextCall(who=name, starts_at=STARTS, ends_at=ENDS, countdown_s=200, may_open=True),
        OfficerAdmits(
            prisoner_name=name,
            prisoner_number=name,
            people=(person,) * 5,
            note=name,
            why_not=name,
            visitor=Presence.WAITING,
        ),
        Joining(who=name, waited_s=2, waiting_for=WaitingFor.PICTURE),
        InCall(who=name, left_s=710, whole_s=1800),
        Interrupted(who=name, tried_s=12, try_for_s=300, quiet=True, left_s=710),
        Held(who=name, left_s=710),
    )


class Bait:
    """A web server that counts who comes."""

    def __init__(self) -> None:
        self.visits = 0
        self.url = ""

    async def _serve(self, _reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.visits += 1
        writer.close()

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator["Bait"]:
        async with await asyncio.start_server(self._serve, "127.0.0.1", 0) as server:
            self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
            yield self


def magenta_file(folder: Path) -> Path:
    image = QImage(60, 60, QImage.Format.Format_RGB32)
    image.fill(QColor(*MAGENTA))
    path = folder / "bait.png"
    assert image.save(str(path))
    return path


def has_magenta(picture: Pixels) -> bool:
    return bool((picture == MAGENTA).all(axis=2).any())


async def test_clicks_presses_and_drags_open_nothing_and_names_are_plain_text(tmp_path: Path) -> None:
    picture = magenta_file(tmp_path)
    async with Bait().open() as bait, stand(tmp_path) as at:
        markup = f'<a href="{bait.url}/">Mum</a> <img src="{picture}"> <img src="{bait.url}/x.png"> <h1>Jac</h1>'
        for name in (markup, REORDERED, ENDLESS):
            for number, scene in enumerate(scenes_with(name)):
                frame = LIVE_CALL.model_copy(update={"establishment": name, "laptop": name})
                before = at.screen.picture()
                at.guard.shows(frame, scene)
                await eventually(lambda seen=before: (at.screen.picture() != seen).any(), 10, "the scene is drawn")  # type: ignore[misc]
                attack = [f"{place} click --delay 0 {button}" for place in EVERYWHERE for button in (3, 2, 8, 9)]
                attack += ["mousemove 600 300 mousedown 3 mousemove 900 500 mouseup 3"]
                attack += ["mousemove 600 300 mousedown 1 mousemove 900 500 mouseup 1"] if number else []
                attack += ["mousemove 500 400 mousedown 1 sleep 0.9 mouseup 1"] if scene.kind == "in_call" else []
                await at.hands.do(attack)
                assert not has_magenta(at.screen.picture()), scene.kind
                await at.is_unchanged()
        assert not bait.visits
        assert not at.guard.all(Pressed)
        assert "Traceback" not in at.shell.log
        assert at.guard.swallowed > 1000


async def test_in_a_label_as_others_have_it_the_same_markup_is_a_picture(tmp_path: Path) -> None:
    picture = magenta_file(tmp_path)
    with x_server() as screen:
        program = await ordinary(screen, tmp_path, f'<img src="{picture}">')
        await eventually(lambda: has_magenta(screen.picture()), 10, "the label shows a file of this machine")
        await program.stop()
