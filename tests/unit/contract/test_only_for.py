"""What only one laptop may read."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from contract.only_for import NotForUs, only_for, read_as

KEY = X25519PrivateKey.from_private_bytes(b"k" * 32)
TEXT = only_for(KEY.public_key(), b"something")
POINT = "hSDwCYkwp1R0i33ctD73Wg2_Og0mOBr066SpjqqbTmo"  # X25519 of RFC 7748, any point will do


def headed(header: object) -> bytes:
    """The text with another header."""
    spelled = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    return spelled + b"." + TEXT.split(b".", 1)[1]


def test_whoever_has_the_key_reads_it() -> None:
    assert read_as(KEY, TEXT) == b"something"


def test_the_same_is_never_the_same_text() -> None:
    assert only_for(KEY.public_key(), b"something") != TEXT


def test_nobody_else_reads_it() -> None:
    with pytest.raises(NotForUs):
        read_as(X25519PrivateKey.generate(), TEXT)


@pytest.mark.parametrize("size", [0, 1, 300_000])
def test_any_length_goes_through(size: int) -> None:
    assert read_as(KEY, only_for(KEY.public_key(), b"x" * size or b"-")) == (b"x" * size or b"-")


@pytest.mark.parametrize(
    "header",
    [
        [],
        {"alg": "ECDH-ES", "enc": "A256GCM"},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": 3},
        {"alg": "ECDH-ES", "enc": [], "epk": {"kty": "OKP", "crv": "X25519", "x": POINT}},
        {"alg": "ECDH-ES", "enc": "A128GCM", "epk": {"kty": "OKP", "crv": "X25519", "x": POINT}},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "OKP", "crv": "X448", "x": POINT}},
        {"alg": "ECDH-ES", "enc": "A256GCM", "zip": "DEF", "epk": {"kty": "OKP", "crv": "X25519", "x": POINT}},
        {"alg": "dir", "enc": "A256GCM", "epk": {"kty": "OKP", "crv": "X25519", "x": POINT}},
        {"alg": "ECDH-ES", "enc": "A256GCM", "epk": {"kty": "OKP", "crv": "X25519", "x": "A" * 43}},
    ],
)
def test_another_header_than_ours_is_not_read(header: object) -> None:
    with pytest.raises(NotForUs):
        read_as(KEY, headed(header))


@given(st.integers(0, len(TEXT) - 2), st.integers(1, 255))
def test_one_byte_changed_anywhere_is_not_read(place: int, by: int) -> None:
    # the last letter of base64 has bits that mean nothing; the signature around it covers the letter
    with pytest.raises(NotForUs):
        read_as(KEY, TEXT[:place] + bytes([(TEXT[place] + by) % 256]) + TEXT[place + 1 :])


@given(st.binary(max_size=200))
def test_whatever_comes_is_refused_in_one_way(untrusted: bytes) -> None:
    with pytest.raises(NotForUs):
        read_as(KEY, untrusted)
