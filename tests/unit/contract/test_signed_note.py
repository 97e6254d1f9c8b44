"""Signed notes and heads: what is signed can be read and believed, and nothing else can."""

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract.signed_note import Head, SignedNote, Signer
from contract.strict import Malformed
from tests.fakes.visits import LAPTOP_KEY, OTHER_KEY, head

NAME = "laptop-1/audit"
SIGNER = Signer(NAME, LAPTOP_KEY.public_key().public_bytes_raw())
GOOD = head(7).note
HASHES = st.binary(min_size=32, max_size=32).map(bytes.hex)


def test_a_note_is_its_text_an_empty_line_and_its_signatures() -> None:
    text, line = GOOD.split("\n\n")
    assert text.split("\n") == [NAME, "7", base64.b64encode(bytes.fromhex("ab" * 32)).decode()]
    dash, name, encoded = line.rstrip("\n").split(" ")
    raw = base64.b64decode(encoded)
    key_id = hashlib.sha256(f"{NAME}\n".encode() + b"\x01" + SIGNER.raw).digest()[:4]
    assert (dash, name, raw[:4]) == ("—", NAME, key_id)
    LAPTOP_KEY.public_key().verify(raw[4:], f"{text}\n".encode())


def test_a_second_signature_leaves_the_first_and_signing_again_adds_none() -> None:
    note = SignedNote.parse(GOOD).signed("other", OTHER_KEY)
    assert note.is_signed_by(SIGNER)
    assert note.is_signed_by(Signer("other", OTHER_KEY.public_key().public_bytes_raw()))
    assert note.signed("other", OTHER_KEY) == note
    assert SignedNote.parse(str(note)) == note


def test_one_wrong_signature_in_a_keys_name_makes_the_note_false() -> None:
    note = SignedNote.parse(GOOD)
    false = SignedNote(note.text, (*note.signatures, (NAME, SIGNER.key_id, bytes(64))))
    assert not false.is_signed_by(SIGNER)


def test_a_key_is_told_as_one_line() -> None:
    name, key_id, encoded = SIGNER.as_line().split("+", 2)
    assert (name, bytes.fromhex(key_id)) == (NAME, SIGNER.key_id)
    assert base64.b64decode(encoded) == b"\x01" + SIGNER.raw


@pytest.mark.slow
@given(st.integers(0, 10**16 - 1), HASHES)
def test_a_head_survives_its_note(seq: int, chain: str) -> None:
    note = SignedNote.parse(head(seq, chain).note)
    assert note.is_signed_by(SIGNER)
    assert Head.parse(note.text) == Head(NAME, seq, chain)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="utf-8"))
def test_no_changed_character_leaves_a_note_believable(at: int, other: str) -> None:
    changed = GOOD[:at] + other + GOOD[at + 1 :]
    try:
        note = SignedNote.parse(changed)
    except Malformed:
        return
    assert changed == GOOD or not note.is_signed_by(SIGNER)


@given(st.text() | st.text(alphabet="—\n 0A=b+", max_size=80))
def test_any_text_is_a_note_or_malformed(text: str) -> None:
    try:
        note = SignedNote.parse(text)
    except Malformed:
        return
    assert str(note) == text


@pytest.mark.parametrize("seq", ["", "07", "-1", "1e3", "٣", "1" * 17])
def test_a_number_has_one_spelling(seq: str) -> None:
    with pytest.raises(Malformed):
        Head.parse(Head(NAME, 0, "ab" * 32).text().replace("\n0\n", f"\n{seq}\n"))


@pytest.mark.parametrize(("name", "raw"), [("", bytes(32)), ("a b", bytes(32)), ("a+b", bytes(32)), ("a", bytes(31))])
def test_a_signer_has_a_name_a_note_can_carry_and_a_whole_key(name: str, raw: bytes) -> None:
    with pytest.raises(Malformed):
        Signer(name, raw)
