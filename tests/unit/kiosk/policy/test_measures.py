"""What lost measures mean for calls."""

import pytest

from kiosk.policy.measures import Finding, MeasureName, Severity, Standing, Verdict, standing

USB, DISPLAYS, POWER = MeasureName.USB, MeasureName.DISPLAYS, MeasureName.POWER


def lost(name: MeasureName, severity: Severity) -> Finding:
    return Finding(name, Verdict.LOST, severity, "seen")


def test_nothing_lost_bars_nothing() -> None:
    held = [Finding(name, Verdict.HOLDS, Severity.BLOCK, "") for name in MeasureName]
    assert standing(held) == Standing()
    assert standing([]).barred_by is None


def test_what_cannot_be_here_bars_nothing() -> None:
    assert standing([Finding(POWER, Verdict.NOT_APPLICABLE, Severity.BLOCK, "no battery")]) == Standing()


@pytest.mark.parametrize("severity", [Severity.INFO, Severity.WARN])
def test_a_mild_loss_bars_no_call(severity: Severity) -> None:
    found = standing([lost(POWER, severity)])
    assert found.barred_by is None
    assert found.warning == ((POWER,) if severity is Severity.WARN else ())


def test_the_gravest_bars_first() -> None:
    found = standing([lost(DISPLAYS, Severity.INTERRUPT), lost(USB, Severity.BLOCK)])
    assert found.barred_by is USB
    assert found.interrupting == (DISPLAYS,)
    assert standing([lost(DISPLAYS, Severity.INTERRUPT)]).barred_by is DISPLAYS


def test_what_is_not_looked_at_yet_bars_calls_and_says_no_more_than_that() -> None:
    unproved = [Finding(USB, Verdict.NOT_YET, Severity.BLOCK, "not yet")]
    assert standing(unproved).barred_by is USB
    assert standing(unproved).is_starting
    assert not standing([*unproved, lost(DISPLAYS, Severity.INTERRUPT)]).is_starting
    assert not standing([]).is_starting
