"""The desk: checked, then the PIN, then recorded, then done; and what closes does not wait for the record."""

import asyncio

from contract.roster import Right
from kiosk.deeds import AnyDeed, Credential, EndSoon, Resume
from kiosk.errors import IllegalTransition, Refused, Unavailable
from kiosk.ipc import Answered, Asked, ToShell
from kiosk.lockdown.officer_desk import DONE, OfficerDesk
from kiosk.policy.permissions import DeedKind
from kiosk.ports import Data

RIGHT = Credential(number="Q4471", pin="482913")
WRONG = Credential(number="Q4471", pin="111222")


class Surroundings:
    """Day, PINs and trail in one, so that the order of everything is seen."""

    def __init__(self) -> None:
        self.order: list[str] = []
        self.answers: list[ToShell] = []
        self.full = self.bars = self.has_moved_on = False
        self.may_check = asyncio.Event()
        self.may_check.set()
        self.is_stale = False
        kept = lambda: self.order.append("kept")  # noqa: E731
        self.desk = OfficerDesk(self, self.Pins(self), self, self.answers.append, kept, self.check_fresh)

    class Pins:
        def __init__(self, around: "Surroundings") -> None:
            self._around = around

        async def check(self, number: str, pin: str, right: Right) -> str:
            await self._around.may_check.wait()
            self._around.order.append("pin")
            if pin != RIGHT.pin:
                raise Refused("That number and PIN do not fit.")
            return number

    def check(self, deed: AnyDeed) -> None:
        self.order.append("check")
        if self.bars:
            raise Refused("That cannot be done now.")

    def record_of(self, deed: AnyDeed) -> tuple[str, Data]:
        return "resumed", {}

    def perform(self, deed: AnyDeed) -> None:
        if self.has_moved_on:
            raise IllegalTransition("ended meanwhile")
        self.order.append("perform")

    def check_fresh(self) -> None:
        if self.is_stale:
            raise Refused("The list of officers is too old.")

    def note(self, event: str, data: Data, actor: str = "guard") -> None:
        self.order.append(f"noted by {actor}")

    async def recorded(self, event: str, data: Data, actor: str = "guard") -> None:
        if self.full:
            raise Unavailable("The disk is full. Nothing can be opened.")
        self.order.append(f"recorded by {actor}")

    async def ask(self, officer: Credential = RIGHT, deed: AnyDeed | None = None) -> Answered:
        self.desk.ask(Asked(officer=officer, deed=deed or Resume()))
        task = self.desk._task
        assert task is not None
        await task
        answer = self.answers[-1]
        assert isinstance(answer, Answered)
        return answer


async def test_what_loosens_is_recorded_before_it_is_done() -> None:
    around = Surroundings()
    assert (await around.ask()).accepted
    assert around.order == ["check", "pin", "check", "recorded by officer Q4471", "perform", "kept"]


async def test_what_closes_does_not_wait_for_its_record() -> None:
    around = Surroundings()
    around.full = True
    assert (await around.ask(deed=EndSoon())).accepted
    assert around.order[-3:] == ["noted by officer Q4471", "perform", "kept"]


async def test_with_a_list_of_officers_that_is_too_old_nothing_loosens_and_no_pin_is_asked_for() -> None:
    around = Surroundings()
    around.is_stale = True
    assert (await around.ask()).text == "The list of officers is too old."
    assert around.order == ["check"]
    assert (await around.ask(deed=EndSoon())).accepted


async def test_a_wrong_pin_does_nothing_and_says_so() -> None:
    around = Surroundings()
    answer = await around.ask(WRONG)
    assert (answer.accepted, answer.text) == (False, "That number and PIN do not fit.")
    assert "perform" not in around.order


async def test_what_may_not_be_done_asks_for_no_pin() -> None:
    around = Surroundings()
    around.bars = True
    assert not (await around.ask()).accepted
    assert around.order == ["check"]


async def test_nothing_loosens_that_cannot_be_recorded() -> None:
    around = Surroundings()
    around.full = True
    answer = await around.ask()
    assert (answer.accepted, answer.text) == (False, "The disk is full. Nothing can be opened.")
    assert "perform" not in around.order


async def test_a_call_that_moved_on_while_the_pin_was_checked_is_left_alone() -> None:
    around = Surroundings()
    around.has_moved_on = True
    assert (await around.ask()).text == "That cannot be done now."


async def test_one_pin_is_checked_at_a_time() -> None:
    around = Surroundings()
    around.may_check.clear()
    around.desk.ask(Asked(officer=RIGHT, deed=Resume()))
    around.desk.ask(Asked(officer=RIGHT, deed=Resume()))
    assert around.answers == [Answered(accepted=False, text="Another PIN is being checked. Wait a moment.")]
    await around.desk.close()
    await around.desk.close()


def test_every_deed_has_its_answer() -> None:
    assert set(DONE) == set(DeedKind)


def test_a_pin_is_never_in_the_text_of_a_request() -> None:
    assert RIGHT.pin not in repr(Asked(officer=RIGHT, deed=Resume()))
