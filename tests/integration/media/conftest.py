"""Media makes Qt objects on threads of its own, and the first thread to make one is Qt's main thread for good."""

import pytest


@pytest.fixture(autouse=True)
def _application_first(qapp: object) -> None:
    """The application is made on the main thread before any media, as in the shell."""
