"""Finds in a group of errors the one that is told; raises nothing itself."""

from typing import Any


def first_error(group: BaseExceptionGroup[Any]) -> BaseException:
    """The first error of a group, however deep it lies."""
    first = group.exceptions[0]
    return first_error(first) if isinstance(first, BaseExceptionGroup) else first
