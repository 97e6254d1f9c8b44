"""What laptop and service say to each other over as many lines as it takes, each thing once. Opens no line itself."""

import logging
from collections.abc import Callable
from typing import Final

from contract.laptop_link import (
    CallNow,
    GoingAway,
    Heard,
    LaptopHello,
    LaptopWelcome,
    NumberedToLaptop,
    SaidByLaptop,
    StreamAsked,
    ToLaptopMessage,
)
from contract.refusals import GOES_ON, Refused
from contract.stream import Broken, Stream
from contract.strict import PROTOCOL
from contract.words import CallState
from kiosk.link.backoff import pause_s

LOG: Final = logging.getLogger(__name__)
Send = Callable[[str], None]


class Exchange:
    """The laptop's end. Each line is begun, hears and is lost; between lines, what is said waits for the next one."""

    def __init__(self, software: str) -> None:
        self._software = software
        self._stream: Stream | None = None
        self._send: Send | None = None  # where frames go, from the welcome on
        self._call: CallNow | None = None
        self._greeted_with: CallNow | None = None  # in the newest hello
        self._told: CallNow | None = None  # the newest the service has, or will have by the stream
        self.asked_s: float | None = None  # after how long the service wants us back
        self.goes_on = False  # whether the newest welcome went on with the stream there was

    @property
    def in_call(self) -> bool:
        """Whether there is a call that waits for the line."""
        return self._call is not None and self._call.state is not CallState.ENDED

    @property
    def is_up(self) -> bool:
        """Whether there is a line, and it has been welcomed."""
        return self._send is not None

    @property
    def stream_id(self) -> str | None:
        """The stream that the next line is to go on with; only the service knows its name beside us."""
        return None if self._stream is None else self._stream.stream_id

    def pause_s(self, failed: int, chance: float) -> float:
        """Seconds to wait for the next line, after so many tries that failed; as the service asked, the first time."""
        asked_s, self.asked_s = self.asked_s, None
        return pause_s(failed, in_call=self.in_call, chance=chance, asked_s=asked_s)

    def begin(self) -> LaptopHello:
        """A new line: the first thing to say on it."""
        self._send, self.asked_s, self._greeted_with = None, None, self._call
        stream = self._stream
        asked = StreamAsked() if stream is None else StreamAsked(stream_id=stream.stream_id, heard=stream.heard)
        return LaptopHello(protocol=PROTOCOL, software=self._software, call=self._call, stream=asked)

    def lost(self) -> None:
        """The line is gone; the stream is kept for the next."""
        self._send = None

    def forget(self) -> None:
        """Begin anew with the next line: what waits is stated afresh by whoever needs it."""
        self._stream = self._send = None

    def say(self, message: SaidByLaptop) -> None:
        """Say this once, now or on the next line. Without a stream it is said if the line is up, and else lost."""
        try:
            frame = message.model_dump_json() if self._stream is None else self._stream.say(message)
        except Broken as broken:
            LOG.warning("begins anew: %s", broken)
            self.forget()
        else:
            if self._send is not None:
                self._send(frame)

    def tell(self, call: CallNow) -> None:
        """Say where the call is, and at every return of the line until the next is told; only the newest waits."""
        self._call = call
        if self._send is not None:
            self._told = call
            self.say(call)

    def hear(self, message: ToLaptopMessage, send: Send) -> ToLaptopMessage | None:
        """What there is to act on in what came over a line that takes frames by `send`. Raises Broken."""
        match message:
            case LaptopWelcome():
                self._welcomed(message, send)
                return message
            case NumberedToLaptop(heard=heard):
                self._acknowledged(heard)
                return self._once(message, send)
            case Heard(heard=heard):
                self._acknowledged(heard)
                return None
            case _:
                return self._noted(message)

    def acknowledgement(self) -> str | None:
        """The frame that says how far we have heard, if anything was heard since that was last said."""
        heard = None if self._stream is None or self._send is None else self._stream.acknowledgement(1)
        return None if heard is None else Heard(heard=heard).model_dump_json()

    def _welcomed(self, welcome: LaptopWelcome, send: Send) -> None:
        given, had = welcome.stream, self._stream
        self.goes_on = given is not None and had is not None and given.stream_id == had.stream_id
        if given is not None and had is not None and self.goes_on:
            for frame in had.again(given.heard):
                send(frame)
        else:
            self._stream = None if given is None else Stream(given.stream_id)
            self._told = self._greeted_with
        self._send = send
        if self._call is not None and self._call is not self._told:
            self.tell(self._call)

    def _acknowledged(self, heard: int) -> None:
        if self._stream is None:
            raise Broken("there is no stream")
        self._stream.acknowledged(heard)

    def _once(self, frame: NumberedToLaptop, send: Send) -> ToLaptopMessage | None:
        stream = self._stream
        if stream is None or not stream.is_new(frame.number):
            return None
        stream.has_heard(frame.number)
        if (heard := stream.acknowledgement()) is not None:
            send(Heard(heard=heard).model_dump_json())
        return self._noted(frame.message)

    def _noted(self, message: ToLaptopMessage) -> ToLaptopMessage | None:
        """What says something of the line itself."""
        if isinstance(message, GoingAway):
            self.asked_s = message.again_in_ms / 1000
            return None
        if isinstance(message, Refused) and message.code not in GOES_ON:
            self._stream = None  # the service lets go of it too
        return message
