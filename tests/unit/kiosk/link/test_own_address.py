"""The laptop's own address towards the service: another one is noticed once, and having none is no change."""

from contract.policy_network import Endpoint, host_of
from kiosk.link.own_address import OwnAddress, address_towards


def watched(*addresses: str | None, url: str = "https://192.0.2.10:443") -> list[bool]:
    found = iter(addresses)
    own = OwnAddress(url, lambda _: next(found))
    return [own.has_changed() for _ in addresses]


def test_the_first_address_is_no_change_and_another_one_is() -> None:
    assert watched("192.0.2.2", "192.0.2.2", "198.51.100.7", "198.51.100.7") == [False, False, True, False]


def test_a_line_that_was_away_and_comes_back_is_no_change() -> None:
    assert watched("192.0.2.2", None, "192.0.2.2") == [False, False, False]


def test_a_line_that_comes_back_elsewhere_is_one() -> None:
    assert watched("192.0.2.2", None, "198.51.100.7") == [False, False, True]


def test_a_service_with_a_name_is_not_watched() -> None:
    assert watched("192.0.2.2", "198.51.100.7", url="https://visits.example") == [False, False]


def test_the_kernel_says_which_address_it_would_use() -> None:
    assert address_towards(Endpoint(host_of("127.0.0.1"), 9)) == "127.0.0.1"
