"""Bad input on every socket and endpoint: refused with a code and a sentence, and nobody else notices."""

import json
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.refusals import RefusalCode, Refused
from contract.strict import LONGEST_MESSAGE_BYTES
from tests.fakes.visits import head, report
from tests.integration.service.conftest import StillServed
from tests.integration.service.harness import Browser, Peer, Running, laptop, refusal_of
from tests.integration.service.nonsense import FEW, VALUES
from visits.demo_data.seed import Seeded

pytestmark = pytest.mark.slow

Connect = Callable[[], AbstractAsyncContextManager[Peer[Any]]]

HELLO = {"type": "hello", "protocol": 1}
GOOD_HELLO = {"laptop": HELLO | {"software": "test"}, "visitor": HELLO | {"page": "page-0001"}}
BAD: dict[str, str | bytes] = {
    "nothing": "",
    "not JSON": "hello",
    "not an object": "[]",
    "a number": "1",
    "null": "null",
    "no type": "{}",
    "an unknown type": '{"type":"admin"}',
    "a type of the other direction": '{"type":"welcome"}',
    "an unknown field": json.dumps(HELLO | {"software": "x", "page": "page-0001", "extra": 1}),
    "a field twice": '{"type":"hello","type":"hello","protocol":1,"software":"x"}',
    "the wrong kind": '{"type":"hello","protocol":"1","software":"x"}',
    "not a number": '{"type":"hello","protocol":NaN}',
    "a name of 10,000 characters": json.dumps(HELLO | {"software": "x" * 10_000}),
    "a page of 10,000 characters": json.dumps(HELLO | {"page": "x" * 10_000}),
    "a number of 5,000 digits": '{"type":"hello","protocol":' + "9" * 5_000 + "}",
    "lists nested 100,000 deep": "[" * 100_000,
    "objects nested 20,000 deep": '{"type":' * 20_000,
    "half a surrogate pair": '{"type":"hello","protocol":1,"software":"\\ud800"}',
    "control characters": "\x00\x01\x02",
    "bytes": b'{"type":"hello"}',
    "no bytes": b"",
}
TYPES = [
    "outcome",
    "head",
    "outcome_kept",
    "cosigned",
    "hello",
    "call",
    "offer",
    "answer",
    "candidate",
    "received",
    "ready",
    "leave",
    "refused",
    "document",
    "time",
    "renewal",
    "visitor",
]
FIELDS = [
    "booking_id",
    "session",
    "page",
    "sdp",
    "state",
    "talk_ms",
    "left_ms",
    "call",
    "camera",
    "protocol",
    "purpose",
    "revision",
    "outcome",
    "code",
    "lost_ms",
    "owed_ms",
    "ended_at",
    "note",
    "public_key",
    "heard",
    "sound_level",
]
MESSAGES = st.builds(
    lambda kind, fields: json.dumps({"type": kind} | fields),
    st.sampled_from(TYPES),
    st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6),
)
ANYTHING = MESSAGES | VALUES.map(json.dumps) | st.text(max_size=200) | st.binary(max_size=200)


