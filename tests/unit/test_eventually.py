"""A wait that fails says how things stand when it fails, not how they stood when it began."""

import pytest

from tests.fakes.eventually import eventually


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
