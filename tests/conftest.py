"""For every test: Qt without a screen."""

import os

import pytest
from hypothesis import settings

os.environ["QT_QPA_PLATFORM"] = "offscreen"  # before Qt is loaded

settings.register_profile("repeatable", derandomize=True, deadline=None)  # the same tree is judged the same twice
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=10)  # for `make check`
settings.load_profile("repeatable")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What runs real sockets, disks and processes is left to `make test`."""
    for item in items:
        if "tests/integration/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
