"""Widgets are tested without a screen; an error that a widget swallowed fails its test."""

import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.latest import Latest, Picture
from kiosk.ui.photos import Known, nobody_known
from kiosk.ui.window import KioskWindow
from tests.ui.samples import NOW

MakeWindow = Callable[..., KioskWindow]


@contextmanager
def shown_window(
    size: tuple[int, int] = (1366, 768),
    family: Latest[Picture] | None = None,
    own: Latest[Picture] | None = None,
    photos: Known = nobody_known,
    seconds: Callable[[], float] | None = None,
) -> Iterator[KioskWindow]:
    """A window of a given size on the screen, with empty boxes unless some are given; then it is gone."""
    window = KioskWindow(
        family or Latest(), own or Latest(), now=lambda: NOW, photos=photos, seconds=seconds or count().__next__
    )
    window.officer_panel.slide.movement.setDuration(0)  # tests look at once
    window.resize(*size)
    try:
        window.show()
        window.activateWindow()
        assert QTest.qWaitForWindowActive(window), "keys go to the active window only"
        yield window
    finally:
        window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)  # processEvents alone leaves them alive


@pytest.fixture
def make_window(qapp: QApplication) -> Iterator[MakeWindow]:
    """Make windows as `shown_window` does; gone when the test ends."""
    with ExitStack() as made:
        yield lambda *given, **named: made.enter_context(shown_window(*given, **named))


@pytest.fixture(autouse=True)
def _nothing_was_swallowed(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A test that means to swallow something clears `caplog` when it has looked."""
    yield
    assert not [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every scene at every size takes a while; the laptop's own panel is enough for `make check`."""
    for item in items:
        if "tests/ui/" in item.path.as_posix() and any(size in item.name for size in ("1920", "1280")):
            item.add_marker(pytest.mark.slow)
