"""A machine that is alone may call itself; any other machine is left as it is."""

import pytest

from kiosk.media import loopback


def test_a_machine_with_an_address_offers_that(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "_addresses_of_this_machine", lambda _v4, _v6: ["192.0.2.7"])
    assert loopback.addresses_to_offer(True, True) == ["192.0.2.7"]


def test_a_machine_without_one_offers_its_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loopback, "_addresses_of_this_machine", lambda _v4, _v6: [])
    assert loopback.addresses_to_offer(True, True) == ["127.0.0.1"]
