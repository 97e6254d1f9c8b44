"""Credentials for the relays: what coturn computes, whose they are, and when they lapse."""

from datetime import UTC, datetime, timedelta

from tests.fakes.visits import NOON
from visits.api.relay import LAPTOP_FOR, RENEWED_EVERY, Relay
from visits.api.settings import Settings

RELAY = Relay(("turn:192.0.2.20:3478?transport=udp",), b"north-secret-of-coturn")


def lapses_at(username: str | None) -> datetime:
    assert username is not None
    return datetime.fromtimestamp(int(username.partition(":")[0]), UTC)


def test_a_username_is_when_it_lapses_and_an_id() -> None:
    server = RELAY.for_laptop(7, NOON)
    assert server.username == f"{int((NOON + LAPTOP_FOR).timestamp())}:laptop-7"
    assert server.urls == RELAY.urls


def test_a_known_answer_of_the_scheme() -> None:
    server = RELAY.for_laptop(7, datetime.fromtimestamp(1782900000, UTC))
    assert server.username == "1782910800:laptop-7"
    # printf 1782910800:laptop-7 | openssl dgst -sha1 -hmac north-secret-of-coturn -binary | base64
    assert server.credential == "72frLR92GhSK56Ed/yfOXeECAVo="


def test_a_laptops_credential_never_has_less_than_a_long_call_left() -> None:
    assert timedelta(hours=2) <= LAPTOP_FOR - RENEWED_EVERY


def test_a_visitors_credential_outlives_the_booking_and_no_more_than_that() -> None:
    ends_at = NOON + timedelta(minutes=30)
    server = RELAY.for_visitor("booking-1", ends_at, NOON)
    assert lapses_at(server.username) == ends_at + timedelta(hours=1)
    assert server.username is not None
    assert server.username.endswith(":booking-1")
    late = RELAY.for_visitor("booking-1", ends_at, ends_at + timedelta(minutes=10))
    assert lapses_at(late.username) == ends_at + timedelta(minutes=70)


def test_a_visitor_is_given_no_relay_by_tls() -> None:
    both = Relay((*RELAY.urls, "turns:192.0.2.20:443?transport=tcp"), RELAY.secret)
    assert both.for_visitor("booking-1", NOON, NOON).urls == RELAY.urls
    assert both.for_laptop(7, NOON).urls == both.urls


def test_without_a_relay_there_is_no_server_and_the_secret_is_never_shown() -> None:
    assert Settings().ice_for_laptop(7, NOON) == ()
    assert Settings().ice_for_visitor("booking-1", NOON, NOON) == ()
    assert "north-secret" not in repr(Settings(relay=RELAY))
