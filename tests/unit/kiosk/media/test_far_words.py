"""What the far side says is read carefully, and refused in one way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.media.far_words import LONGEST_SDP, MOST_CANDIDATES, MOST_SOURCE_LINES, check_answer, read_candidate

FINGERPRINT = ":".join(["AB"] * 32)


def media(kind: str, direction: str = "sendrecv", fingerprint: str = f"a=fingerprint:sha-256 {FINGERPRINT}\r\n") -> str:
    codec = "96 VP8/90000" if kind == "video" else "96 opus/48000/2"
    return (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na={direction}\r\na=mid:0\r\na=rtcp-mux\r\n"
        f"a=rtpmap:{codec}\r\na=ice-ufrag:abcd\r\na=ice-pwd:abcdefghijklmnopqrstuvwx\r\n{fingerprint}a=setup:active\r\n"
    )


def answer(*sections: str) -> str:
    return "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n" + "".join(sections)


def test_a_fitting_answer_is_taken() -> None:
    check_answer(answer(media("video"), media("audio")), ["video", "audio"], we_send=True)
    check_answer(answer(media("video", "sendonly")), ["video"], we_send=False)


@pytest.mark.parametrize(
    "untrusted",
    [
        answer(),
        answer(media("video")),
        answer(media("audio"), media("video")),
        answer(media("video"), media("audio"), media("audio")),
        answer(media("video"), media("audio", fingerprint="")),
        answer(media("video"), media("audio"))
        + "a=candidate:1 1 udp 1 192.0.2.1 9 typ host\r\n" * (MOST_CANDIDATES + 1),
        answer(media("video"), media("audio")) + "a=ssrc:1 cname:a\r\n" * (MOST_SOURCE_LINES + 1),
        answer(media("video"), media("audio")) + "a=x\r\n" * LONGEST_SDP,
        answer(media("video"), media("audio"), media("application")),
        "",
        "m=",
    ],
)
def test_an_answer_that_does_not_fit_is_refused(untrusted: str) -> None:
    with pytest.raises(Untrusted):
        check_answer(untrusted, ["video", "audio"], we_send=True)


@pytest.mark.parametrize("direction", ["sendrecv", "recvonly", "inactive"])
def test_a_preview_is_never_asked_to_send(direction: str) -> None:
    with pytest.raises(Untrusted):
        check_answer(answer(media("video", direction)), ["video"], we_send=False)


@given(st.text())
def test_any_text_is_taken_or_refused(untrusted: str) -> None:
    with pytest.raises(Untrusted):
        check_answer(untrusted, ["video"], we_send=True)


@given(st.text(min_size=1))
def test_any_candidate_is_read_or_refused(untrusted: str) -> None:
    with pytest.raises(Untrusted):
        read_candidate(untrusted, None)


def test_a_candidate_is_read() -> None:
    candidate = read_candidate("candidate:1 1 udp 2130706431 192.0.2.7 50000 typ host", "0")
    assert candidate is not None
    assert (candidate.ip, candidate.port, candidate.sdpMid) == ("192.0.2.7", 50000, "0")


def test_no_more_candidates_is_said_by_an_empty_one() -> None:
    assert read_candidate("", "0") is None
