"""The one thread of the store: what waits is written together, each by itself, and nothing is promised too early."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from visits.api.store_thread import StoreThread
from visits.errors import Unavailable
from visits.store.database import Database
from visits.store.tables import PrisonerRow


def add(session: Session, number: str) -> str:
    session.add(PrisonerRow(number=number, name="A Prisoner"))
    session.flush()
    return number


def add_and_fail(session: Session, number: str) -> str:
    add(session, number)
    raise RuntimeError("half-way")


def numbers(session: Session) -> list[str]:
    return list(session.scalars(select(PrisonerRow.number).order_by(PrisonerRow.number)))


class Busy:
    """Keeps the thread busy until it is let go."""

    def __init__(self, store: StoreThread) -> None:
        self._go = Event()
        self._held = asyncio.create_task(store.read(lambda _session: self._go.wait(10)))

    async def ends(self) -> None:
        self._go.set()
        await self._held


@pytest.fixture
async def store(database: Database) -> AsyncIterator[StoreThread]:
    thread = StoreThread(database)
    yield thread
    await thread.close()


def commits(database: Database) -> list[int]:
    """Grows by one with every commit from now on."""
    seen: list[int] = []
    event.listen(database._engine, "commit", lambda _connection: seen.append(1))
    return seen


async def test_what_waits_is_made_durable_in_one_commit_and_each_is_answered(
    store: StoreThread, database: Database
) -> None:
    busy = Busy(store)
    await asyncio.sleep(0)
    writes = [asyncio.create_task(store.write(add, f"A{number}")) for number in range(20)]
    await asyncio.sleep(0)
    seen = commits(database)
    await busy.ends()
    assert await asyncio.gather(*writes) == [f"A{number}" for number in range(20)]
    assert len(seen) <= 2  # the writes', and the read's that kept the thread busy
    assert len(await store.read(numbers)) == 20


async def test_one_that_fails_is_undone_alone_and_its_error_is_its_own(store: StoreThread) -> None:
    busy = Busy(store)
    await asyncio.sleep(0)
    works = (store.write(add, "A1"), store.write(add_and_fail, "A2"), store.write(add, "A1"), store.write(add, "A3"))
    waiting = asyncio.gather(*works, return_exceptions=True)
    await asyncio.sleep(0)
    await busy.ends()
    first, failed, twin, last = await waiting
    assert (first, last) == ("A1", "A3")
    assert isinstance(failed, RuntimeError)
    assert isinstance(twin, Unavailable)  # the number is taken
    assert await store.read(numbers) == ["A1", "A3"]


async def test_a_read_that_is_asked_for_after_a_write_sees_it(store: StoreThread) -> None:
    writing = asyncio.create_task(store.write(add, "A1"))
    await asyncio.sleep(0)
    assert await store.read(numbers) == ["A1"]
    assert await writing == "A1"


async def test_a_write_does_not_wait_behind_reads_that_were_asked_for_before(store: StoreThread) -> None:
    busy = Busy(store)
    await asyncio.sleep(0)
    reading = asyncio.create_task(store.read(numbers))
    await asyncio.sleep(0)
    writing = asyncio.create_task(store.write(add, "A1"))
    await asyncio.sleep(0)
    await busy.ends()
    assert await reading == ["A1"]
    assert await writing == "A1"


async def test_a_caller_that_has_gone_holds_up_nobody(store: StoreThread) -> None:
    busy = Busy(store)
    await asyncio.sleep(0)
    gone, stays = (asyncio.create_task(store.write(add, number)) for number in ("A1", "A2"))
    await asyncio.sleep(0)
    gone.cancel()
    await busy.ends()
    assert await stays == "A2"
    assert await store.read(numbers) == ["A1", "A2"]


async def test_a_database_that_cannot_be_written_is_unavailable_to_each(tmp_path: Path) -> None:
    missing = StoreThread(Database(tmp_path / "missing" / "visits.db"))
    for _ in range(2):
        with pytest.raises(Unavailable):
            await missing.write(add, "A1")
    await missing.close()
