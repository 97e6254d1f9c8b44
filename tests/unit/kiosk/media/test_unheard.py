"""Where there is no loudspeaker, received sound is still asked for, and so still counted, until the call is over."""

import asyncio

from kiosk.media.sound_format import BYTES_PER_MS
from kiosk.media.unheard import Unheard


class Sound:
    def __init__(self) -> None:
        self.asked: list[int] = []
        self.asked_often = asyncio.Event()

    def take(self, most_bytes: int) -> bytes:
        self.asked.append(most_bytes)
        if len(self.asked) == 3:
            self.asked_often.set()
        return bytes(most_bytes)


async def test_sound_is_drawn_in_whole_milliseconds_and_never_much_at_once() -> None:
    sound, unheard = Sound(), Unheard()
    unheard.start(sound)
    await asyncio.wait_for(sound.asked_often.wait(), 10)
    await unheard.stop()
    await unheard.stop()
    assert all(0 < asked <= 200 * BYTES_PER_MS and asked % BYTES_PER_MS == 0 for asked in sound.asked)


async def test_it_can_be_stopped_before_it_has_begun() -> None:
    await Unheard().stop()
