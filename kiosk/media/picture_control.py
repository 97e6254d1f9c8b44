"""How much picture a connection carries: what the far side reports becomes a bit rate and a rung. Pure: time is given.

Every number has its reason beside it, or in docs/decisions/027-picture.md. Times are seconds of any steady clock.
"""

from collections import deque
from dataclasses import dataclass
from typing import Final

from kiosk.media.ladder import LEAST_BPS, MOST_BPS, START_BPS, Ladder, Rung
from kiosk.media.loss_kind import TESTABLE_BPS, TESTED, LossKind
from kiosk.media.patience import Patience
from kiosk.media.rtt_queue import Queue

RISES_BELOW: Final = 0.07  # share lost; a wireless line loses 2 % with nothing wrong
FALLS_ABOVE: Final = 0.10  # draft-ietf-rmcat-gcc-02, section 6; what is between is looked into now and then
START_PER_S: Final = 2.0  # while nothing has gone wrong yet, as TCP begins
FAST_PER_S: Final = 1.5  # back to near what was carried a moment ago
NEAR_PER_S: Final = 1.02  # there, to find out; and more for each second in which nothing goes wrong
BOLDER_PER_S: Final = 0.01
OVER: Final = 1.08  # of what was too much: what is more would step up the ladder, and down again
WARY_S: Final = 12.0  # for so long
FREE_PER_S: Final = 1.2  # where nothing is known: from 300 kbit/s to 720 lines in ten seconds (libwebrtc: 1.08)
STARTS_BELOW: Final = 0.3  # share lost: a line that loses so much and shows no queue may yet be wide
HALTING: Final = 0.75  # of what is sent: where no more than this is known to arrive, a first queue may be building up
KEPT: Final = 0.85  # of the rate, where a queue is seen: draft-ietf-rmcat-gcc-02, section 5.5
AT_A_TIME: Final = 0.4  # it falls to this share at most for one report, which may be of a stall
REMB_TOO_MUCH: Final = 0.95  # an estimate this far below what is sent is a far side that cannot keep up
REMB_BINDS: Final = 1.3  # one of 1.5 times what arrives (libwebrtc's bound) says nothing of the line
REMB_FALLS: Final = 0.98
BELIEVED_S: Final = 4.0  # after that, with nothing lost and no queue, LEANS times as much is tried
LEANS: Final = 1.2
CEILING_LASTS_S: Final = 30.0
KNOWN_AFTER_S: Final = 0.3  # what was sent, since the first picture
SILENT_AFTER_S: Final = 3.0  # two reports of the slowest far side (aiortc: every 0.5 to 1.5 s)
SETTLED_S: Final = 2.0  # between steps up, at first
ALONE_S: Final = 5.0  # sound alone, at first, before the smallest picture is tried again
DEBT_S: Final = 0.6  # of the rate; a key frame is 0.2, and the encoder makes up for it
STARVED_REPORTS: Final = 5  # bad ones running on the last rung: about five seconds, as HMCTS's heartbeat counts


@dataclass(frozen=True, slots=True)
class Plan:
    """What to encode now; without a rung nothing: sound alone."""

    rung: Rung | None
    bps: int


