"""Sound between two threads stays bounded, whatever comes."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kiosk.media.blocks import BLOCK_BYTES, MOST_HEARD_BLOCKS, PLAYOUT_CAP_MS, PLAYOUT_TARGET_MS, HeardBlocks, Playout
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


def test_nothing_plays_before_the_target_is_there() -> None:
    playout = Playout()
    playout.put(sound(PLAYOUT_TARGET_MS - 1))
    assert playout.take(960) == bytes(960)
    playout.put(sound(1))
    assert playout.take(960) == sound(10)


def test_running_dry_fills_up_with_silence_and_waits_for_the_target_again() -> None:
    playout = Playout()
    playout.put(sound(PLAYOUT_TARGET_MS))
    assert playout.take((PLAYOUT_TARGET_MS + 10) * BYTES_PER_MS) == sound(PLAYOUT_TARGET_MS) + bytes(10 * BYTES_PER_MS)
    playout.put(sound(20))
    assert playout.take(960) == bytes(960)


def test_running_over_keeps_the_newest() -> None:
    playout = Playout()
    playout.put(sound(PLAYOUT_CAP_MS, 1))
    playout.put(sound(20, 2))
    assert playout.waiting_ms == PLAYOUT_TARGET_MS
    assert playout.take(PLAYOUT_TARGET_MS * BYTES_PER_MS) == sound(PLAYOUT_TARGET_MS - 20, 1) + sound(20, 2)


def test_half_a_sample_is_never_given() -> None:
    assert len(Playout().take(961)) == 960


@given(st.lists(st.tuples(st.integers(0, 500), st.integers(0, 30_000))))
def test_the_playout_never_holds_more_than_its_cap(steps: list[tuple[int, int]]) -> None:
    playout = Playout()
    for put_ms, take_bytes in steps:
        playout.put(sound(put_ms))
        assert playout.waiting_ms <= PLAYOUT_CAP_MS
        assert len(playout.take(take_bytes)) == take_bytes // 2 * 2


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
