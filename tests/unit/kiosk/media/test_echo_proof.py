"""The proof of the echo canceller is made once more where it speaks against the laptop, and never without an end."""

import asyncio
from collections.abc import Callable

import pytest

from kiosk.errors import Unavailable
from kiosk.media import echo_proof
from kiosk.media.echo_measure import Echo, EchoFound
from kiosk.media.echo_proof import prove_echo
from kiosk.media.sound import Sound
from kiosk.media.sound_choice import Choice

LIMIT_S = 10.0
PROVED = EchoFound(Echo.PROVED, 41.0, -20.0, -2.0)
TORN = EchoFound(Echo.NOT_CANCELLED, 9.0, -20.0, -1.0)
CANCELLED, PLAIN = Choice("clean", "clean_out", "mic", "box"), Choice("mic", "box", "mic", "box")
NONE = Choice()


class Devices(Sound):
    """These are in use; a server that hangs does not say so in time."""

    def __init__(self, choice: Choice, *, hangs: bool = False) -> None:
        super().__init__()
        self._now, self._hangs = choice, hangs

    async def choice(self) -> Choice:
        if self._hangs:
            raise TimeoutError
        return self._now


async def never() -> EchoFound:
    await asyncio.Event().wait()
    raise AssertionError


@pytest.fixture
def finds(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[object]]:
    """What each time finds or raises, None being nothing ever; the list that is given has what was not needed."""

    def script(*findings: EchoFound | Exception | None) -> list[object]:
        left: list[object] = list(findings)

        async def once(_sound: Sound, _choice: Choice) -> EchoFound:
            finding = left.pop(0)
            if isinstance(finding, Exception):
                raise finding
            return finding if isinstance(finding, EchoFound) else await never()

        monkeypatch.setattr(echo_proof, "_with_canceller", once)
        monkeypatch.setattr(echo_proof, "_without", once)
        return left

    return script


async def proof(choice: Choice = CANCELLED, within_s: float = LIMIT_S) -> EchoFound:
    async with asyncio.timeout(LIMIT_S):
        return await prove_echo(Devices(choice), asyncio.get_running_loop().time() + within_s)


@pytest.mark.parametrize(
    "torn",
    [
        TORN,
        EchoFound(Echo.NOT_HEARD),
        EchoFound(Echo.MUTED, None, -20.0, -40.0),
        TimeoutError(),
        Unavailable("The microphone could not be opened."),
    ],
    ids=lambda each: each.echo if isinstance(each, EchoFound) else type(each).__name__,
)
async def test_what_speaks_against_the_laptop_is_tried_once_more(
    finds: Callable[..., list[object]], torn: EchoFound | Exception
) -> None:
    left = finds(torn, PROVED)
    assert await proof() == PROVED
    assert not left


async def test_what_is_found_twice_is_believed(finds: Callable[..., list[object]]) -> None:
    left = finds(TORN, TORN, PROVED)
    assert await proof() == TORN
    assert left == [PROVED]


@pytest.mark.parametrize(("choice", "found"), [(CANCELLED, PROVED), (PLAIN, EchoFound(Echo.NO_CANCELLER))])
async def test_what_is_certain_is_found_once(
    finds: Callable[..., list[object]], choice: Choice, found: EchoFound
) -> None:
    left = finds(found, TORN)
    assert await proof(choice) == found
    assert left == [TORN]


async def test_a_second_time_that_does_not_end_leaves_what_the_first_one_found(
    finds: Callable[..., list[object]],
) -> None:
    finds(TORN, None)
    assert await proof(within_s=0.05) == TORN


async def test_a_second_time_that_comes_to_nothing_leaves_what_the_first_one_found(
    finds: Callable[..., list[object]],
) -> None:
    finds(EchoFound(Echo.NOT_HEARD), TimeoutError())
    assert await proof() == EchoFound(Echo.NOT_HEARD)


async def test_without_devices_or_with_a_server_that_hangs_there_is_no_device(
    finds: Callable[..., list[object]],
) -> None:
    finds()
    assert await proof(NONE) == EchoFound(Echo.NO_DEVICE)
    hanging = Devices(CANCELLED, hangs=True)
    assert await prove_echo(hanging, asyncio.get_running_loop().time() + LIMIT_S) == EchoFound(Echo.NO_DEVICE)
