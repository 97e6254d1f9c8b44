"""Widgets are tested without a screen; an error that a widget swallowed fails its test."""

import logging
import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

from collections.abc import Callable, Iterator  # noqa: E402 (Qt must find the variable)

import pytest  # noqa: E402
from pytestqt.qtbot import QtBot  # noqa: E402

from kiosk.latest import Latest, Picture  # noqa: E402
from kiosk.ui.window import KioskWindow  # noqa: E402
from tests.ui.samples import NOW  # noqa: E402

MakeWindow = Callable[..., KioskWindow]


@pytest.fixture
def make_window(qtbot: QtBot) -> MakeWindow:
    """Make a shown window of a given size, with empty boxes unless some are given."""

    def make(
        size: tuple[int, int] = (1366, 768),
        family: Latest[Picture] | None = None,
        own: Latest[Picture] | None = None,
    ) -> KioskWindow:
        window = KioskWindow(family or Latest(), own or Latest(), now=lambda: NOW)
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        qtbot.waitExposed(window)
        return window

    return make


@pytest.fixture(autouse=True)
def _nothing_was_swallowed(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if request.node.get_closest_marker("swallows") is None:
        assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
