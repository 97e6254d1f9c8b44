"""The laptop's day: which booking is next, whether the laptop is open or out of service. No I/O."""

from datetime import datetime, timedelta
from typing import Final

from contract.sheet import Booking, CallSheet
from contract.words import CallState
from kiosk import day_scenes
from kiosk.call import Call
from kiosk.call_facts import CallFacts
from kiosk.call_report import asks_reason
from kiosk.calls import Calls, NewCalls
from kiosk.day_deeds import DayDeeds
from kiosk.day_facts import DayFacts
from kiosk.day_scenes import DayView, Place
from kiosk.day_sheet import DaySheet
from kiosk.errors import Refused
from kiosk.fitness import Fitness
from kiosk.ipc import FromShell, Key, Pressed, ShellHello
from kiosk.kept import DayKept
from kiosk.laptop_works import LaptopWorks
from kiosk.memory import Memory
from kiosk.outcomes import Outcomes
from kiosk.policy.measures import Standing
from kiosk.policy.numbers import Numbers, ms
from kiosk.policy.states import Event
from kiosk.ports import Around
from kiosk.saying import Saying
from kiosk.scenes import Notice, SelfCheckSeen
from kiosk.service_line import ServiceLine
from kiosk.sheet_taking import SheetTaking
from kiosk.shell_seen import ShellSeen
from kiosk.telling import Telling
from kiosk.time_asking import TimeAsking
from kiosk.turns import Turns

EXPLAINED_WITHIN: Final = timedelta(minutes=15)


