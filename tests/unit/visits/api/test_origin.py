"""Our own origin, as a browser would name it."""

import pytest
from starlette.requests import HTTPConnection

from visits.api.origin import is_from_us, is_https, own_origin
from visits.api.settings import Settings

PLAIN = Settings()
PUBLIC = Settings(public_url="https://visits.example")


def asked(host: str, origin: str | None = None, scheme: str = "ws") -> HTTPConnection:
    headers = [(b"host", host.encode("latin-1"))]
    if origin is not None:
        headers.append((b"origin", origin.encode("latin-1")))
    return HTTPConnection({"type": "websocket", "scheme": scheme, "headers": headers})


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "visits.example", "[::1]:8000", "localhost"])
def test_without_a_public_url_our_origin_is_the_address_asked_for(host: str) -> None:
    assert own_origin(asked(host), PLAIN) == f"http://{host}"
    assert is_from_us(asked(host, f"http://{host}"), PLAIN)


@pytest.mark.parametrize("host", ["", "a b", "a;b", "a/b", "a:123456", "a:b", "évil", "x'; default-src *"])
def test_a_host_that_is_none_gives_no_origin(host: str) -> None:
    assert own_origin(asked(host), PLAIN) is None
    assert not is_from_us(asked(host, f"http://{host}"), PLAIN)


@pytest.mark.parametrize(
    "origin", [None, "null", "http://elsewhere", "https://visits.example:444", "http://visits.example"]
)
def test_another_origin_is_not_us(origin: str | None) -> None:
    assert not is_from_us(asked("127.0.0.1", origin), PUBLIC)


def test_with_a_public_url_only_that_is_us() -> None:
    assert is_from_us(asked("127.0.0.1", "https://visits.example"), PUBLIC)
    assert is_https(asked("127.0.0.1"), PUBLIC)
    assert not is_https(asked("127.0.0.1"), PLAIN)
    assert is_https(asked("127.0.0.1", scheme="wss"), PLAIN)
