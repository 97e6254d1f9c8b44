"""The page for everyone: contrast, targets, zoom, keyboard and screen reader, measured in the real page."""

from typing import Final

import pytest

from contract.visitor_link import Phase
from tests.e2e.page.browser import DENY, FAKE_DEVICES, Visitor
from tests.e2e.page.conftest import NewVisitor
from tests.fakes.visit_service import VisitService

# WCAG 2.2's own formulas for relative luminance and contrast ratio.
LOW_CONTRAST: Final = """() => {
  const parse = colour => colour.match(/[\\d.]+/g).map(Number);
  const luminance = ([r, g, b]) => {
    const part = v => (v /= 255) <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length < 4 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const element of document.querySelectorAll("body *")) {
    const says = [...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim());
    if (!says || !element.checkVisibility() || element.closest("video, noscript")) continue;
    const [ink, paper] = [parse(getComputedStyle(element).color), ground(element)].map(luminance);
    const ratio = (Math.max(ink, paper) + 0.05) / (Math.min(ink, paper) + 0.05);
    if (ratio < 4.5) low.push(`${element.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return low;
}"""
SMALL_TARGETS: Final = """() => [...document.querySelectorAll("button, a[href]")]
  .filter(target => target.checkVisibility())
  .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
  .filter(([, box]) => box.height < 64 || box.width < 64)
  .map(([name, box]) => `${name}: ${box.width} by ${box.height}`)"""
UNNAMED: Final = """() => [...document.querySelectorAll("button, a[href], img, video[data-self], progress")]
  .filter(element => element.checkVisibility())
  .filter(element => !(element.textContent.trim() || element.alt || element.ariaLabel ||
                       element.getAttribute("aria-labelledby")))
  .map(element => element.outerHTML)"""
TOO_WIDE: Final = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED: Final = "() => document.activeElement.textContent.trim()"


async def _is_for_everyone(visitor: Visitor) -> None:
    page = visitor.page
    assert await page.evaluate(LOW_CONTRAST) == []
    assert await page.evaluate(SMALL_TARGETS) == []
    assert await page.evaluate(UNNAMED) == []
    assert await page.locator("h1:visible").count() == 1
    assert await page.evaluate(TOO_WIDE) <= 0


@pytest.mark.parametrize("size", [(360, 740), (180, 370), (740, 360), (1280, 800)])
async def test_every_step_is_legible_and_fits(new_visitor: NewVisitor, size: tuple[int, int]) -> None:
    """180 by 370 is a phone of 360 by 740 at 200 % zoom."""
    visitor = await new_visitor(size=size)
    await visitor.open()
    await visitor.is_at("rules")
    await _is_for_everyone(visitor)
    await visitor.press("Continue")
    await _is_for_everyone(visitor)
    await visitor.press("Turn them on")
    await visitor.reads("We can hear you.")
    await _is_for_everyone(visitor)
    await visitor.press("Continue")
    await visitor.is_at("waiting")
    await _is_for_everyone(visitor)
    await visitor.is_told(Phase.LIVE, left_ms=25_000)
    await visitor.reads("Time to say goodbye")
    await visitor.press("Leave")
    await _is_for_everyone(visitor)
    await visitor.is_told(Phase.ENDED, why="The time was up.")
    await visitor.is_at("goodbye")
    await _is_for_everyone(visitor)


async def test_a_failure_and_large_text_are_legible_and_fit(new_visitor: NewVisitor) -> None:
    visitor = await new_visitor(DENY, FAKE_DEVICES)
    await visitor.check_devices()
    await visitor.reads("Your browser is blocking")
    await _is_for_everyone(visitor)
    await visitor.page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert await visitor.page.evaluate(TOO_WIDE) <= 0


async def test_a_refusal_is_legible(visitor: Visitor, service: VisitService) -> None:
    await visitor.page.goto(service.url + "-not")
    await _is_for_everyone(visitor)
    visitor.errors.clear()  # Chromium logs every 404


async def test_the_page_can_be_used_by_keyboard_alone(visitor: Visitor) -> None:
    keys = visitor.page.keyboard
    await visitor.open()
    await visitor.is_at("rules")
    assert await visitor.page.evaluate(FOCUSED) == "Video call with Tomos"
    await keys.press("Tab")
    assert await visitor.page.evaluate(FOCUSED) == "Continue"
    await keys.press("Enter")
    assert await visitor.page.evaluate(FOCUSED) == "Check your camera and microphone"
    await keys.press("Tab")
    await keys.press("Enter")
    await visitor.reads("This is how they will see you.")
    assert await visitor.page.evaluate(FOCUSED) == "Continue"
    await keys.press("Space")
    await visitor.is_at("waiting")
    assert await visitor.page.evaluate(FOCUSED) == "You are early"
    await visitor.is_told(Phase.LIVE, left_ms=60_000)
    await visitor.is_at("call")
    await keys.press("Tab")
    await keys.press("Enter")
    assert await visitor.page.evaluate(FOCUSED) == "Leave now? This ends the call."
    await keys.press("Tab")
    assert await visitor.page.evaluate(FOCUSED) == "Stay"
    await keys.press("Enter")
    assert await visitor.page.evaluate(FOCUSED) == "Leave"


async def test_what_changes_is_said_aloud(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.CHECKING)
    await visitor.hears("An officer is checking who is there.")
    await visitor.is_told(Phase.JOINING)
    await visitor.hears("Connecting you to Tomos. Your time has not started.")
    await visitor.is_told(Phase.HELD)
    await visitor.hears("An officer has paused the call.")


async def test_nothing_moves_for_those_who_ask_for_less_motion(new_visitor: NewVisitor) -> None:
    visitor = await new_visitor(reduced_motion="reduce")
    await visitor.wait_in_the_room()
    assert await visitor.page.evaluate("() => document.getAnimations().length") == 0
