"""What attacks share: a laptop with a real guard, ended whatever the test comes to."""

from tests.integration.guard.conftest import laptop

__all__ = ["laptop"]
