"""Shutting at the end of a call or a check: at once where it can be, with an end, and said when it is true."""

import asyncio
import gc
import threading
import weakref
from collections.abc import Callable

import pytest
from av import VideoFrame

from contract.words import Purpose
from kiosk.latest import Latest, Picture
from kiosk.media import camera_trial, picture_feed, session
from kiosk.media.call_devices import CallDevices, Machine
from kiosk.media.camera_trial import look_through
from kiosk.media.engine import Engine
from kiosk.media.facts import DevicesShut, Fact
from kiosk.media.family_view import FamilyView
from kiosk.media.fit import PictureSizes
from kiosk.media.own_view import OwnView
from kiosk.media.relay import RelayChoice
from kiosk.media.request import Disconnect, SessionRequest
from kiosk.media.session import Room, Session
from kiosk.media.sound import Sound
from kiosk.media.tally import Direction
from tests.fakes.eventually import eventually

LIMIT_S = 5.0


class Silent:
    """A camera that sits in its wait until it is let go of."""

    def __init__(self) -> None:
        self.is_waiting, self.let_go = threading.Event(), threading.Event()

    def read(self) -> VideoFrame | None:
        self.is_waiting.set()
        self.let_go.wait(LIMIT_S)
        return None

    def close(self) -> None:
        pass


async def test_a_silent_camera_is_made_to_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    camera = Silent()
    monkeypatch.setattr(picture_feed, "stop_streaming", camera.let_go.set)
    feed = picture_feed.PictureFeed(lambda: camera, lambda _frame: None, lambda _text: None)
    feed.start()
    await asyncio.to_thread(camera.is_waiting.wait, LIMIT_S)
    assert await feed.shut(LIMIT_S)
    assert camera.let_go.is_set()


async def test_a_check_of_a_silent_camera_waits_until_that_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camera_trial, "LIMIT_S", 0.0)
    monkeypatch.setattr(camera_trial, "LET_GO_WITHIN_S", LIMIT_S)
    camera, stuck = Silent(), list[Callable[[], bool]]()
    looking = asyncio.create_task(look_through(lambda: camera, stuck.append))
    await asyncio.wait([looking], timeout=0.7)  # longer than a call's camera has
    assert not looking.done()
    camera.let_go.set()
    assert (await looking).is_shut
    assert not stuck


async def test_a_check_that_is_stopped_waits_less_and_its_camera_may_let_go_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(camera_trial, "LET_GO_WITHIN_S", LIMIT_S)
    camera, stuck = Silent(), list[Callable[[], bool]]()
    looking = asyncio.create_task(look_through(lambda: camera, stuck.append))
    assert await asyncio.to_thread(camera.is_waiting.wait, LIMIT_S)
    looking.cancel()
    await asyncio.wait([looking])
    (is_shut,) = stuck
    assert not is_shut()
    camera.let_go.set()
    await eventually(is_shut, LIMIT_S, "it has let go")


def engine(said: list[Fact]) -> Engine:
    family, own = Latest[Picture](), Latest[Picture]()
    return Engine(said.append, family, own, PictureSizes)


def room(said: list[Fact]) -> Room:
    family, own = Latest[Picture](), Latest[Picture]()
    made = engine(said)
    view = FamilyView(family, PictureSizes, made._scaling)
    machine = Machine(None, microphone=False, speaker=False, sound=Sound())
    return Room(machine, view, OwnView(own, PictureSizes), said.append, RelayChoice())


async def test_what_lets_go_late_is_said_to_be_shut_then_and_each_wish_to_end_is_answered() -> None:
    said: list[Fact] = []
    media, is_shut = engine(said), asyncio.Event()
    media._stuck.append(is_shut.is_set)
    await media._grant(Disconnect(), room(said))
    await media._grant(Disconnect(), room(said))
    assert not said
    is_shut.set()
    await eventually(lambda: len(said) == 2, LIMIT_S, "both are answered")
    assert said == [DevicesShut(), DevicesShut()]


async def test_a_session_that_is_over_leaves_nothing_for_somebody_to_find_some_day(
    caplog: pytest.LogCaptureFixture,
) -> None:
    media, inside = engine([]), room([])
    gc.disable()
    try:
        await media._grant(SessionRequest("session-1", "b1", "page-0001", Purpose.PREVIEW, synthetic=True), inside)
        left = weakref.ref(media._session)
        await asyncio.sleep(0)
        await media._grant(Disconnect(), inside)
        assert left() is None
    finally:
        gc.enable()
    assert not caplog.records


class Entangled(Session):
    """A session in which something takes its time to end before it is the devices' turn."""

    began: asyncio.Event
    may_end: asyncio.Event
    devices: CallDevices

    async def _run(self) -> None:
        self.began, self.may_end = asyncio.Event(), asyncio.Event()
        self.began.set()
        try:
            await asyncio.Event().wait()
        finally:
            await self.may_end.wait()


async def entangled() -> Entangled:
    inside = room([])
    call = Entangled(SessionRequest("session-1", "b1", "page-0001", Purpose.CALL, synthetic=True), inside)
    call._devices = call.devices = CallDevices(inside.machine, inside.own_view, Direction(), lambda _text: None)
    await asyncio.sleep(0)
    assert call.began.is_set()
    return call


async def finish(call: Entangled) -> None:
    call.may_end.set()
    await call.end()
    assert call.is_shut()
    await call._connections.close()


async def test_devices_are_shut_at_once_whatever_else_takes_its_time_to_end() -> None:
    call = await entangled()
    await call.devices.open()
    async with asyncio.timeout(LIMIT_S):
        await call.shut()
    await eventually(call.devices.are_shut, 2 * LIMIT_S, "the devices are shut")  # whose threads may be late
    assert not call._task.done()
    await finish(call)


async def test_ending_waits_for_nothing_without_an_end_and_nothing_passes_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    call, never = await entangled(), asyncio.Event()
    monkeypatch.setattr(session, "SHUT_LIMIT_S", 0.01)
    monkeypatch.setattr(call.devices._unheard, "stop", never.wait)
    async with asyncio.timeout(LIMIT_S):
        assert not await call.shut()
    assert call.devices._feed._stop.is_set()
    never.set()
    await finish(call)
