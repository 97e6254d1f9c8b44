"""However guesses are spread over numbers, restarts, waiting and one's own PIN, few of them are made."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosk.policy.numbers import Numbers
from kiosk.policy.tries import Tries, after_failure, after_restart, after_success, wait_ms

NUMBERS: Final = Numbers()
OWN: Final = "OWN"
OTHERS: Final = ("B2", "C3", "D4", None)


@dataclass
class Guesser:
    """Someone with all the time of the world, one PIN of their own and a hand on the power button."""

    tries: Tries = field(default_factory=Tries)
    now_ms: int = 50_000  # boot clock
    passed_ms: int = 0  # real time
    guesses: int = 0

    def rest(self, span_ms: int) -> None:
        self.now_ms += span_ms
        self.passed_ms += span_ms

    def guess(self, number: str | None) -> None:
        self.rest(wait_ms(self.tries, number, self.now_ms))
        self.tries = after_failure(self.tries, number, self.now_ms, NUMBERS)
        self.guesses += 1

    def slip(self) -> None:
        self.rest(wait_ms(self.tries, OWN, self.now_ms))
        self.tries = after_failure(self.tries, OWN, self.now_ms, NUMBERS)

    def log_in(self) -> None:
        self.slip()
        self.tries = after_success(self.tries, OWN, self.now_ms, NUMBERS)

    def restart(self, boot_ms: int) -> None:
        kept = {number: count.failures for number, count in self.tries.officers.items()}
        self.now_ms = boot_ms
        self.tries = after_restart(self.tries.laptop.failures, kept, self.now_ms, NUMBERS)


Act = Callable[[Guesser], None]
GUESS: Final = st.sampled_from(OTHERS).map(lambda number: lambda guesser: guesser.guess(number))
REST: Final = st.integers(0, 4_000_000).map(lambda span: lambda guesser: guesser.rest(span))
RESTART: Final = st.integers(0, 2_000_000).map(lambda boot: lambda guesser: guesser.restart(boot))
OWN_ACTS: Final = st.sampled_from([Guesser.slip, Guesser.log_in])
ONE: Final[st.SearchStrategy[Act]] = st.one_of(GUESS, GUESS, REST, RESTART, OWN_ACTS)
ROUNDS: Final = st.lists(st.tuples(st.lists(ONE, min_size=1, max_size=4), st.integers(1, 12)), max_size=8)
ACTS: Final = ROUNDS.map(lambda rounds: [act for acts, times in rounds for act in acts * times])
PATIENT: Final[list[Act]] = [lambda guesser: guesser.guess(None)] * 300
RESTARTING: Final[list[Act]] = [lambda guesser: guesser.guess("B2"), lambda guesser: guesser.restart(0)] * 150
LOGGING_IN: Final[list[Act]] = [lambda guesser: guesser.guess("B2"), Guesser.log_in, Guesser.slip, Guesser.log_in] * 75


@given(ACTS)
@example(PATIENT)
@example(RESTARTING)
@example(LOGGING_IN)
@settings(max_examples=300, deadline=None)
def test_at_most_ten_guesses_and_four_an_hour_are_made(acts: list[Act]) -> None:
    guesser = Guesser()
    for act in acts:
        act(guesser)
        assert guesser.guesses <= 10 + guesser.passed_ms / 900_000


@given(ACTS)
@settings(max_examples=200, deadline=None)
def test_the_delay_never_tells_who_is_an_officer(acts: list[Act]) -> None:
    guesser = Guesser()
    for act in acts:
        act(guesser)
        nobody = wait_ms(guesser.tries, None, guesser.now_ms)
        assert {wait_ms(guesser.tries, number, guesser.now_ms) for number in (*OTHERS, OWN)} == {nobody}
        assert guesser.tries.laptop.failures >= sum(count.failures for count in guesser.tries.officers.values())
