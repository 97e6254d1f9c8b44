"""`visits policy`: what it prints, what it signs, and the sentence for what it refuses."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, x25519
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

import assets
from contract.documents import DocumentFault, DocumentKind
from contract.envelope import NotAccepted, opened, sealed
from contract.key_set import KEY_SET
from contract.policy import policy_in
from contract.signed_policy import header_for, policy_of
from contract.strict import parse
from contract.words import Use
from visits.cli.command import run

TODAY: Final = datetime.now(UTC).date()
UNTIL: Final = f"{TODAY + timedelta(days=365)}"
EXAMPLE: Final = assets.text("policy/example.toml").replace("2026-12-01", str(TODAY)).replace("2027-12-01", UNTIL)
EXPIRED: Final = EXAMPLE.replace(UNTIL, "2026-01-02").replace(str(TODAY), "2026-01-01")
POLICY: Final = DocumentKind.POLICY


class Office:
    """Somebody at a desk with a key, a policy and a terminal."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.key = ed25519.Ed25519PrivateKey.generate()
        self.put_key(self.key)
        self.put_keys()
        self.text = self.put("policy.toml", EXAMPLE)

    def put(self, name: str, text: str) -> Path:
        (self.folder / name).write_text(text)
        return self.folder / name

    def put_key(self, key: ed25519.Ed25519PrivateKey | x25519.X25519PrivateKey) -> None:
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        self.put("policy.key", pem.decode()).chmod(0o600)

    def put_keys(self, use: str = "live", signs: tuple[str, ...] = ("visit-policy", "visit-keys")) -> None:
        public = base64.b64encode(self.key.public_key().public_bytes_raw()).decode()
        entry = {"key_id": "p-1", "public_key": public, "issuer": "HMP Example", "use": use, "signs": list(signs)}
        other = {**entry, "key_id": "k-1", "signs": ["visit-keys"], "public_key": base64.b64encode(bytes(32)).decode()}
        self.put("keys.json", json.dumps({"keys": [entry, other]}))

    def does(self, *words: str | Path) -> tuple[int, str, str]:
        """Status, what was said and what was complained of."""
        status = run(["policy", *map(str, words)])
        said = self._capsys.readouterr()
        return status, said.out, said.err

    def signs(self) -> tuple[int, str, str]:
        return self.does("sign", self.text, "--key", self.folder / "policy.key")


@pytest.fixture
def office(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Office:
    return Office(tmp_path, capsys)


def test_the_example_is_printed_and_has_nothing_odd_in_it(office: Office) -> None:
    status, said, _ = office.does("example")
    assert (status, said) == (0, assets.text("policy/example.toml"))
    assert office.does("lint", office.put("example.toml", EXAMPLE))[0] == 0


def test_what_is_wrong_is_refused_with_the_field(office: Office) -> None:
    text = office.put("wrong.toml", EXAMPLE.replace('"5 min"   ', '"0 s"  '))
    assert office.does("lint", text) == (
        1,
        "",
        f"visits: {text} is wrong at call.room_opens: it must be between 1 min and 60 min.\n",
    )


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("recorded = true", "recorded = false", "call.recorded is off"),
        ("watched = true", "watched = false", "call.watched is off"),
        ('turnaround = "10 min"', 'turnaround = "0 s"', "no time to bring the next person"),
        ('no_show_from = "15 min"', 'no_show_from = "30 min"', "nobody can say"),
        ('no_show_from = "15 min"', 'no_show_from = "5 min"', "before call.late_after"),
        ('a_month = "60 min"', 'a_month = "20 min"', "less than one call.length"),
        ('"10 min", "5 min", "2 min", "1 min", "30 s"', '"60 min", "5 min"', "one that never comes"),
        ('"2 min", "1 min", "30 s"', '"2 min"', "none in the last minute"),
        ('room_opens = "5 min"', 'room_opens = "16 min"', "cannot be put right"),
        ("# presence_every = ", "presence_every = '30 min' # ", "presence is never asked for"),
        ('offered = ["en", "cy"]', 'offered = ["cy"]', "announcement.languages has en"),
        ('keep_audit = "90 days"', 'keep_audit = "365 days"', "three months are asked for"),
        ('gateways = ["192.0.2.1"]', "gateways = []", "network.gateways is empty"),
        ("# wireless", "wireless", "a cable is steadier"),
        ('use = "live"', 'use = "demo"', "only a demonstration"),
        ('roster_longest_offline = "14 days"', 'roster_longest_offline = "1 days"', "officers lose rights"),
    ],
)
def test_what_is_allowed_but_odd_is_said_with_status_3(office: Office, before: str, after: str, told: str) -> None:
    assert before in EXAMPLE
    status, said, _ = office.does("lint", office.put("odd.toml", EXAMPLE.replace(before, after)))
    assert status == 3
    assert told in said


