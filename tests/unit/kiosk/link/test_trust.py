"""Without TLS the laptop speaks to its own machine only: its token and a call's words are for nobody on the way."""

import pytest

from kiosk.errors import Unavailable
from kiosk.link.trust import trust


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000", "http://[::1]:8000", "http://localhost:8000"])
def test_a_demos_service_on_this_machine_needs_no_certificate(url: str) -> None:
    assert trust(url, None) is None


@pytest.mark.parametrize(
    "url", ["http://192.0.2.10", "http://visits.example:8000", "HTTP://127.0.0.1.example", "ws://x"]
)
def test_one_elsewhere_is_refused_without_tls(url: str) -> None:
    with pytest.raises(Unavailable, match="https"):
        trust(url, None)
