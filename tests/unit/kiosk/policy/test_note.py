"""Signed notes: the form of C2SP, more than one signer, and nothing believed that a known key did not sign."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import Untrusted
from kiosk.policy.note import LONGEST_NOTE_BYTES, Note, PublicKey, cosign, sign

SECRET = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
NAME = "laptop.example/w1"
KEY = PublicKey(NAME, SECRET.public_key().public_bytes_raw())
OTHER_KEY = PublicKey("visits.example", OTHER.public_key().public_bytes_raw())
NOTE = sign("one\ntwo\n", NAME, SECRET)


def test_the_note_and_key_of_gos_own_documentation_are_read_and_believed() -> None:
    """From golang.org/x/mod/sumdb/note: made by another program than ours."""
    key = PublicKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = Note.parse(
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        "\n".encode()
    )
    assert note.is_signed_by(key)


def test_a_note_is_text_an_empty_line_and_signatures() -> None:
    text, gap, signature = NOTE.as_bytes().decode().rpartition("\n\n")
    assert (text, gap) == ("one\ntwo", "\n\n")
    dash, name, encoded = signature.rstrip("\n").split(" ")
    assert (dash, name) == ("—", NAME)
    assert base64.b64decode(encoded)[:4] == KEY.key_id
    assert Note.parse(NOTE.as_bytes()) == NOTE


def test_a_second_signature_stands_on_the_same_note() -> None:
    both = cosign(NOTE, "visits.example", OTHER)
    assert Note.parse(both.as_bytes()).is_signed_by(KEY)
    assert both.is_signed_by(OTHER_KEY)
    assert not NOTE.is_signed_by(OTHER_KEY)


def test_one_false_signature_in_the_name_of_a_key_makes_the_note_false() -> None:
    name, key_id, raw = NOTE.signatures[0]
    forged = Note(NOTE.text, (*NOTE.signatures, (name, key_id, bytes(64))))
    assert not forged.is_signed_by(KEY)
    assert not Note("other\n", ((name, key_id, raw),)).is_signed_by(KEY)


def test_a_stranger_with_the_same_name_or_the_same_id_is_not_the_key() -> None:
    _, key_id, raw = NOTE.signatures[0]
    assert not Note(NOTE.text, (("another", key_id, raw),)).is_signed_by(KEY)
    assert not Note(NOTE.text, ((NAME, b"1234", raw),)).is_signed_by(KEY)


def test_a_key_is_told_as_one_line_and_read_back() -> None:
    assert PublicKey.parse(KEY.as_line() + "\n") == KEY


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        KEY.as_line().replace("laptop", "other"),
        KEY.as_line()[:-4],
        "a+00000000+" + base64.b64encode(b"\x02" + KEY.raw).decode(),
        "a+00000000+!!!!",
        "a+00000000+é",
        "+00000000+" + base64.b64encode(b"\x01" + KEY.raw).decode(),
    ],
)
def test_what_is_not_a_key_is_refused(line: str) -> None:
    with pytest.raises(Untrusted):
        PublicKey.parse(line)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u2003b", "x" * 201])
def test_a_name_that_a_note_cannot_carry_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="name of a key"):
        PublicKey(name, KEY.raw)


RAW = NOTE.as_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff" + RAW,
        RAW[:-1],
        RAW + b"more",
        RAW.replace(b"\n\n", b"\n"),
        RAW.partition(b"\n\n")[0] + b"\n\n",
        RAW.replace("— ".encode(), b"- "),
        RAW + "— name AAAA\n".encode(),
        RAW + "— name A\n".encode(),
        b"x" * LONGEST_NOTE_BYTES + RAW,
    ],
)
def test_what_is_not_a_note_is_refused(raw: bytes) -> None:
    with pytest.raises(Untrusted):
        Note.parse(raw)


@given(st.integers(0, len(RAW) - 1), st.integers(1, 255))
def test_a_note_with_one_byte_changed_is_refused_or_not_signed(place: int, mask: int) -> None:
    changed = RAW[:place] + bytes([RAW[place] ^ mask]) + RAW[place + 1 :]
    try:
        note = Note.parse(changed)
    except Untrusted:
        return
    assert not note.is_signed_by(KEY) or note == NOTE
