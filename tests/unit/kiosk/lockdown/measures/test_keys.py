"""The measure *keys*: it holds when the proof finds no way past, and in no other case."""

from kiosk.lockdown.measure import finding
from kiosk.lockdown.measures.keys import Keys
from kiosk.policy.measures import MeasureName, Severity, Verdict


def test_it_holds_when_every_forbidden_press_was_swallowed() -> None:
    found = finding(Keys(lambda: None))
    assert (found.name, found.verdict) == (MeasureName.KEYS, Verdict.HOLDS)
    assert "swallowed" in found.evidence


def test_what_got_past_is_the_evidence_and_blocks() -> None:
    found = finding(Keys(lambda: "Alt+F4 got past the input guard"))
    assert found.is_lost
    assert found.severity is Severity.BLOCK
    assert found.evidence == "Alt+F4 got past the input guard"


def test_a_proof_that_breaks_is_a_loss() -> None:
    def broken() -> str | None:
        raise RuntimeError("no screen")

    assert finding(Keys(broken)).is_lost


def test_it_is_tried_anew_at_every_look() -> None:
    answers = iter([None, "a menu got past the input guard"])
    keys = Keys(lambda: next(answers))
    keys.apply()
    assert not finding(keys).is_lost
    assert finding(keys).is_lost
