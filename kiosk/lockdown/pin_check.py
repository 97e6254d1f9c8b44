"""Whether a number and a PIN fit: one try at a time, counted before it is made; it never logs or keeps a PIN."""

import asyncio
import secrets
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Protocol

from contract.pins import check_looks_like_a_pin, staff_number
from contract.roster import Right
from contract.verifier import HASH_BYTES, SALT_BYTES, fits, verifier_of_nobody
from kiosk.errors import Refused, Unavailable
from kiosk.lockdown.tries_file import TriesFile
from kiosk.policy.numbers import Numbers
from kiosk.policy.tries import Tries, after_failure, after_success, spoken, wait_ms
from kiosk.ports import Clock
from kiosk.refusing import refused

BUSY: Final = "A PIN is being checked already. Try again in a moment."
CLOSED: Final = "This laptop takes no PIN now. Try again in a moment."
NOBODY: Final = "No officer is set up on this laptop yet. Ask IT."
NO_MEMORY: Final = "This laptop is too busy to check a PIN. Try again in a moment."
GONE: Final = "You are not set up on this laptop any more. Ask a manager."
NOT_ALLOWED: Final = "You are not set up for this on this laptop. Ask a manager."


class Known(Protocol):
    """An officer, as far as a PIN is concerned."""

    @property
    def number(self) -> str:
        """The staff number."""
        ...

    @property
    def rights(self) -> frozenset[Right]:
        """What they may do."""
        ...

    @property
    def verifier(self) -> str:
        """What their PIN is held against."""
        ...

    @property
    def disabled(self) -> bool:
        """Whether their PIN opens nothing."""
        ...


class KnownOfficers(Protocol):
    """Where the officers stand: this laptop's own file, or the list that the service sent."""

    def read(self) -> Mapping[str, Known]:
        """Everybody by number, as of now. Raises LockdownError."""
        ...


@dataclass(frozen=True)
class _Tried:
    """A try that was made: whose number it is, if anybody's, and whether the PIN fits."""

    officer: Known | None
    fits: bool


class PinCheck:
    """The only place where a PIN is checked; `open` first.

    `on_refused(number, wait_s)` hears, on the loop, of each wrong PIN, also when whoever asked has gone meanwhile.
    The number is None if it is nobody's: it may be a PIN, typed in the wrong place. What was refused without a try
    is not told there, since nothing was learned by it and a flood of it must not fill the audit trail.
    """

    def __init__(
        self,
        officers: KnownOfficers,
        folder: Path,
        clock: Clock,
        numbers: Numbers,
        *,
        on_refused: Callable[[str | None, int], None],
        fits: Callable[[str, str], bool] = fits,
    ) -> None:
        self._officers, self._file = officers, TriesFile(folder, numbers)
        self._clock, self._numbers, self._on_refused, self._fits = clock, numbers, on_refused, fits
        self._random = secrets.token_bytes(SALT_BYTES + HASH_BYTES)  # what is tried for a number that nobody has
        self._tries = Tries()
        self._pool: ThreadPoolExecutor | None = None
        self._running: Future[_Tried] | None = None

    def open(self) -> None:
        """Read what was counted before; every delay starts over."""
        self._tries = self._file.load(self._clock.boot_ms())
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pin")

    async def close(self) -> None:
        """Wait for the try that runs and take no more. Safe twice."""
        pool, self._pool = self._pool, None
        if self._running is not None and not self._running.done():
            await asyncio.wait([asyncio.wrap_future(self._running)])
        if pool is not None:
            pool.shutdown()

    async def check(self, number: str, pin: str, right: Right = Right.RUN_CALLS) -> str:
        """The officer's number, if it and the PIN fit and the officer may do this.

        Raises Refused, LockdownError (officers unreadable, count not kept) or Unavailable (no memory, closed), each
        with one sentence for whoever typed. A cancelled check is counted and ends by itself; nothing runs beside it.
        """
        with refused():
            number = staff_number(number)
            check_looks_like_a_pin(pin)
        tried = await asyncio.wrap_future(self._start(number, pin))
        if tried.officer is None or not tried.fits:
            raise Refused(f"That number and PIN do not fit. Try again in {spoken(self._wait_ms(number))}.")
        self._check_may(tried.officer, right)
        return tried.officer.number

    def _check_may(self, tried: Known, right: Right) -> None:
        """Raises Refused. A try takes a while, and a new list may have come meanwhile: so they are looked up again."""
        officer = self._officers.read().get(tried.number)
        if officer is None or officer.disabled or officer.verifier != tried.verifier:
            raise Refused(GONE)
        if right not in officer.rights:
            raise Refused(NOT_ALLOWED)

    def _start(self, number: str, pin: str) -> Future[_Tried]:
        """Begin the one try, off the loop. No await stands between the questions and the start."""
        if self._pool is None:
            raise Unavailable(CLOSED)
        if self._running is not None and not self._running.done():
            raise Refused(BUSY)
        if left_ms := self._wait_ms(number):
            raise Refused(f"Wait {spoken(left_ms)} before the next try.")
        self._running = self._pool.submit(self._try, number, pin)
        loop = asyncio.get_running_loop()
        self._running.add_done_callback(lambda made: loop.call_soon_threadsafe(self._tell, made))
        return self._running

    def _wait_ms(self, number: str) -> int:
        return wait_ms(self._tries, number, self._clock.boot_ms())

    def _try(self, number: str, pin: str) -> _Tried:
        """In the worker thread: counted as wrong on the disk first, so that a kill on the way gains nothing."""
        officers = self._officers.read()
        if not officers:
            raise Refused(NOBODY)
        officer = officers.get(number)
        known = None if officer is None else officer.number
        self._tries = after_failure(self._tries, known, self._clock.boot_ms(), self._numbers)
        self._file.keep(self._tries)
        try:
            right_pin = self._fits(pin, self._nobody(officers) if officer is None else officer.verifier)
        except MemoryError:
            raise Unavailable(NO_MEMORY) from None
        if officer is None or not right_pin:
            return _Tried(officer, fits=False)
        self._tries = after_success(self._tries, number, self._clock.boot_ms(), self._numbers)
        self._file.keep(self._tries)
        return _Tried(officer, fits=True)

    def _nobody(self, officers: Mapping[str, Known]) -> str:
        """A verifier that nobody's PIN fits, and that takes as long as one of theirs."""
        return verifier_of_nobody(next(iter(officers.values())).verifier, self._random)

    def _tell(self, made: Future[_Tried]) -> None:
        """On the loop, before whoever asked hears the answer."""
        if made.cancelled() or made.exception() is not None or made.result().fits:
            return
        officer = made.result().officer
        number = None if officer is None else officer.number
        wait = wait_ms(self._tries, number, self._clock.boot_ms())
        self._on_refused(number, -(-wait // 1000))