class Session:
    """The laptop's day. Facts from the shell go in by `hear`; scenes and commands go out to the shell."""

    def __init__(self, place: Place, *, numbers: Numbers, around: Around) -> None:
        self._place, self._numbers, self._around = place, numbers, around
        self._clock = around.clock
        self._sheet, self._calls = DaySheet(around, demo=place.demo), Calls()
        self._shell = ShellSeen(since_ms=around.clock.boot_ms())
        self.fitness = Fitness(around, numbers)
        self._time, telling = TimeAsking(around), Telling(around.shell, around.clock, numbers)
        self.outcomes = Outcomes(telling, around.record)
        self.deeds = DayDeeds(self._calls, self.fitness, self.outcomes, around.clock, self.tick)
        self._saying = Saying(telling, self.outcomes, self._calls, numbers)
        new_calls = NewCalls(self._sheet, self._shell, self.fitness, around, numbers)
        self._turns = Turns(self._calls, new_calls, self._sheet, self.outcomes, around.clock, numbers)
        self._memory = Memory(self._calls, new_calls, self.fitness, self.outcomes, around, numbers)
        self._line = ServiceLine(self._shell, self._calls, self.fitness, self._time, telling, self._memory)
        self._sheets = SheetTaking(self._sheet, self.fitness.papers, self._calls, self.outcomes, around.record)
        self._laptop = LaptopWorks(self._calls, self._shell, self.fitness, demo=place.demo)
        call_facts = CallFacts(self._calls, self._sheet, self._shell, self.fitness)
        self._facts = DayFacts(self._sheets, self._line, self._laptop, call_facts, self.outcomes)

    @property
    def call(self) -> Call | None:
        """The call of now, from five minutes before its start until its goodbye has been read."""
        return self._calls.now

    @property
    def sheet_issued_at(self) -> datetime | None:
        """When the service wrote the newest sheet, by its own clock."""
        return None if self._sheet.newest is None else self._sheet.newest.issued_at

    @property
    def sheet(self) -> CallSheet | None:
        """The newest sheet that checks out."""
        return self._sheet.newest

    @property
    def is_online(self) -> bool:
        """Whether what is carried to the service can arrive."""
        return self._shell.is_online

    @property
    def may_check(self) -> bool:
        """Whether the laptop may check itself: no call has begun, and nobody reads a goodbye."""
        return self.call is None or self.call.state is CallState.WAITING

    @property
    def following(self) -> Booking | None:
        """The next booking, whether or not its room is open."""
        return self._turns.next() if self.call is None else self.call.booking

    @property
    def to_come(self) -> tuple[Booking, ...]:
        """Every booking of the sheet that is not over, the one of now among them."""
        return tuple(each for each in self._sheet.bookings if each.booking_id not in self.outcomes.ended.bookings)

    @property
    def timezone(self) -> str:
        """Of the establishment, as the sheet names it."""
        return self._sheet.timezone

    @property
    def is_shell_up(self) -> bool:
        """Whether there is a shell."""
        return self._shell.up

    @property
    def is_settled(self) -> bool:
        """Whether shell, line and lockdown have said how they stand, or have had the time to."""
        waited_ms = self._clock.boot_ms() - self._shell.since_ms
        has_tried = self._shell.has_tried_the_line or waited_ms >= ms(self._numbers.service_answers)
        have_said = self._shell.has_said and has_tried and not self.fitness.standing.is_starting
        return have_said or waited_ms >= ms(self._numbers.shell_starts)

    @property
    def may_open_devices(self) -> bool:
        """Whether nothing of the lockdown is lost that keeps pictures and sound inside."""
        return not self.fitness.standing.blocking and not self.fitness.standing.is_starting

    @property
    def believed(self) -> datetime:
        """What the time is, by the service where it has said so."""
        return self.fitness.wall.believed()

    @property
    def may_be_explained(self) -> bool:
        """Whether an officer may well still say why the call before was ended."""
        before = self._calls.before
        return before is not None and asks_reason(before) and before.in_state_ms() < ms(EXPLAINED_WITHIN)

    def closed_by(self) -> str | None:
        """Why no call can be opened here now, in one sentence for IT; None when nothing of the laptop is against it."""
        if self._place.barred is not None:
            return f"{self._place.barred}: this laptop is out of service."
        try:
            self.fitness.check_may_open()
        except Refused as why:
            return str(why)
        return None

    # ---- facts from the shell ----

    def hear(self, fact: FromShell) -> None:
        """Take one fact from the shell. Raises Refused, IllegalTransition or Untrusted; nothing has changed then."""
        if not isinstance(fact, ShellHello) and self._shell.spoke(fact):
            self._laptop.look()
        match fact:
            case ShellHello():
                self._around.record.note("shell_started", {})
                self.shell_now(up=True)
            case Pressed(key=Key.END_NOW):
                self.end_now("key")
            case _:
                self._facts.hear(fact)
        self.tick()

    def shell_now(self, *, up: bool, silent_ms: int = 0) -> None:
        """The shell came, or went and was silent so long; what it knew of network and devices is gone with it."""
        self._line.shell_now(up=up, now_ms=self._clock.boot_ms(), silent_ms=silent_ms)

    def shell_silent(self, silent_ms: int) -> None:
        """The shell is there and has said nothing for too long: what it does now is not known."""
        self._laptop.shell_silent(silent_ms)

    def could_not_open(self, session: str) -> None:
        """The guard could not record that devices open: the laptop itself is at fault until it speaks again."""
        self._laptop.could_not_open(session)

    def lockdown_now(self, standing: Standing) -> None:
        """How the lockdown stands: a measure that is lost keeps calls from running until it holds again."""
        if standing != self.fitness.standing:
            self.fitness.standing = standing
            self._laptop.look()
            self.tick()

    def end_now(self, how: str) -> None:
        """End whatever there is to end, by its key, the power button or a command. Always works; never refused."""
        booking = {} if self.call is None else {"booking_id": self.call.booking.booking_id}
        self._around.record.note("end_asked", {**booking, "how": how}, actor="unidentified")
        if self.call is not None:
            self.call.end(Event.STAFF_STOPPED)
        self.tick()

    # ---- the sheet ----

    def sheet_kept(self, untrusted: str) -> None:
        """Go on with the sheet that this laptop kept. Raises Untrusted; then the day is as if there were none."""
        self._sheets.kept(untrusted)
        self.tick()

    # ---- time ----

    def tick(self) -> None:
        """Look at the clock: open what is due, move the call on, show what there is to show."""
        self._time.look()
        clock_is_wrong = self.fitness.wall.look()
        self.fitness.papers.look(online=self.is_online, clock_is_wrong=clock_is_wrong)
        if clock_is_wrong and self.call is not None and self.call.state is CallState.WAITING:
            self._calls.now = None  # before it is ended by a time that is not; the booking keeps its place in the day
        if self.call is not None:
            self.call.tick()
            self._turns.let_go(self.call)
        if self.call is None:
            self._report_missed()
            self._open_next()
        if self._shell.up:
            self._say()

    def _report_missed(self) -> None:
        """Only when it can be told, and by a clock that shows the time."""
        if self.is_online and not self.fitness.wall.is_wrong:
            self._turns.report_missed()

    def _open_next(self) -> None:
        booking = self._turns.due()
        if booking is not None and self._shell.up and day_scenes.fault(self.view()) is None:
            self._turns.open(booking, self._shell)

    # ---- what is shown and told ----

    def view(self) -> DayView:
        """All that the screen is made from. A call that is off is none: the sheet says of it what there is to say."""
        call = None if self.call is None or self.call.is_off else self.call
        return DayView(
            place=self._place,
            sheet=self._sheet,
            link=self._shell.link,
            devices=self._shell.devices,
            call=call,
            following=self._turns.next() if call is None else call.booking,
            locked=self.fitness.locked,
            standing=self.fitness.standing,
            released=self.fitness.released,
            waited_ms=self._clock.boot_ms() - self._shell.since_ms,
            now=self._clock.wall(),
            believed=self.fitness.wall.believed(),
            clock_is_wrong=self.fitness.wall.is_wrong,
            aged=self.fitness.papers.aged,
            numbers=self._numbers,
            offline_since=self._shell.offline_since,
        )

    def told(self, notices: tuple[Notice, ...]) -> None:
        """What the guard has for the officer to read, besides what the day itself knows."""
        self._saying.told = notices

    def checks_itself(self, seen: SelfCheckSeen) -> None:
        """What the officer may see of the laptop's check of itself."""
        self._saying.self_check = seen

    def _say(self) -> None:
        """Where the call is, the outcomes that are not kept yet, and the scene: what of it is news."""
        self._saying.tell(online=self._shell.link.up)
        self._saying.show(self.view())

    # ---- the journal ----

    def keep(self, boot_id: str) -> DayKept:
        """All of the day that must survive a power cut."""
        return self._memory.keep(boot_id)

    def recall(self, kept: DayKept, boot_id: str) -> None:
        """Go on with the day that was kept."""
        self._memory.recall(kept, boot_id)
        self.tick()

    def forget(self) -> None:
        """Begin again with nothing: what was kept could not be gone on with."""
        self._memory.forget()
