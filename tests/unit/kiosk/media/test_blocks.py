"""What is heard between two threads stays bounded, whatever comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.blocks import BLOCK_BYTES, MOST_HEARD_BLOCKS, HeardBlocks
from kiosk.media.sound_format import BYTES_PER_MS


def sound(ms: int, value: int = 7) -> bytes:
    return np.full(ms * BYTES_PER_MS // 2, value, np.int16).tobytes()


def test_what_is_heard_comes_out_in_whole_blocks_in_order() -> None:
    heard = HeardBlocks()
    assert not heard.put(sound(15, 1))
    assert heard.put(sound(15, 2))
    assert heard.take() == sound(15, 1) + sound(5, 2)
    assert heard.take() is None
    heard.put(sound(10, 3))
    assert heard.take() == sound(10, 2) + sound(10, 3)


def test_too_much_heard_drops_the_oldest() -> None:
    heard = HeardBlocks()
    for number in range(MOST_HEARD_BLOCKS + 3):
        heard.put(sound(20, number))
    assert heard.take() == sound(20, 3)


def test_what_was_heard_can_be_forgotten() -> None:
    heard = HeardBlocks()
    heard.put(sound(30))
    heard.clear()
    assert not heard.put(sound(19))


@given(st.lists(st.binary(max_size=5 * BLOCK_BYTES)))
def test_what_is_heard_never_waits_longer_than_its_bound(parts: list[bytes]) -> None:
    heard = HeardBlocks()
    for part in parts:
        heard.put(part)
    blocks = []
    while (block := heard.take()) is not None:
        blocks.append(block)
    assert len(blocks) <= MOST_HEARD_BLOCKS
    assert all(len(block) == BLOCK_BYTES for block in blocks)
