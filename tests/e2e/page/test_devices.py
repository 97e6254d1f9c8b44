"""Cameras and microphones that do not work: whose side it is, what to do, and going on without."""

import pytest

from contract.visitor_link import Ready
from tests.e2e.page.browser import ALLOW, DENY, FAKE_DEVICES, Visitor
from tests.e2e.page.conftest import NewVisitor
from tests.fakes.visit_service import VisitService

ANDROID = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.6 Mobile/15E148 Safari/604.1"
)
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:131.0) Gecko/131.0 Firefox/131.0"
REOPENED = """before => {
  const own = document.querySelector("section:not([hidden]) [data-self]");
  const [track] = own.srcObject?.getVideoTracks() ?? [];
  return track && track.id !== before && track.readyState === "live";
}"""

LEVELS = """async () => {
  const levels = [], until = performance.now() + 1500;
  while (performance.now() < until) {
    await new Promise(requestAnimationFrame);
    levels.push(document.querySelectorAll("[data-level] i.lit").length);
  }
  return [Math.min(...levels), Math.max(...levels)];
}"""


def without(kind: str, error: str) -> str:
    """A script after which opening `kind` fails with `error`, as a browser would fail."""
    return f"""
      const real = window.realGetUserMedia = MediaDevices.prototype.getUserMedia;
      MediaDevices.prototype.getUserMedia = function (wanted) {{
        if (wanted.{kind}) return Promise.reject(new DOMException("", "{error}"));
        return real.call(this, wanted);
      }};"""


@pytest.mark.parametrize(
    ("agent", "picture", "step"),
    [
        (ANDROID, "chrome", "Tap the icon with two sliders, left of the address."),
        (IPHONE, "safari", "Choose Website Settings"),
        (FIREFOX, "firefox", "Press the cross beside “Blocked”"),
    ],
)
async def test_a_blocked_camera_is_explained_for_the_browser_in_use(
    new_visitor: NewVisitor, agent: str, picture: str, step: str
) -> None:
    visitor = await new_visitor(DENY, FAKE_DEVICES, user_agent=agent)
    await visitor.check_devices()
    await visitor.reads("Your browser is blocking the camera and microphone")
    await visitor.reads(step)
    drawn = visitor.page.locator(f'img[src="/static/help/{picture}.svg"]')
    assert await drawn.evaluate("async image => (await image.decode(), image.naturalWidth)") > 0
    assert await drawn.get_attribute("alt")


async def test_a_device_without_camera_and_microphone_is_told_so(new_visitor: NewVisitor) -> None:
    visitor = await new_visitor(ALLOW)  # this machine has neither
    await visitor.check_devices()
    await visitor.reads("No camera and microphone found on this device")


@pytest.mark.parametrize(
    ("kind", "error", "words", "warning", "key", "ready"),
    [
        (
            "video", "NotFoundError", "No camera found on this device",
            "If you go on, Tomos will not see you.", "Go on without a camera", Ready(camera=False, microphone=True),
        ),
        (
            "audio", "NotReadableError", "Another app is using your microphone",
            "but will not hear you.", "Go on without a microphone", Ready(camera=True, microphone=False),
        ),
    ],
)  # fmt: skip
async def test_going_on_without_one_is_possible_once_its_price_is_said(  # a table of words
    visitor: Visitor, service: VisitService, kind: str, error: str, words: str, warning: str, key: str, ready: Ready
) -> None:
    await visitor.page.add_init_script(without(kind, error))
    await visitor.check_devices()
    await visitor.reads(words)
    await visitor.reads(warning)
    await visitor.press(key)
    assert await service.wait_for(Ready) == ready


async def test_trying_again_works_once_the_other_app_is_closed(visitor: Visitor) -> None:
    await visitor.page.add_init_script(without("video", "NotReadableError"))
    await visitor.check_devices()
    await visitor.reads("Another app is using your camera")
    await visitor.page.evaluate("() => { MediaDevices.prototype.getUserMedia = window.realGetUserMedia; }")
    await visitor.press("Try again")
    await visitor.reads("This is how they will see you.")
    await visitor.page.get_by_role("button", name="Continue", exact=True).wait_for()


async def test_a_page_that_is_not_secure_says_how_to_open_it(visitor: Visitor) -> None:
    await visitor.page.add_init_script("Object.defineProperty(window, 'isSecureContext', { value: false })")
    await visitor.check_devices()
    await visitor.reads("This browser cannot open the camera and microphone")


async def test_a_camera_that_stops_is_opened_again(visitor: Visitor) -> None:
    await visitor.wait_in_the_room()
    own = visitor.step("waiting").locator("video")
    before = await own.evaluate("video => video.srcObject.getVideoTracks()[0].id")
    await own.evaluate("video => { const [track] = video.srcObject.getVideoTracks(); track.stop(); track.onended(); }")
    await visitor.page.wait_for_function(REOPENED, arg=before)


async def test_the_level_follows_the_real_sound(visitor: Visitor) -> None:
    await visitor.check_devices()
    await visitor.reads("We can hear you.")
    lowest, highest = await visitor.page.evaluate(LEVELS)
    assert highest - lowest >= 3  # Chromium's fake microphone beeps twice a second and is silent between
