"""A wait that fails says how things stand when it fails, not how they stood when it began; what lapses is not held."""

from collections.abc import Callable

import pytest

from tests.fakes.eventually import eventually, holds_for


async def test_what_is_said_of_a_failure_is_asked_when_it_fails() -> None:
    log = ["it began"]

    def look() -> bool:
        log.append("it was looked at")
        return False

    with pytest.raises(AssertionError, match="it began, it was looked at"):
        await eventually(look, 0, lambda: ", ".join(log))


async def test_nothing_is_asked_of_a_wait_that_comes_true() -> None:
    def fails() -> str:
        raise NotImplementedError

    assert await eventually(lambda: "here", 0, fails) == "here"


def answers(*looks: bool) -> Callable[[], bool]:
    """One answer for each look; the last for every further one."""
    left = list(looks)
    return lambda: left.pop(0) if len(left) > 1 else left[0]


async def test_what_is_false_once_is_not_held() -> None:
    with pytest.raises(AssertionError, match="it stays"):
        await holds_for(answers(True, False, True), 0.2, "it stays")


async def test_what_lapses_for_a_moment_is_held_where_a_moment_is_allowed() -> None:
    await holds_for(answers(True, False, False, True), 0.3, "it stays", but_for_s=20)


async def test_what_is_false_for_longer_than_allowed_is_not_held() -> None:
    with pytest.raises(AssertionError, match="it stays"):
        await holds_for(answers(True, False), 20, "it stays", but_for_s=0.1)


async def test_what_is_false_at_the_end_is_not_held() -> None:
    with pytest.raises(AssertionError, match="it stays"):
        await holds_for(answers(False), 0.01, "it stays", but_for_s=0.2)
