"""Which of several screens is the laptop's own panel."""

import pytest

from kiosk.ui.screens import built_in


@pytest.mark.parametrize(
    ("names", "number"),
    [
        (("eDP-1",), 0),
        (("HDMI-A-1", "eDP-1"), 1),
        (("DP-3", "LVDS-1", "HDMI-A-1"), 1),
        (("DP-1", "DSI-1"), 1),
        (("HEADLESS-1", "HEADLESS-2"), None),
        (("HDMI-A-1",), None),
        ((), None),
    ],
)
def test_the_built_in_panel_is_known_by_its_connector(names: tuple[str, ...], number: int | None) -> None:
    assert built_in(names) == number
