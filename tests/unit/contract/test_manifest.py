"""A release's manifest: taken when the release key signed it, and refused in a sentence however it is wrong."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OctKey, OKPKey

from contract.manifest import (
    FILES,
    LONGEST_BYTES,
    SENTENCE,
    FileFacts,
    Manifest,
    ManifestFault,
    ManifestRefused,
    keys_in,
    manifest_in,
    signed,
)
from contract.strict import Malformed
from contract.version import is_older, numbers_of

KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
OTHER = Ed25519PrivateKey.from_private_bytes(b"o" * 32)


def raw(key: Ed25519PrivateKey) -> str:
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


KEYS = keys_in(json.dumps({"keys": [{"key_id": "release-1", "public_key": raw(KEY)}]}).encode())
MANIFEST = Manifest(
    version="0.1.0.214",
    root_hash="ab" * 32,
    files={name: FileFacts(size=4096, sha256="cd" * 32) for name in FILES},
    made_at=datetime(2026, 11, 29, 12, tzinfo=UTC),
)
GOOD = signed(MANIFEST, "release-1", KEY)


def said(change: Callable[[dict[str, Any]], None], key: Ed25519PrivateKey = KEY) -> bytes:
    """The manifest with something changed in it, rightly signed."""
    content = MANIFEST.model_dump(mode="json")
    change(content)
    header = {"alg": "Ed25519", "typ": "visit-release", "kid": "release-1"}
    return jws.serialize_compact(header, json.dumps(content), OKPKey.import_key(key), ["Ed25519"]).encode()


def headed(header: dict[str, Any]) -> bytes:
    """The same payload and signature under another header."""
    first = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=")
    return b".".join([first, *GOOD.encode().split(b".")[1:]])


def by_a_secret() -> bytes:
    """The public key used as a secret: the oldest trick there is."""
    secret = OctKey.import_key(KEY.public_key().public_bytes_raw())
    header = {"alg": "HS256", "typ": "visit-release", "kid": "release-1"}
    return jws.serialize_compact(header, MANIFEST.model_dump_json(), secret, ["HS256"]).encode()


HEADER = {"alg": "Ed25519", "typ": "visit-release", "kid": "release-1"}
ZOO = {
    "nothing": (b"", ManifestFault.MALFORMED),
    "noise": (b"\x00\xff" * 40, ManifestFault.MALFORMED),
    "JSON alone": (MANIFEST.model_dump_json().encode(), ManifestFault.MALFORMED),
    "no signature": (GOOD.rpartition(".")[0].encode() + b".", ManifestFault.MALFORMED),
    "too much": (GOOD.encode() + b"A" * LONGEST_BYTES, ManifestFault.TOO_LARGE),
    "something behind": (GOOD.encode() + b"\n\n", ManifestFault.MALFORMED),
    "alg none": (headed({**HEADER, "alg": "none"}), ManifestFault.MALFORMED),
    "the old name of the algorithm": (headed({**HEADER, "alg": "EdDSA"}), ManifestFault.MALFORMED),
    "a secret key": (by_a_secret(), ManifestFault.MALFORMED),
    "a header with more in it": (headed({**HEADER, "crit": ["b64"], "b64": False}), ManifestFault.MALFORMED),
    "a key of its own": (headed({**HEADER, "jwk": {"kty": "OKP"}}), ManifestFault.MALFORMED),
    "a policy": (headed({**HEADER, "typ": "visit-policy"}), ManifestFault.WRONG_KIND),
    "a key nobody knows": (headed({**HEADER, "kid": "release-2"}), ManifestFault.UNKNOWN_KEY),
    "another key by the same name": (said(lambda _: None, OTHER), ManifestFault.WRONGLY_SIGNED),
    "the header changed": (headed(dict(reversed(HEADER.items()))), ManifestFault.WRONGLY_SIGNED),
    "a flipped bit": (GOOD[:-3].encode() + (b"A" if GOOD[-3] != "A" else b"B") + GOOD[-2:].encode(), None),
    "another product": (said(lambda all_: all_.update(product="other")), ManifestFault.BAD_CONTENT),
    "no version": (said(lambda all_: all_.pop("version")), ManifestFault.BAD_CONTENT),
    "a version with letters": (said(lambda all_: all_.update(version="1.0-rc1")), ManifestFault.BAD_CONTENT),
    "a version with a path": (said(lambda all_: all_.update(version="../1")), ManifestFault.BAD_CONTENT),
    "a short root hash": (said(lambda all_: all_.update(root_hash="ab")), ManifestFault.BAD_CONTENT),
    "no root": (said(lambda all_: all_["files"].pop("root.erofs")), ManifestFault.BAD_CONTENT),
    "a file with a path": (
        said(lambda all_: all_["files"].update({"../x": {"size": 1, "sha256": "cd" * 32}})),
        ManifestFault.BAD_CONTENT,
    ),
    "a file of nothing": (said(lambda all_: all_["files"]["root.erofs"].update(size=0)), ManifestFault.BAD_CONTENT),
    "a file of everything": (
        said(lambda all_: all_["files"]["root.erofs"].update(size=2**50)),
        ManifestFault.BAD_CONTENT,
    ),
    "a size as text": (said(lambda all_: all_["files"]["root.erofs"].update(size="1")), ManifestFault.BAD_CONTENT),
    "an unknown field": (said(lambda all_: all_.update(extra=1)), ManifestFault.BAD_CONTENT),
}


@pytest.mark.parametrize("animal", ZOO)
def test_what_is_wrong_is_refused_with_its_sentence(animal: str) -> None:
    untrusted, fault = ZOO[animal]
    with pytest.raises(ManifestRefused) as refused:
        manifest_in(untrusted, KEYS)
    assert refused.value.fault in ([fault] if fault else [ManifestFault.MALFORMED, ManifestFault.WRONGLY_SIGNED])
    assert str(refused.value) == SENTENCE[refused.value.fault]


def test_what_the_release_key_signed_is_read_also_from_a_file_that_ends_its_line() -> None:
    assert manifest_in(GOOD.encode(), KEYS) == MANIFEST
    assert manifest_in(GOOD.encode() + b"\n", KEYS) == MANIFEST


def test_a_bundle_may_hold_more_for_the_bench() -> None:
    more = said(lambda all_: all_["files"].update({"loader.efi": {"size": 1, "sha256": "cd" * 32}}))
    assert "loader.efi" in manifest_in(more, KEYS).files


def test_a_field_given_twice_is_refused() -> None:
    twice = MANIFEST.model_dump_json().replace("{", '{"version":"9",', 1)
    text = jws.serialize_compact(HEADER, twice, OKPKey.import_key(KEY), ["Ed25519"])
    with pytest.raises(ManifestRefused):
        manifest_in(text.encode(), KEYS)


@pytest.mark.parametrize("wrong", [b"{}", b'{"keys":[]}', b"", b'{"keys":[{"key_id":"a","public_key":"no"}]}'])
def test_keys_that_are_no_keys_are_none(wrong: bytes) -> None:
    with pytest.raises(Malformed):
        keys_in(wrong)


def test_two_keys_of_one_name_are_none() -> None:
    key = {"key_id": "release-1", "public_key": raw(KEY)}
    with pytest.raises(Malformed):
        keys_in(json.dumps({"keys": [key, {**key, "public_key": raw(OTHER)}]}).encode())


def test_versions_are_compared_number_by_number() -> None:
    order = ["0", "0.1", "0.1.0.9", "0.1.0.10", "0.1.1", "0.2", "1"]
    assert sorted(["1", "0.1.0.10", "0.2", "0.1.0.9", "0", "0.1.1", "0.1"], key=numbers_of) == order
    assert is_older("0.1.0.9", "0.1.0.10")
    assert not is_older("0.2.0", "0.2")
    assert not is_older("0.2", "0.2.0")
