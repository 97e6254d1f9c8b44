"""The family: a real Chromium at the visitor's page, with a camera and a microphone that show and say what is known."""

import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

from playwright.async_api import BrowserContext, ElementHandle, Page, async_playwright

CHROMIUM: Final = "/usr/bin/chromium"
FLAGS: Final = (
    "--no-sandbox",
    "--headless=new",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
    "--disable-quic",
    "--autoplay-policy=no-user-gesture-required",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream=fps=10",
)


class Family:
    """People at one browser, doing what they would do with their hands."""

    def __init__(self, context: BrowserContext, page: Page) -> None:
        self._context, self.page = context, page
        self.has_patience(20)

    def has_patience(self, seconds: float) -> None:
        """How long they wait for what is to come about at the page."""
        self._patience_s = seconds
        self.page.set_default_timeout(seconds * 1000)

    async def opens(self, link: str) -> None:
        """Open the link and go as far as the waiting room."""
        await self.page.goto(link)
        await self.presses("Continue")
        await self.presses("Turn them on")
        await self.presses("Continue")
        await self.is_at("waiting")

    async def presses(self, name: str) -> None:
        await self.page.get_by_role("button", name=name, exact=True).click()

    async def leaves(self) -> None:
        """Say goodbye: press Leave, and say so again when asked."""
        await self.presses("Leave")
        await self.presses("Leave the call")

    async def is_at(self, step: str, within_s: float | None = None) -> None:
        """Wait until the page shows `step`."""
        timeout = (within_s or self._patience_s) * 1000
        await self.page.locator(f'section[data-step="{step}"]').wait_for(state="visible", timeout=timeout)

    async def reads(self, words: str, within_s: float | None = None) -> None:
        """Wait until these words can be seen."""
        timeout = (within_s or self._patience_s) * 1000
        await self.page.get_by_text(words).locator("visible=true").first.wait_for(timeout=timeout)

    async def picture(self) -> ElementHandle:
        """Where the prisoner's picture is shown."""
        found = await self.page.query_selector("video[data-them]")
        assert found is not None
        return found

    async def pictures(self) -> int:
        """How many pictures of the prisoner's have been shown."""
        shown = "video => video.getVideoPlaybackQuality().totalVideoFrames"
        return int(await (await self.picture()).evaluate(shown))

    async def new_browser_at(self, link: str) -> Page:
        """Somebody opens the same link in another browser: nothing is shared with the first."""
        browser = self._context.browser
        assert browser is not None
        page = await (await browser.new_context()).new_page()
        await page.goto(link)
        return page


@asynccontextmanager
async def family(
    picture: Path | None = None,
    sound: Path | None = None,
    env: Mapping[str, str] | None = None,
    executable: str = CHROMIUM,
) -> AsyncIterator[Family]:
    """A family with a fresh browser; `env` says where it plays its sound, and without it the browser is mute."""
    flags = [*FLAGS]
    if picture is not None:
        flags.append(f"--use-file-for-fake-video-capture={picture}")
    if sound is not None:
        flags.append(f"--use-file-for-fake-audio-capture={sound}")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=executable,
            args=flags,
            env={**os.environ, **(env or {})},
            ignore_default_args=["--mute-audio"] if env else None,
        )
        context = await browser.new_context(viewport={"width": 360, "height": 740})
        try:
            yield Family(context, await context.new_page())
        finally:
            await browser.close()
