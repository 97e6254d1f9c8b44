"""When the two are warned that their time is running out. Pure."""

from datetime import timedelta

from kiosk.policy.numbers import Numbers, ms


def is_warning(left_ms: int, numbers: Numbers) -> bool:
    """Whether a warning fell due within the last moments, so that the time line should stand out."""
    stands = ms(numbers.warning_stands)
    return any(ms(at) - stands < left_ms <= ms(at) for at in numbers.warnings)


def warned_by(left_ms: int, numbers: Numbers) -> tuple[timedelta, ...]:
    """Every warning that has fallen due, the earliest first."""
    return tuple(at for at in sorted(numbers.warnings, reverse=True) if left_ms <= ms(at))