class PictureControl:
    """One for each connection. `report`, `remb` and `sent` feed it; `plan` is asked before each picture."""

    def __init__(self, ladder: Ladder, now: float) -> None:
        self._ladder = ladder
        self._target = float(START_BPS)
        self._rung = ladder.at(START_BPS)
        self._starting = self._tested_at_start = True
        self._ceiling: tuple[float, float] | None = None  # what was too much, and when
        self._remb: int | None = None
        self._remb_fell = now
        self._measured: tuple[float, float] | None = None  # what the far side saw arrive of too much, and when
        self._queue = Queue()
        self._loss = LossKind()
        self._much = 0  # reports running of too much lost
        self._reported: float | None = None
        self._starved = 0
        self._steps = Patience(SETTLED_S)
        self._pictures = Patience(ALONE_S)
        self._is_alone = False
        self._has_sent = False
        self._aim = self._target
        self._is_hard = False  # what the camera sees, for the encoder
        self._debt_s, self._encoded_at = 0.0, now  # how much longer what was encoded takes to send than it may
        self._sent: deque[tuple[float, int]] = deque()
        self._began = now  # moved to the first picture

    def sent(self, size: int, now: float) -> None:
        """So many bytes of picture go out."""
        if not self._has_sent:
            self._began, self._has_sent = now, True
        self._sent.append((now, size))
        self._forget(now)

    def encoded(self, size: int, now: float) -> None:
        """A picture of so many bytes: it goes out, and counts against the rate that it was to be made for."""
        self.sent(size, now)
        aim, since_s = self._aim, min(1.0, now - self._encoded_at)
        self._encoded_at = now
        self._debt_s = max(0.0, self._debt_s + 8 * size / aim - since_s)
        if self._debt_s > DEBT_S:
            self._debt_s = 0.0
            if self._rung + 1 < len(self._ladder.rungs):  # it cannot be made as small as that: a noisy camera, movement
                self._steps.failed(now)
                self._rung += 1
                self._is_hard = True

    def remb(self, bps: int, now: float) -> None:
        """The far side's estimate (draft-alvestrand-rmcat-remb-03). It counts where it is near what is sent."""
        before, self._remb = self._remb, bps
        sending = self.sending_bps(now)
        is_first = before is None and not self._starting  # it says nothing before it has seen too much
        if is_first or bps < min(before or MOST_BPS, sending) * REMB_TOO_MUCH:
            self._measured = bps / KEPT, now
        if before is not None and bps >= REMB_FALLS * before and self._leans(now):
            return  # it only has not risen yet, while a little more than it says is tried
        if before is None or bps < REMB_FALLS * before:
            self._remb_fell = now
        if bps < REMB_TOO_MUCH * sending:
            self._loss.call_off()
            self._fall(bps, bps / KEPT, now)  # it is this share of what arrives
        elif bps < self._target and bps < REMB_BINDS * sending:
            self._target = max(float(LEAST_BPS), bps)

    def report(
        self, lost: float, rtt_ms: float | None, now: float, arrived_bps: float | None = None, packets: int = 50
    ) -> None:
        """A receiver report: the share lost since the last one (0 to 1), the time there and back, what arrived, and of
        how many packets it is.
        """
        since = now - self._reported if self._reported is not None else 1.0
        self._reported = now
        queued = rtt_ms is not None and self._queue.stands(rtt_ms)
        if since > SILENT_AFTER_S:  # what was lost in a cut says nothing of the line that came back
            self._loss.call_off()
        else:
            self._judge(lost, min(since, 1.0), now, arrived_bps, packets, queued=queued)

    def plan(self, now: float) -> Plan:
        """The rung and the bit rate from now on."""
        if self._is_alone:
            if not self._pictures.is_over(now):
                return Plan(None, 0)
            self._come_back(now)
        self._notice_silence(now)
        if not self._loss.is_tested:  # a moment's less is not worth another size
            self._step(now)
        rung = self._ladder.rungs[self._rung]
        self._aim = min(self._target, rung.most_bps)
        return Plan(rung, int(self._aim))

    def sending_bps(self, now: float) -> float:
        """What went out in the last second, in bit/s; 0 in the first moments."""
        self._forget(now)
        over_s = min(1.0, now - self._began)
        return 8.0 * sum(size for _, size in self._sent) / over_s if over_s > KNOWN_AFTER_S else 0.0

    def _judge(
        self, lost: float, elapsed_s: float, now: float, arrived: float | None, packets: int, *, queued: bool
    ) -> None:
        excess = self._loss.hear(lost, packets, arrived)
        if queued:
            self._loss.call_off()
        if queued and not (self._queue.drains and self._target <= (arrived or 0.0)):
            carried = min(self._target, arrived or self._target)
            self._fall(max(KEPT * carried, AT_A_TIME * self._target), carried, now)
        elif queued:
            pass  # it was lowered already, and that helps
        elif self._loss.is_tested:
            self._come_back_from_test(now)
        elif self._is_too_much(excess, now):
            self._test(now)
        elif excess < RISES_BELOW or self._starting or (self._target <= TESTABLE_BPS and not self._is_wary(now)):
            self._rise(elapsed_s, now, halts=self._halts(lost, arrived, now))
        starves = queued or excess > FALLS_ABOVE or self._bound(now) < LEAST_BPS
        self._count_starved(is_bad=starves and self._target <= LEAST_BPS, now=now)

    def _halts(self, lost: float, arrived: float | None, now: float) -> bool:
        """Whether a first queue may be building up, or a line be full that has none."""
        if arrived is None or lost > STARTS_BELOW:
            return True
        return arrived < HALTING * self.sending_bps(now) and not self._queue.is_none

    def _is_too_much(self, excess: float, now: float) -> bool:
        """Whether to look into what is lost: twice running, so that a line that has just narrowed is seen as it is."""
        most = FALLS_ABOVE if self._is_wary(now) or self._starting else RISES_BELOW
        is_much = excess > (STARTS_BELOW if self._starting and self._queue.is_none else most)
        self._much = self._much + 1 if is_much else 0
        return self._much > 1 and self._loss.may_test(self._target)

    def _is_wary(self, now: float) -> bool:
        return self._ceiling is not None and now - self._ceiling[1] < WARY_S

    def _test(self, now: float) -> None:
        rate = min(self._target, self._ladder.rungs[self._rung].most_bps)
        self._loss.test(self._target)
        self._tested_at_start = self._starting
        self._fall(TESTED * rate, self._target, now)

    def _come_back_from_test(self, now: float) -> None:
        self._much = 0
        if (bps := min(self._loss.blameless() or 0.0, self._bound(now))) > 0:
            self._target, self._ceiling, self._starting = max(self._target, bps), None, self._tested_at_start

    def _count_starved(self, *, is_bad: bool, now: float) -> None:
        self._starved = self._starved + 1 if is_bad else 0
        if self._starved >= STARVED_REPORTS and not self._ladder.keeps_picture:
            self._is_alone, self._starved = True, 0
            self._pictures.failed(now)

    def _rise(self, elapsed_s: float, now: float, *, halts: bool) -> None:
        known = [bps for bps, at in filter(None, (self._ceiling, self._measured)) if now - at < CEILING_LASTS_S]
        ceiling = max(known, default=None)  # what got lost on a full line says less of it than what came through
        if self._starting:
            wanted = self._target * (1.0 if halts else START_PER_S) ** elapsed_s
        elif ceiling is None or self._target > 1.25 * ceiling:
            wanted = self._target * FREE_PER_S**elapsed_s
        elif self._target < KEPT * ceiling:
            wanted = min(self._target * FAST_PER_S**elapsed_s, KEPT * ceiling)
        else:
            wanted = self._target * self._near(now) ** elapsed_s
            if self._is_wary(now):
                wanted = min(wanted, OVER * ceiling)
        self._target = max(self._target, min(wanted, MOST_BPS, self._bound(now)))

    def _near(self, now: float) -> float:
        quiet_s = now - self._ceiling[1] if self._ceiling else CEILING_LASTS_S
        return min(FREE_PER_S, NEAR_PER_S + BOLDER_PER_S * quiet_s)

    def _bound(self, now: float) -> float:
        """What REMB allows: everything, where it only mirrors that little is sent."""
        if self._remb is None or self._remb >= REMB_BINDS * self.sending_bps(now):
            return float(MOST_BPS)
        return self._remb * (LEANS if self._leans(now) else 1.0)

    def _leans(self, now: float) -> bool:
        """Whether the estimate has not fallen for a while: Chromium's rises fast only where more than it arrives."""
        return now - self._remb_fell > BELIEVED_S

    def _fall(self, to: float, too_much: float, now: float) -> None:
        self._starting = False
        self._ceiling = too_much, now
        self._target = max(float(LEAST_BPS), min(self._target, to))

    def _notice_silence(self, now: float) -> None:
        if self._reported is not None and now - self._reported > SILENT_AFTER_S:
            self._target = min(self._target, float(START_BPS))
            self._starting = True

    def _step(self, now: float) -> None:
        rung = self._ladder.from_rung(self._rung, self._target)
        if rung > self._rung:
            self._steps.failed(now)
            self._rung = rung
        elif rung < self._rung and ((self._starting and not self._is_hard) or self._steps.is_over(now)):
            self._steps.tried(now)
            self._rung = rung

    def _come_back(self, now: float) -> None:
        self._is_alone = False
        self._pictures.tried(now)
        self._target, self._rung, self._reported = float(LEAST_BPS), len(self._ladder.rungs) - 1, None

    def _forget(self, now: float) -> None:
        while self._sent and self._sent[0][0] <= now - 1.0:
            self._sent.popleft()
