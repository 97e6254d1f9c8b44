"""`visits serve --turn`: which relays are taken, and which mistakes are refused."""

import argparse
from pathlib import Path

import pytest

from visits.api.relay import Relay
from visits.cli.relay import add_arguments, relay_of
from visits.errors import ServiceError

SECRET = "a secret of twenty-odd bytes"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "turn.secret"
    made.write_text(SECRET + "\n")
    made.chmod(0o600)
    return made


def asked(*words: str) -> Relay | None:
    parser = argparse.ArgumentParser()
    add_arguments(parser)
    return relay_of(parser.parse_args(words))


def test_without_the_words_there_is_no_relay() -> None:
    assert asked() is None


def test_relays_are_turn_addresses_and_the_secret_is_read(file: Path) -> None:
    words = ("--turn", "192.0.2.20:3478", "--turn", "192.0.2.20:443?transport=tcp", "--turn-secret-file", str(file))
    assert asked(*words) == Relay(
        ("turn:192.0.2.20:3478?transport=udp", "turn:192.0.2.20:443?transport=tcp"), SECRET.encode()
    )


def test_a_relay_by_tls_and_one_with_an_ipv6_address_are_taken(file: Path) -> None:
    tls = ("--turn", "192.0.2.20:443?transport=tls", "--turn-secret-file", str(file))
    with pytest.raises(ServiceError, match="families"):
        asked(*tls)
    words = ("--turn", "192.0.2.20:443?transport=tls", "--turn", "[2001:db8::20]:3478", "--turn-secret-file", str(file))
    assert asked(*words) == Relay(
        ("turns:192.0.2.20:443?transport=tcp", "turn:[2001:db8::20]:3478?transport=udp"), SECRET.encode()
    )


@pytest.mark.parametrize(
    "place",
    ["turn.example:3478", "192.0.2.20", "192.0.2.20:0", "192.0.2.20:65536", "192.0.2.20:3478?transport=dtls", "::1:1"],
)
def test_a_relay_that_a_laptop_could_not_use_is_refused(file: Path, place: str) -> None:
    with pytest.raises(SystemExit):
        asked("--turn", place, "--turn-secret-file", str(file))


def test_half_of_it_is_a_mistake(file: Path) -> None:
    for words in (("--turn", "192.0.2.20:3478"), ("--turn-secret-file", str(file))):
        with pytest.raises(ServiceError, match="together"):
            asked(*words)


def test_a_secret_that_others_can_read_or_that_is_short_is_refused(file: Path) -> None:
    words = ("--turn", "192.0.2.20:3478", "--turn-secret-file", str(file))
    file.chmod(0o640)
    with pytest.raises(ServiceError, match="chmod 600"):
        asked(*words)
    file.chmod(0o600)
    file.write_text("short\n")
    with pytest.raises(ServiceError, match="16 to"):
        asked(*words)
