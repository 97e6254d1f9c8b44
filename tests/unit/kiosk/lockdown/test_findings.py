"""What was found counts only while it is fresh, and the shell speaks for itself alone."""

from kiosk.lockdown.findings import NEVER, NO_SHELL, STALE_AFTER_MS, STARTS_WITHIN_MS, Findings
from kiosk.policy.measures import OF_THE_SHELL, Finding, MeasureName, Severity, Verdict
from tests.fakes.measures import FakeMeasure, shells_own

USB = Finding(MeasureName.USB, Verdict.HOLDS, Severity.BLOCK, "all authorised by rule")


class Ledger:
    def __init__(self) -> None:
        self.now_ms = 0
        self.findings = Findings([FakeMeasure(MeasureName.USB)], lambda: self.now_ms)

    def row(self, name: MeasureName) -> Finding:
        return next(row for row in self.findings.rows() if row.name is name)


def test_nothing_counts_before_it_was_looked_at() -> None:
    ledger = Ledger()
    assert all(row.is_lost and row.severity is Severity.BLOCK for row in ledger.findings.rows())
    assert ledger.row(MeasureName.USB).evidence == NEVER
    assert ledger.row(MeasureName.EXEC).evidence == NO_SHELL
    assert {row.verdict for row in ledger.findings.rows()} == {Verdict.NOT_YET}
    ledger.now_ms = STARTS_WITHIN_MS + 1
    assert {row.verdict for row in ledger.findings.rows()} == {Verdict.LOST}


def test_there_is_a_row_for_every_measure_in_order() -> None:
    assert [row.name for row in Ledger().findings.rows()] == list(MeasureName)


def test_what_was_found_counts_while_it_is_fresh() -> None:
    ledger = Ledger()
    ledger.findings.found([USB])
    assert ledger.row(MeasureName.USB) == USB
    ledger.now_ms = STALE_AFTER_MS + 2001
    assert ledger.row(MeasureName.USB).is_lost
    assert "not looked at for 17 s" in ledger.row(MeasureName.USB).evidence


def test_the_shell_speaks_for_itself_and_for_nothing_else() -> None:
    ledger = Ledger()
    ledger.findings.shell_found([*shells_own(), USB])
    assert ledger.row(MeasureName.USB).evidence == NEVER
    assert not any(ledger.row(name).is_lost for name in OF_THE_SHELL)


def test_a_second_screen_that_only_the_shell_sees_is_one() -> None:
    ledger = Ledger()
    ledger.findings.found([Finding(MeasureName.DISPLAYS, Verdict.HOLDS, Severity.INTERRUPT, "one panel")])
    ledger.findings.shell_draws_on(("eDP-1", "HDMI-A-1"))
    row = ledger.row(MeasureName.DISPLAYS)
    assert row.is_lost
    assert row.evidence == "the shell sees 2 screens: eDP-1, HDMI-A-1"
    ledger.findings.shell_draws_on(("eDP-1",))
    assert not ledger.row(MeasureName.DISPLAYS).is_lost


def test_what_a_shell_had_shown_goes_with_it_and_grows_old() -> None:
    ledger = Ledger()
    ledger.findings.shell_found(shells_own())
    ledger.now_ms = STALE_AFTER_MS + 1
    assert ledger.row(MeasureName.FILES).is_lost
    ledger.findings.shell_found(shells_own())
    assert not ledger.row(MeasureName.FILES).is_lost
    ledger.findings.shell_gone()
    assert ledger.row(MeasureName.FILES).evidence == NO_SHELL


def test_a_mild_loss_that_is_no_longer_looked_at_is_as_grave_as_its_measure() -> None:
    ledger = Ledger()
    ledger.findings.found([Finding(MeasureName.USB, Verdict.LOST, Severity.WARN, "USBGuard does not run")])
    assert ledger.row(MeasureName.USB).severity is Severity.WARN
    ledger.now_ms = STALE_AFTER_MS + 2001
    assert ledger.row(MeasureName.USB).severity is Severity.BLOCK
