"""The lockdown joined with the laptop's day and its record: what was found becomes a standing, and changes are kept."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from kiosk.lockdown.check import answer_of
from kiosk.lockdown.findings import Findings
from kiosk.lockdown.laptop_devices import LaptopDevices
from kiosk.lockdown.lockdown import Lockdown, report_crash
from kiosk.lockdown.measure import Measure, Watch
from kiosk.lockdown.platform import Platform
from kiosk.policy.measures import Finding, MeasureName, Standing, Verdict, standing
from kiosk.ports import Record
from kiosk.scenes import Fault


def no_watches(_record: Record) -> Sequence[Watch]:
    """Nothing hears of changes; the sweep looks."""
    return ()


@dataclass(frozen=True)
class Held:
    """What a machine is held to. Without a `platform` it is a DEMO: looked at, left as it is, and nothing bars it."""

    platform: Platform | None
    measures: Sequence[Measure]
    watches: Callable[[Record], Sequence[Watch]] = no_watches
    devices: LaptopDevices | None = None  # handed out by the guard; on a DEMO the shell opens them by itself
    barred: Fault | None = None  # what keeps every call from opening, whatever is found


class Enforcement:
    """`on_standing` hears how the lockdown stands whenever that may have changed; on a DEMO it is always clear."""

    def __init__(
        self, held: Held, record: Record, on_standing: Callable[[Standing], None], now_ms: Callable[[], int]
    ) -> None:
        self._platform, self._record, self._on_standing = held.platform, record, on_standing
        self._findings = Findings(held.measures, now_ms)
        self._lockdown = Lockdown(
            held.measures, held.watches(record), self._findings, self.refresh, apply=held.platform is not None
        )
        self._before: dict[MeasureName, Verdict] | None = None
        self._engaging: asyncio.Task[None] | None = None

    def engage(self) -> None:
        """Begin to apply and prove everything, then go on watching."""
        self._engaging = asyncio.create_task(self._engage(), name="engage the lockdown")
        self._engaging.add_done_callback(report_crash)

    async def _engage(self) -> None:
        await self._lockdown.engage()
        rows = self._findings.rows()
        name = None if self._platform is None else self._platform.name
        lost = [row.name for row in rows if row.is_lost]
        self._record.note("lockdown", {"platform": name, "lost": lost})
        self._before = {row.name: row.verdict for row in rows}

    def poke(self, name: MeasureName) -> None:
        """Something about this measure may have changed."""
        self._lockdown.poke(name)

    def shell_found(self, findings: Iterable[Finding]) -> None:
        """What the shell found of itself."""
        self._findings.shell_found(findings)
        self.refresh()

    def shell_draws_on(self, screens: tuple[str, ...]) -> None:
        """The screens that the shell sees."""
        self._findings.shell_draws_on(screens)
        self.refresh()

    def shell_gone(self) -> None:
        """What the shell had shown is gone with it."""
        self._findings.shell_gone()
        self.refresh()

    def refresh(self) -> None:
        """Say how it stands now; also called by the clock, since what is not looked at grows old."""
        rows = self._findings.rows()
        if self._platform is None:
            return
        if self._before is not None:
            self._note_changes(rows, self._before)
            self._before = {row.name: row.verdict for row in rows}
        self._on_standing(standing(rows))

    def _note_changes(self, rows: Sequence[Finding], before: dict[MeasureName, Verdict]) -> None:
        for row in rows:
            was_lost = before.get(row.name) is Verdict.LOST
            if row.verdict is Verdict.LOST and not was_lost:
                data = {"measure": row.name, "severity": row.severity, "evidence": row.evidence}
                self._record.note("measure_lost", data)
            elif was_lost and not row.is_lost:
                self._record.note("measure_holds", {"measure": row.name, "evidence": row.evidence})

    def answer(self, closed: str | None) -> str:
        """What `kiosk check` is told, as one line of JSON. `closed`: why the day opens no call, if so."""
        name = None if self._platform is None else self._platform.name
        return answer_of(name, self._findings.rows(), closed).model_dump_json()

    async def close(self) -> None:
        """Stop looking. Safe twice."""
        if self._engaging is not None:
            self._engaging.cancel()
            await asyncio.gather(self._engaging, return_exceptions=True)
        await self._lockdown.close()
