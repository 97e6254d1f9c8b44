"""What `kiosk check` says: every measure in a row, for IT, and whether a real call would be allowed. Reads nothing."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from pydantic import Field

from contract.strict import Message
from kiosk.ipc import Proven
from kiosk.policy.measures import Finding, Verdict, standing

MARKS: Final = {
    Verdict.HOLDS: "holds",
    Verdict.LOST: "LOST",
    Verdict.NOT_APPLICABLE: "not applicable here",
    Verdict.NOT_YET: "not looked at yet",
}


class Checked(Message):
    """The whole answer. `platform` is None on a DEMO, which never allows a real call."""

    platform: str | None
    rows: Annotated[tuple[Proven, ...], Field(strict=False)]
    closed: str | None = None  # why no call is opened, whatever the measures say; one sentence


@dataclass(frozen=True)
class Verdicts:
    """What follows from the rows."""

    platform: str | None
    rows: Sequence[Finding]
    closed: str | None = None

    @property
    def allows_calls(self) -> bool:
        """Whether a real call would be allowed now."""
        return self.platform is not None and self.closed is None and standing(self.rows).barred_by is None

    @property
    def conclusion(self) -> str:
        """One sentence for IT."""
        if self.platform is None:
            return "DEMO: no image of ours is installed here, so this machine takes no real calls."
        bars = standing(self.rows)
        if bars.barred_by is not None:
            return f"No real calls: {', '.join([*bars.blocking, *bars.interrupting])}."
        return "Real calls are allowed." if self.closed is None else f"No real calls: {self.closed}"

    def table(self) -> str:
        """For people."""
        head = f"{'measure':<12}  {'state':<19}  {'when lost':<9}  evidence"
        lines = [f"{r.name:<12}  {MARKS[r.verdict]:<19}  {r.severity:<9}  {r.evidence}" for r in self.rows]
        platform = f"platform: {self.platform or 'none'}"
        return "\n".join([platform, "", head, *lines, "", self.conclusion])

    def as_json(self) -> str:
        """For programs."""
        rows = [
            {"measure": r.name, "state": r.verdict, "when_lost": r.severity, "evidence": r.evidence} for r in self.rows
        ]
        told = {"platform": self.platform, "allows_calls": self.allows_calls, "measures": rows}
        return json.dumps({**told, "conclusion": self.conclusion}, indent=1)


def of_answer(answer: Checked) -> Verdicts:
    """The guard's answer."""
    return Verdicts(answer.platform, [row.finding for row in answer.rows], answer.closed)


def answer_of(platform: str | None, rows: Sequence[Finding], closed: str | None) -> Checked:
    """The same, to be said over a socket."""
    return Checked(platform=platform, rows=tuple(Proven.of(row) for row in rows), closed=closed)
