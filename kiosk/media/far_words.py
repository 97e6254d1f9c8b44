"""Reads what the far side sends to set up media, before aiortc acts on it. Raises Untrusted; touches no network."""

from collections.abc import Sequence
from typing import Final

from aiortc import RTCIceCandidate
from aiortc.sdp import SessionDescription, candidate_from_sdp

from kiosk.errors import Untrusted

MOST_CANDIDATES: Final = 64
LONGEST_SDP: Final = 65_536  # characters; as in the contract, for whoever hands on words that came another way
MOST_SOURCE_LINES: Final = 64  # aiortc compares each with all before it
_PREFIX: Final = "candidate:"


def check_answer(untrusted_sdp: str, kinds: Sequence[str], *, we_send: bool) -> None:
    """Refuse an answer that does not fit an offer of `kinds`, that asks for media we do not send, or has no bounds."""
    if len(untrusted_sdp) > LONGEST_SDP:
        raise Untrusted("the answer is too long")
    if untrusted_sdp.count("a=candidate:") > MOST_CANDIDATES:
        raise Untrusted("the answer names too many candidates")
    if untrusted_sdp.count("a=ssrc:") > MOST_SOURCE_LINES:
        raise Untrusted("the answer names too many sources")
    try:
        media = SessionDescription.parse(untrusted_sdp).media
    except Exception as error:  # aiortc's parser raises whatever a wrong line makes Python raise
        raise Untrusted("the answer is not a session description") from error
    if [section.kind for section in media] != list(kinds):
        raise Untrusted("the answer has other media than the offer")
    for section in media:
        if section.dtls is None or not section.dtls.fingerprints:
            raise Untrusted("the answer has no fingerprint")
        if section.direction not in (("sendrecv", "sendonly", "recvonly", "inactive") if we_send else ("sendonly",)):
            raise Untrusted("the answer asks for media that was not offered")


def read_candidate(untrusted: str, mid: str | None) -> RTCIceCandidate | None:
    """The candidate, or None for "there are no more"."""
    if not untrusted:
        return None
    try:
        candidate = candidate_from_sdp(untrusted.removeprefix(_PREFIX))
    except Exception as error:  # as above: AssertionError, ValueError, IndexError
        raise Untrusted("not a candidate") from error
    candidate.sdpMid = mid if mid is not None else "0"
    return candidate
