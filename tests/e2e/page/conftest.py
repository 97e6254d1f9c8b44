"""One Chromium for all tests of the page, and for each test a fresh service and a fresh visitor."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio

from tests.e2e.page.browser import ALLOW, FAKE_DEVICES, PHONE, Browsers, Visitor, browsers
from tests.fakes.visit_service import VisitService, running

NewVisitor = Callable[..., Awaitable[Visitor]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All tests here are slow, and share one event loop with the browser."""
    for item in items:
        if "tests/e2e/page/" in item.path.as_posix():
            item.add_marker(pytest.mark.slow)
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium() -> AsyncIterator[Browsers]:
    async with browsers() as every:
        yield every


@pytest_asyncio.fixture(loop_scope="session")
async def service() -> AsyncIterator[VisitService]:
    async with running() as stand_in:
        yield stand_in


@pytest_asyncio.fixture(loop_scope="session")
async def new_visitor(chromium: Browsers, service: VisitService) -> AsyncIterator[NewVisitor]:
    """Make visitors: `await new_visitor(ALLOW, FAKE_DEVICES, size=PHONE)`."""
    visitors: list[Visitor] = []
    async with AsyncExitStack() as stack:

        async def make(*flags: str, size: tuple[int, int] = PHONE, **options: object) -> Visitor:
            browser = await chromium.get(*(flags or (ALLOW, FAKE_DEVICES)))
            width, height = size
            context = await browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]  # passed on as given
            stack.push_async_callback(context.close)
            visitors.append(Visitor(await context.new_page(), service))
            return visitors[-1]

        yield make
    assert [error for visitor in visitors for error in visitor.errors] == []


@pytest_asyncio.fixture(loop_scope="session")
async def visitor(new_visitor: NewVisitor) -> Visitor:
    """A visitor on a phone, with a camera and a microphone, who allows both."""
    return await new_visitor()
