"""The application as a whole: it does not go on with a dead watch."""

import asyncio

import pytest

from tests.fakes.service_keys import service_keys
from tests.fakes.visits import COSIGNER, FakeServiceClock
from visits.api.app import create_app
from visits.api.settings import Settings
from visits.api.switchboard import Switchboard
from visits.api.watch import Watch
from visits.errors import Unavailable
from visits.store.database import Database


async def test_the_service_stops_when_its_watch_dies(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    has_crashed = asyncio.Event()

    async def bug(_: Watch) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Watch, "look", bug)
    async with Switchboard(database, Settings(), FakeServiceClock(), COSIGNER, service_keys()) as board:
        app = create_app(board, has_crashed.set)
        async with app.router.lifespan_context(app):
            await has_crashed.wait()


async def test_the_watch_tries_again_when_the_store_does_not_answer(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    looked_twice = asyncio.Event()

    async def no_answer(_: Watch) -> None:
        looks.append(1)
        if len(looks) == 2:
            looked_twice.set()
        raise Unavailable("the disk is gone")

    monkeypatch.setattr(Watch, "look", no_answer)
    monkeypatch.setattr("visits.api.watch.EVERY_S", 0)
    async with Switchboard(database, Settings(), FakeServiceClock(), COSIGNER, service_keys()) as board:
        app = create_app(board, looked_twice.clear)
        async with app.router.lifespan_context(app):
            await looked_twice.wait()