def test_a_signed_policy_opens_with_the_keys_and_says_for_whom_until_when(office: Office) -> None:
    status, said, _ = office.signs()
    assert status == 0
    assert "policy 1 of HMP Example, signed with p-1" in said
    document = (office.folder / "policy.jws").read_text().strip()
    keys = parse((office.folder / "keys.json").read_bytes(), KEY_SET)
    envelope = opened(document, POLICY, keys.key_of)
    assert envelope.payload.decode() == EXAMPLE
    assert policy_of(envelope) == policy_in(EXAMPLE)
    status, said, _ = office.does("show", office.folder / "policy.jws", "--keys", office.folder / "keys.json")
    assert status == 0
    assert said.startswith("# Signed by HMP Example with the key p-1.\n# Policy 1 for every laptop of HMP Example")
    assert f"until {UNTIL} 00:00 UTC" in said
    assert said.endswith(EXAMPLE)


def test_a_key_that_others_may_read_signs_nothing(office: Office) -> None:
    (office.folder / "policy.key").chmod(0o644)
    status, _, complaint = office.signs()
    assert status == 1
    assert "may be read by others" in complaint
    assert not (office.folder / "policy.jws").exists()


def test_without_keys_show_says_that_nothing_was_checked(office: Office) -> None:
    office.signs()
    assert "was not checked" in office.does("show", office.folder / "policy.jws")[1]


def test_show_refuses_a_policy_signed_by_somebody_else(office: Office) -> None:
    office.signs()
    office.key = ed25519.Ed25519PrivateKey.generate()
    office.put_keys()
    status, said, why = office.does("show", office.folder / "policy.jws", "--keys", office.folder / "keys.json")
    assert (status, said) == (1, "")
    assert why.endswith("is refused: its signature is wrong.\n")


def test_an_expired_policy_is_not_signed(office: Office) -> None:
    office.text = office.put("old.toml", EXPIRED)
    status, _, why = office.signs()
    assert status == 1
    assert "has expired" in why
    assert "valid_until has passed" in office.does("lint", office.text)[1]


@pytest.mark.parametrize(
    ("use", "signs", "told"),
    [
        ("demo", ("visit-policy",), "signs for demo use, and the policy is for live use"),
        ("live", ("visit-sheet",), "may not sign policies"),
    ],
)
def test_a_key_signs_only_what_the_key_set_lets_it(office: Office, use: str, signs: tuple[str, ...], told: str) -> None:
    office.put_keys(use, signs)
    status, _, why = office.signs()
    assert status == 1
    assert told in why
    assert not (office.folder / "policy.jws").exists()


def test_a_key_that_no_laptop_knows_signs_nothing(office: Office) -> None:
    office.put_key(ed25519.Ed25519PrivateKey.generate())
    assert "no laptop would believe it" in office.signs()[2]


def test_another_kind_of_key_or_none_is_refused(office: Office) -> None:
    office.put_key(x25519.X25519PrivateKey.generate())
    assert "another kind of key" in office.signs()[2]
    office.put("policy.key", "nothing")
    assert "no key that can be read" in office.signs()[2]
    (office.folder / "policy.key").unlink()
    assert office.signs()[0] == 1


def test_diff_says_what_has_changed_signed_or_not(office: Office) -> None:
    office.signs()
    after = EXAMPLE.replace("serial = 1", "serial = 2").replace('turnaround = "10 min"', 'turnaround = "15 min"')
    after = after.replace("# wireless", "wireless").replace("tcp = [443, 3478]", "tcp = []")
    status, said, _ = office.does("diff", office.folder / "policy.jws", office.put("new.toml", after))
    assert status == 3
    assert said.splitlines() == [
        "serial was 1 and is 2.",
        "call.turnaround was 10 min and is 15 min.",
        "network.relays was 192.0.2.20 (3478/udp 443/tcp 3478/tcp) and is 192.0.2.20 (3478/udp).",
        "network.wireless was not set and is HMP Example Visits.",
    ]
    assert office.does("diff", office.text, office.text)[:2] == (0, "Nothing has changed.\n")


def test_an_envelope_that_claims_other_than_its_text_counts_for_nothing(office: Office) -> None:
    policy = policy_in(EXAMPLE)
    for field, value in (("serial", 9), ("exp", 4_000_000_000), ("use", Use.DEMO)):
        header = header_for(policy, "p-1", "HMP Example").model_copy(update={field: value})
        document = sealed(header, EXAMPLE.encode(), office.key)
        with pytest.raises(NotAccepted) as refused:
            policy_of(opened(document, POLICY, lambda _header: office.key.public_key()))
        assert refused.value.fault is DocumentFault.BAD_CONTENT
        office.put("false.jws", document)
        assert "something in it is wrong" in office.does("show", office.folder / "false.jws")[2]