@pytest.fixture(params=["laptop", "visitor"])
async def role(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def villain(role: str, service: Running, seeded: Seeded) -> Connect:
    """An enrolled laptop, or the holder of a link, that means no good."""
    if role == "laptop":
        return lambda: laptop(service, "Laptop 2")
    browser = Browser(service, seeded.later[0].link)
    await browser.claim()
    return browser.page


async def test_a_first_message_that_cannot_be_read_is_refused(villain: Connect, still_served: StillServed) -> None:
    for what, raw in BAD.items():
        async with villain() as peer:
            await peer.send(raw)
            assert await peer.refused() is RefusalCode.MALFORMED, what
            assert await peer.closed() == 1008, what
        await still_served()


async def test_a_message_that_cannot_be_read_is_refused_after_hello_too(
    villain: Connect, role: str, still_served: StillServed
) -> None:
    async with villain() as peer:
        await peer.send(json.dumps(GOOD_HELLO[role]))
        await peer.send(BAD["an unknown type"])
        assert await peer.refused() is RefusalCode.MALFORMED
        assert await peer.closed() == 1008
    await still_served()


async def test_a_message_that_is_too_large_is_refused(villain: Connect, still_served: StillServed) -> None:
    async with villain() as peer:
        await peer.send("x" * (LONGEST_MESSAGE_BYTES + 1))
        assert await peer.refused() is RefusalCode.TOO_LARGE
        assert await peer.closed() == 1008
    await still_served()


async def test_a_message_of_many_times_the_limit_is_not_even_kept(villain: Connect, still_served: StillServed) -> None:
    async with villain() as peer:
        await peer.send("x" * (8 * LONGEST_MESSAGE_BYTES))
        assert await peer.closed() == 1009
    await still_served()


async def test_text_that_is_not_utf8_closes_the_connection(villain: Connect, still_served: StillServed) -> None:
    async with villain() as peer:
        await peer.send_as_text(b'{"type":"\xff\xfe"}')
        assert await peer.closed() == 1007
    await still_served()


@pytest.mark.parametrize(
    "kind", ["call", "offer", "candidate", "ready", "leave", "answer", "received", "outcome", "head"]
)
async def test_anything_before_hello_is_refused(villain: Connect, still_served: StillServed, kind: str) -> None:
    everything: dict[str, dict[str, Any]] = {
        "call": {"state": "live", "talk_ms": 0, "left_ms": 0, "booking_id": "b1"},
        "offer": {"booking_id": "b1", "session": "session-1", "page": "page-0001", "purpose": "call", "sdp": "v=0"},
        "candidate": {"booking_id": "b1", "session": "session-1", "candidate": ""},
        "answer": {"booking_id": "b1", "session": "session-1", "sdp": "v=0"},
        "received": {"booking_id": "b1", "session": "session-1", "video_frames": 0, "audio_ms": 0},
        "ready": {"camera": True, "microphone": True},
        "leave": {},
        "outcome": report().model_dump(mode="json", exclude={"type"}),
        "head": head(1).model_dump(mode="json", exclude={"type"}),
    }
    async with villain() as peer:
        await peer.say(kind, **everything[kind])
        assert await peer.refused() in (RefusalCode.OUT_OF_ORDER, RefusalCode.MALFORMED)
        assert await peer.closed() == 1008
    await still_served()


async def test_a_second_hello_is_out_of_order(villain: Connect, role: str, still_served: StillServed) -> None:
    async with villain() as peer:
        for _ in range(2):
            await peer.send(json.dumps(GOOD_HELLO[role]))
        assert await peer.refused() is RefusalCode.OUT_OF_ORDER
        assert await peer.closed() == 1008
    await still_served()


async def test_a_flood_is_cut_off(villain: Connect, role: str, still_served: StillServed) -> None:
    async with villain() as peer:
        await peer.send(json.dumps(GOOD_HELLO[role]))
        for _ in range(201):
            await peer.say("candidate", booking_id="other", session="session-1", candidate="")
        codes = [await peer.refused() for _ in range(200)]
        assert codes[-1] is RefusalCode.TOO_MANY
        assert await peer.closed() == 1008
    await still_served()


@FEW
@given(raw=ANYTHING)
async def test_no_first_message_harms_anybody(villain: Connect, still_served: StillServed, raw: str | bytes) -> None:
    async with villain() as peer:
        await peer.send(raw)
        assert await peer.refused() in (RefusalCode.MALFORMED, RefusalCode.OUT_OF_ORDER, RefusalCode.WRONG_PROTOCOL)
        await peer.closed()
    await still_served()


@FEW
@given(raws=st.lists(ANYTHING, min_size=1, max_size=5))
async def test_no_later_message_harms_anybody(
    villain: Connect, role: str, still_served: StillServed, raws: list[str | bytes]
) -> None:
    async with villain() as peer:
        await peer.send(json.dumps(GOOD_HELLO[role]))
        for raw in raws:
            await peer.send(raw)
        await peer.send("the end")
        assert await peer.closed() in (1000, 1008)
    await still_served()


@FEW
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"]),
    path=st.sampled_from(
        [
            "/",
            "/v/",
            "/v/{}",
            "/v/{}/claim",
            "/v/{}/ws",
            "/laptop/v1/link",
            "/laptop/v1/photos/{}",
            "/laptop/v1/enrol",
            "/static/{}",
            "/healthz/{}",
        ]
    ),
    name=st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=60)
    | st.sampled_from(["..%2f..%2fetc%2fpasswd", "%00", "%ff%fe", "a" * 10_000]),
    body=st.binary(max_size=100),
)
async def test_no_request_harms_anybody(
    service: Running, still_served: StillServed, method: str, path: str, name: str, body: bytes
) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=await service.context(None)) as client:
        for door in (service.url, service.laptop_url):
            url = httpx.URL(door).copy_with(raw_path=_quoted(path.format(name)))
            answer = await client.request(method, url, content=body, headers={"Cookie": 'visit="; =;;'})
            assert 400 <= answer.status_code < 500
            assert _is_refusal(answer)
    await still_served()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("POST", "/healthz", 405), ("GET", "/v/x/claim", 405), ("GET", "/laptop/v1/link", 404)],
)
async def test_http_errors_are_refusals_too(service: Running, method: str, path: str, status: int) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        answer = await client.request(method, service.url + path)
    assert (answer.status_code, refusal_of(answer)) == (status, RefusalCode.MALFORMED)


def _quoted(path: str) -> bytes:
    return httpx.URL("http://x" + path.replace("?", "%3F").replace("#", "%23")).raw_path


def _is_refusal(answer: httpx.Response) -> bool:
    if answer.headers["content-type"].startswith("text/html"):
        return answer.request.method == "GET"
    return Refused.model_validate_json(answer.content).text != ""
