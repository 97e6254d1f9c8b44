"""Chromium as these tests start it, and one visitor's page in it, driven as a person would."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, Literal

from playwright.async_api import Browser, Locator, Page, Playwright, async_playwright

from contract.visitor_link import Phase, Ready, VisitorCall
from tests.fakes.visit_service import VisitService

CHROMIUM: Final = "/usr/bin/chromium"
PHONE: Final = (360, 740)
DESK: Final = (1280, 800)
ALWAYS: Final = (
    "--no-sandbox",
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--autoplay-policy=no-user-gesture-required",
)
FAKE_DEVICES: Final = "--use-fake-device-for-media-stream=fps=30"
ALLOW: Final = "--use-fake-ui-for-media-stream"
DENY: Final = "--use-fake-ui-for-media-stream=deny"
Step = Literal["opening", "rules", "check", "waiting", "call", "goodbye", "refused"]


class Browsers:
    """One Chromium for each set of flags, started when first asked for."""

    def __init__(self, playwright: Playwright) -> None:
        self._playwright = playwright
        self._open: dict[tuple[str, ...], Browser] = {}

    async def get(self, *flags: str) -> Browser:
        """The browser with these flags."""
        if flags not in self._open:
            self._open[flags] = await self._playwright.chromium.launch(executable_path=CHROMIUM, args=[*ALWAYS, *flags])
        return self._open[flags]

    async def close(self) -> None:
        """Close them all."""
        for browser in self._open.values():
            await browser.close()


@asynccontextmanager
async def browsers() -> AsyncIterator[Browsers]:
    """Browsers that are all closed at the end."""
    async with async_playwright() as playwright:
        every = Browsers(playwright)
        try:
            yield every
        finally:
            await every.close()


class Visitor:
    """A person at the page. `errors` keeps what the page complained of; a test fails on any."""

    def __init__(self, page: Page, service: VisitService) -> None:
        self.page = page
        self.errors: list[str] = []
        self._service = service
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda line: self.errors.append(line.text) if line.type == "error" else None)

    async def open(self) -> None:
        """Open the link."""
        await self.page.goto(self._service.url)

    async def is_at(self, step: Step) -> None:
        """Wait until the page shows `step`."""
        await self.page.locator(f'section[data-step="{step}"]').wait_for(state="visible")

    def step(self, step: Step) -> Locator:
        """The section of `step`."""
        return self.page.locator(f'section[data-step="{step}"]')

    async def press(self, name: str) -> None:
        """Press the button with this name."""
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def reads(self, words: str) -> None:
        """Wait until these words can be seen."""
        await self.page.get_by_text(words).locator("visible=true").first.wait_for()

    async def hears(self, words: str) -> None:
        """Wait until a screen reader has these words to say."""
        await self.page.locator("#say", has_text=words).wait_for(state="attached")

    async def check_devices(self) -> None:
        """From the link to the end of the check."""
        await self.open()
        await self.press("Continue")
        await self.press("Turn them on")

    async def wait_in_the_room(self) -> Ready:
        """From the link to the waiting room, with camera and microphone."""
        await self.check_devices()
        await self.press("Continue")
        await self.is_at("waiting")
        return await self._service.wait_for(Ready)

    async def is_told(self, phase: Phase, **fields: object) -> None:
        """The service says where the call is."""
        known = {"type": "call", "phase": phase, "prison_connected": True} | fields
        await self._service.say(VisitorCall.model_validate(known))
