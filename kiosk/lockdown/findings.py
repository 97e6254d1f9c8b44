"""What was last found of every measure, and how old that is; nothing counts as held that was not looked at lately."""

from collections.abc import Callable, Iterable
from typing import Final

from kiosk.lockdown.measure import Measure
from kiosk.policy.measures import OF_THE_SHELL, Finding, MeasureName, Severity, Verdict

STARTS_WITHIN_MS: Final = 30_000  # a shell, or the first look; what is not proved by then is lost
STALE_AFTER_MS: Final = 15_000  # of the shell's word, which comes every few seconds
NEVER: Final = "not looked at yet"
NO_SHELL: Final = "no shell has shown that it holds"


class Findings:
    """One entry a measure. `now_ms` is the boot-time clock; `measures` are the guard's own.

    A loss may be milder than its measure; what has not been looked at lately is as grave as the measure itself.
    """

    def __init__(self, measures: Iterable[Measure], now_ms: Callable[[], int]) -> None:
        self.now_ms = now_ms
        known = tuple(measures)
        self._severity = {each.name: each.severity for each in known}
        self._patience_ms = {each.name: round(2000 * each.every_s) + STALE_AFTER_MS for each in known}
        self._patience_ms |= dict.fromkeys(OF_THE_SHELL, STALE_AFTER_MS)
        self._found: dict[MeasureName, tuple[Finding, int]] = {}
        self._screens: tuple[str, ...] = ()
        self._since_ms = now_ms()  # the start, or when the last shell went

    def found(self, findings: Iterable[Finding], at_ms: int | None = None) -> None:
        """The guard has looked, now or at that time: what waited for a slower look beside it is as old as it is."""
        seen_ms = self.now_ms() if at_ms is None else at_ms
        self._found |= {finding.name: (finding, seen_ms) for finding in findings}

    def shell_found(self, findings: Iterable[Finding]) -> None:
        """The shell says what it found of itself; it has no say in anything else."""
        self.found(finding for finding in findings if finding.name in OF_THE_SHELL)

    def shell_draws_on(self, screens: tuple[str, ...]) -> None:
        """The screens that the shell could draw on: what it sees counts besides what the kernel says of connectors."""
        self._screens = screens

    def shell_gone(self) -> None:
        """What it had shown is gone with it."""
        self._screens, self._since_ms = (), self.now_ms()
        for name in OF_THE_SHELL:
            self._found.pop(name, None)

    def rows(self) -> tuple[Finding, ...]:
        """Every measure there is, in order, as it stands now."""
        return tuple(self._now(name) for name in MeasureName)

    def _now(self, name: MeasureName) -> Finding:
        entry = self._found.get(name)
        if entry is None:
            never = NO_SHELL if name in OF_THE_SHELL else NEVER
            is_late = self.now_ms() - self._since_ms > STARTS_WITHIN_MS
            return Finding(name, Verdict.LOST if is_late else Verdict.NOT_YET, Severity.BLOCK, never)
        finding, at_ms = entry
        old_ms = self.now_ms() - at_ms
        if name is MeasureName.DISPLAYS and len(self._screens) > 1 and not finding.is_lost:
            seen = f"the shell sees {len(self._screens)} screens: {', '.join(self._screens)}"
            return Finding(name, Verdict.LOST, finding.severity, seen)
        if old_ms <= self._patience_ms.get(name, STALE_AFTER_MS):
            return finding
        severity = self._severity.get(name, finding.severity)
        return Finding(name, Verdict.LOST, severity, f"not looked at for {old_ms // 1000} s")
