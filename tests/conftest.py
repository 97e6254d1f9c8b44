"""For every test: Qt without a screen."""

import os

import pytest
from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

A_CALLS_LIMIT_S = 240  # of a test; it comes to the sum of its waits only where each of them fails

settings.register_profile("repeatable", derandomize=True, deadline=None)  # the same tree is judged the same twice
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=10)  # for `make check`
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs real sockets, disks and processes is left to `make test`; what makes calls may wait for long."""
    for item in items:
        path = item.path.as_posix()
        if "tests/integration/" in path:
            item.add_marker(pytest.mark.slow)
        if "tests/integration/media/" in path and item.get_closest_marker("timeout") is None:
            item.add_marker(pytest.mark.timeout(A_CALLS_LIMIT_S))
