"""The media room's inside, on its own loop: finds the devices once, then keeps at most one session, as it is asked."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, assert_never

from kiosk.errors import Unavailable
from kiosk.latest import Latest, Picture
from kiosk.media.bounds import bound_aiortc
from kiosk.media.call_devices import Machine
from kiosk.media.cameras import find_camera
from kiosk.media.codecs import use_our_encoders
from kiosk.media.decoders import guard_decoders
from kiosk.media.facts import DevicesFound, DevicesShut, Fact, SelfTested
from kiosk.media.family_view import FamilyView
from kiosk.media.fit import PictureSizes
from kiosk.media.hardware import decoder_in_time
from kiosk.media.incoming_estimate import estimate_ourselves
from kiosk.media.leftovers import give_back, keep_trim, settle
from kiosk.media.loop_threads import LoopThreads
from kiosk.media.loopback import allow_loopback_when_alone
from kiosk.media.opus_library import load as load_opus
from kiosk.media.own_view import OwnView
from kiosk.media.picture_sender import steer_pictures
from kiosk.media.relay import RelayChoice, bound_streams
from kiosk.media.request import Answer, Candidate, Disconnect, Renew, SelfTest, SessionRequest, Use, Wish
from kiosk.media.self_test import self_tested
from kiosk.media.session import Room, Session
from kiosk.media.sound import Sound, SoundFound
from kiosk.media.triggered_checks import ask_again_when_asked
from kiosk.media.urgency import be_patient, be_urgent
from kiosk.policy.readiness import Found

log = logging.getLogger(__name__)

_LOOK_AGAIN_S = 0.02


class Engine:
    """Runs until cancelled, and leaves nothing open behind."""

    def __init__(
        self,
        on_fact: Callable[[Fact], None],
        family: Latest[Picture],
        own: Latest[Picture],
        sizes: Callable[[], PictureSizes],
        relay_tls: ssl.SSLContext | None = None,
    ) -> None:
        self._on_fact = on_fact
        self._relay_tls, self._relay = relay_tls, RelayChoice(relay_tls)
        self._scaling = ThreadPoolExecutor(1, "media-scale", initializer=be_patient)
        self._family_view = FamilyView(family, sizes, self._scaling)
        self._own_view = OwnView(own, sizes)
        self._sound = Sound(self._sound_changed)
        self._camera: str | None = None
        self._session: Session | None = None
        self._test: asyncio.Task[None] | None = None
        self._stuck: list[Callable[[], bool]] = []  # of what was not shut in time: whether it is by now

    async def run(self, camera: str | None, wishes: asyncio.Queue[Wish]) -> None:
        """Find the devices (`camera` names the only one to use, if given), then grant wishes, one after another."""
        loop = asyncio.get_running_loop()
        be_urgent()
        loop.set_default_executor(LoopThreads())
        loop.set_exception_handler(_stray)
        allow_loopback_when_alone()
        ask_again_when_asked()
        use_our_encoders()
        bound_aiortc()
        bound_streams()
        guard_decoders(await decoder_in_time())
        steer_pictures()
        estimate_ourselves()
        load_opus()
        logging.getLogger("aioice").setLevel(logging.WARNING)  # below that it writes down visitors' addresses
        trimming = asyncio.create_task(keep_trim(), name="media-trimming")
        try:
            machine = await self._look(camera)
            room = Room(machine, self._family_view, self._own_view, self._on_fact, self._relay)
            self._on_fact(machine.found)
            settle()
            while True:
                await self._grant(await wishes.get(), room)
        finally:
            trimming.cancel()
            await self._stop_test()
            await self._end_session()
            await self._sound.close()
            self._scaling.shutdown()

    async def _look(self, camera: str | None) -> Machine:
        heard = await self._sound.find()
        self._camera = await asyncio.to_thread(find_camera, camera)
        return Machine(self._camera, heard.microphone, heard.speaker, self._sound)

    def _sound_changed(self, found: SoundFound) -> None:
        self._on_fact(DevicesFound(self._camera is not None, found.microphone, found.speaker))

    async def _grant(self, wish: Wish, room: Room) -> None:
        match wish:
            case SelfTest():
                await self._stop_test()
                self._test = asyncio.create_task(self._test_itself(wish, room.machine), name="media-self-test")
            case SessionRequest():
                await self._stop_test()
                if self._sound.is_lost:
                    raise Unavailable("The sound server went, and only another process has sound again.")
                await self._end_session()
                self._session = Session(wish, room)
            case Answer() | Candidate():
                if self._session is not None:
                    self._session.tell(wish)
            case Renew(ice_servers=ice_servers):
                if self._session is not None:
                    self._session.renew(ice_servers)
            case Use(ice_servers=ice_servers):
                if self._session is not None:
                    self._session.use(ice_servers)
            case Disconnect():
                await self._stop_test()
                await self._shut_devices()
                self._answer()
                await self._end_session()
            case _:
                assert_never(wish)

    async def _test_itself(self, asked: SelfTest, machine: Machine) -> None:
        """Never beside a session, which has the devices or means to: then nothing was found."""
        found: tuple[Found, ...] = ()
        if self._session is None:
            found = await self_tested(asked, machine, self._stuck.append, self._relay_tls)
        self._on_fact(SelfTested(asked.check, found))

    def _answer(self) -> None:
        """Say that all is shut, now or once it is; a device that never lets go is never said to have done so."""
        if all(is_shut() for is_shut in self._stuck):
            self._stuck.clear()
            self._on_fact(DevicesShut())
        else:
            asyncio.get_running_loop().call_later(_LOOK_AGAIN_S, self._answer)

    async def _stop_test(self) -> None:
        """Whatever it has opened is shut when this returns."""
        if self._test is None:
            return
        if not self._test.cancelling():
            self._test.cancel()  # once, and never while it shuts: that would cut the shutting short
        await asyncio.wait([self._test])
        self._test = None

    async def _shut_devices(self) -> None:
        if self._session is not None and not await self._session.shut():
            self._stuck.append(self._session.is_shut)

    async def _end_session(self) -> None:
        await self._shut_devices()
        if self._session is not None:
            await self._session.end()
            self._session = None  # not before: cut short, the end must be waited for again
            await asyncio.to_thread(give_back)


def _stray(_loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A task inside aiortc died; its session notices by its time limits."""
    log.warning("inside aiortc: %s", context.get("message"), exc_info=context.get("exception"))
