"""The call itself, with real media from an aiortc laptop: content is measured in what the page shows."""

import pytest

from contract.media import Answer, Received
from contract.visitor_link import Leave, Phase, Ready, VisitorCall
from contract.words import Purpose
from kiosk.media.sound_format import FULL_SCALE
from tests.e2e.page.browser import Visitor
from tests.fakes.laptop_peer import TONE_PEAK, LaptopPeer
from tests.fakes.visit_service import VisitService

MIDDLE = """video => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
  const draw = canvas.getContext("2d");
  draw.drawImage(video, 0, 0);
  return [...draw.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data].slice(0, 3);
}"""
LOUDEST_HZ = """async video => {
  const context = new AudioContext();
  const analyser = Object.assign(context.createAnalyser(), { fftSize: 8192 });
  context.createMediaStreamSource(video.srcObject).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const until = performance.now() + 10_000;
  let loudest = -Infinity, at = 0;
  while (loudest < -40 && performance.now() < until) {
    await new Promise(requestAnimationFrame);
    analyser.getFloatFrequencyData(bins);
    bins.forEach((db, bin) => { if (db > loudest) [loudest, at] = [db, bin]; });
  }
  await context.close();
  return at * context.sampleRate / analyser.fftSize;
}"""
IS_RED = f"video => video.videoWidth > 0 && ({MIDDLE})(video)[0] > 150"
IS_BLUE = f"video => video.videoWidth > 0 && ({MIDDLE})(video)[2] > 150"
KEEP_LOOKING = f"""video => {{
  window.looks = [];
  const look = () => {{
    window.looks.push(video.videoWidth > 0 ? ({MIDDLE})(video) : null);
    requestAnimationFrame(look);
  }};
  look();
}}"""
BLANK_LOOKS = "() => window.looks.filter((look) => look === null || Math.max(...look) < 60).length"
SOUND = "video => video.srcObject.getAudioTracks().map((track) => track.id).join()"

BLOCKS_SOUND = """
const play = HTMLMediaElement.prototype.play;
HTMLMediaElement.prototype.play = function () {
  if (this.muted || event?.type === "click") return play.call(this);
  return Promise.reject(new DOMException("", "NotAllowedError"));
};"""


async def _shows(visitor: Visitor, claim: str) -> None:
    video = await visitor.page.query_selector("video[data-them]")
    await visitor.page.wait_for_function(claim, arg=video)


async def test_a_preview_sends_the_picture_only_and_says_that_the_officer_sees(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.CHECKING)
    async with LaptopPeer(service, Purpose.PREVIEW) as laptop:
        await laptop.received("video")
        assert laptop.kinds_received == {"video"}
        await visitor.reads("They can see you now.")
        assert await visitor.page.locator("video[data-them]").evaluate("video => video.srcObject") is None


async def test_both_see_and_hear_each_other(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL, colour=(200, 20, 20)) as laptop:
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
        assert await visitor.page.locator("video[data-them]").evaluate(LOUDEST_HZ) == pytest.approx(440, abs=10)
        await laptop.received("video")
        await laptop.received("audio")
        assert laptop.last_picture is not None
        red, green, blue = laptop.last_picture.to_ndarray(format="rgb24")[10, 10]
        assert green > 100 > max(red, blue)  # Chromium's fake camera is green


async def test_the_page_begins_with_a_clear_picture(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL) as laptop:
        await laptop.received("video", 1)
        assert laptop.last_picture is not None
        assert (laptop.last_picture.width, laptop.last_picture.height) == (1280, 720)


async def test_the_page_reports_what_it_receives(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL) as laptop:
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await service.wait_until(lambda: any(r.video_frames > 20 and r.audio_ms > 500 for r in service.of(Received)))
        assert {report.session for report in service.of(Received)} == {laptop.session}


async def test_sound_that_does_not_come_is_not_counted(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.JOINING)
    async with LaptopPeer(service, Purpose.CALL) as laptop:
        await service.wait_until(lambda: any(r.audio_ms > 500 for r in service.of(Received)))
        laptop.fall_silent()
        count = len(service.of(Received))
        await service.wait_for(Received, count + 4)
    first, last = service.of(Received)[count + 1], service.of(Received)[count + 3]
    assert last.audio_ms - first.audio_ms < 300


async def test_a_new_offer_in_a_call_breaks_nothing_before_it_stands(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL, colour=(200, 20, 20)) as first:
        await visitor.is_told(Phase.LIVE, left_ms=60_000)
        await _shows(visitor, IS_RED)
        never = LaptopPeer(service, Purpose.CALL)
        await never.offer_and_no_more()
        await first.received("video", first.frames["video"] + 30)
        await _shows(visitor, IS_RED)
        async with LaptopPeer(service, Purpose.CALL, colour=(20, 20, 200)) as second:
            await _shows(visitor, IS_BLUE)
            await second.received("audio")
            await first.closed_by_the_page()
        await never.__aexit__()


async def test_a_new_session_brings_sound_and_picture_each_when_it_has_come_and_nothing_goes_blank(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.wait_in_the_room()
    them = visitor.page.locator("video[data-them]")
    async with LaptopPeer(service, Purpose.CALL, colour=(200, 20, 20)) as first:
        await visitor.is_told(Phase.LIVE, left_ms=60_000)
        await _shows(visitor, IS_RED)
        sound = await them.evaluate(SOUND)
        await them.evaluate(KEEP_LOOKING)
        async with LaptopPeer(service, Purpose.CALL, colour=(20, 20, 200), has_picture=False) as second:
            await _shows(visitor, f"video => ({SOUND})(video) !== '{sound}'")
            assert await them.evaluate(IS_RED)
            second.begin_picture()
            await _shows(visitor, IS_BLUE)
            await first.closed_by_the_page()
            assert await them.evaluate("video => video.srcObject.getTracks().length") == 2
            assert await them.evaluate(LOUDEST_HZ) == pytest.approx(440, abs=10)
        assert await visitor.page.evaluate(BLANK_LOOKS) == 0


async def test_a_new_session_that_brings_no_picture_takes_over_all_the_same(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL) as first:
        await visitor.is_told(Phase.LIVE, left_ms=60_000)
        await _shows(visitor, IS_RED)
        async with LaptopPeer(service, Purpose.CALL, has_picture=False) as second:
            await first.closed_by_the_page()
            await second.received("audio")


async def test_an_offer_for_another_page_is_not_answered(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    service.pages.append("an-older-page")
    with pytest.raises(TimeoutError):
        await LaptopPeer(service, Purpose.CALL).try_for(1.0)
    assert service.of(Answer) == []


async def test_a_reload_in_the_call_comes_straight_back_to_it(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
    service.forget()
    await visitor.page.reload()
    assert await service.wait_for(Ready) == Ready(camera=True, microphone=True)
    assert len(set(service.pages)) == 2
    async with LaptopPeer(service, Purpose.CALL):
        await _shows(visitor, IS_RED)


async def test_the_call_goes_on_while_the_service_is_away(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
        session = await visitor.page.locator("video[data-them]").evaluate_handle("video => video.srcObject")
        service.forget()
        await service.drop()
        assert await service.wait_for(Ready) == Ready(camera=True, microphone=True)
        assert len(set(service.pages)) == 1
        assert await session.evaluate("stream => stream === document.querySelector('video[data-them]').srcObject")
        await service.wait_for(Received)


async def test_a_service_that_has_forgotten_the_call_does_not_end_it(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
        service.forget()
        service.call = VisitorCall(phase=Phase.WAITING, prison_connected=False)
        await service.drop()
        await service.wait_for(Ready)
        await service.wait_for(Received, 2)
        await visitor.reads("30 minutes left")


async def test_leaving_is_asked_once_and_then_said(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
    await visitor.press("Leave")
    await visitor.press("Stay")
    assert service.of(Leave) == []
    await visitor.press("Leave")
    await visitor.press("Leave the call")
    await service.wait_for(Leave)
    await visitor.reads("You left the call.")


async def test_a_stopped_call_hides_the_picture_and_says_why(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
        for phase, connected, words in (
            (Phase.INTERRUPTED, True, "The connection dropped"),
            (Phase.INTERRUPTED, False, "The prison's connection dropped"),
            (Phase.HELD, True, "An officer has paused the call"),
        ):
            await visitor.is_told(phase, left_ms=20 * 60_000, prison_connected=connected)
            await visitor.reads(words)
            assert not await visitor.page.locator("video[data-them]").is_visible()


async def test_time_left_is_said_in_words_and_warned_of(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=12 * 60_000)
        await visitor.reads("12 minutes left")
        await visitor.is_told(Phase.LIVE, left_ms=5 * 60_000)
        await visitor.hears("5 minutes left")
        await visitor.is_told(Phase.LIVE, left_ms=29_000)
        await visitor.reads("Time to say goodbye")


async def test_sound_the_browser_blocks_is_one_tap_away(visitor: Visitor, service: VisitService) -> None:
    await visitor.page.add_init_script(BLOCKS_SOUND)
    await visitor.wait_in_the_room()
    them = visitor.page.locator("video[data-them]")
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await _shows(visitor, IS_RED)
        assert await them.evaluate("video => video.muted")
        await visitor.press("Tap to hear")
        assert not await them.evaluate("video => video.muted || video.paused")
        await visitor.page.get_by_role("button", name="Tap to hear").wait_for(state="hidden")


async def test_the_page_reports_how_loud_and_how_well_it_is_received(visitor: Visitor, service: VisitService) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL) as laptop:
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        tone = TONE_PEAK / FULL_SCALE  # Chromium's energy is that of the largest sample, not of the mean
        await service.wait_until(
            lambda: any(r.sound_level == pytest.approx(tone, rel=0.2) and r.rtt_ms for r in service.of(Received))
        )
        assert all(r.loss_percent < 50 for r in service.of(Received))
        laptop.fall_silent()
        await service.wait_until(lambda: service.of(Received)[-1].sound_level < 0.01)


FAULTS = {
    "heard": "You cannot be heard in the prison. We are fixing it.",
    "seen": "You cannot be seen in the prison. We are fixing it.",
}


@pytest.mark.parametrize("fact", FAULTS)
async def test_a_visitor_who_is_not_heard_or_seen_reads_it_as_soon_as_it_is_told_and_while_it_lasts(
    visitor: Visitor, service: VisitService, fact: str
) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000, heard=True, seen=True)
        await _shows(visitor, IS_RED)
        band = visitor.page.get_by_text(FAULTS[fact]).first
        assert not await band.is_visible()
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000, **{fact: False})
        await visitor.reads(FAULTS[fact])
        await visitor.hears(FAULTS[fact])
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000, **{fact: None})
        await visitor.step("call").locator('[data-part^="un"]:visible').wait_for(state="hidden")
        await visitor.is_told(Phase.INTERRUPTED, left_ms=30 * 60_000, **{fact: False})
        await visitor.reads("The connection dropped")
        assert not await band.is_visible()


async def test_an_officers_sentence_stands_over_the_call_until_it_is_taken_back(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000, notice="Please keep the call calm.")
        await visitor.reads("An officer says: Please keep the call calm.")
        await visitor.hears("An officer says: Please keep the call calm.")
        await visitor.is_told(Phase.LIVE, left_ms=30 * 60_000)
        await visitor.step("call").locator('[data-part="notice"]').wait_for(state="hidden")


async def test_a_held_call_says_that_an_officer_paused_it_and_the_time_is_stopped(
    visitor: Visitor, service: VisitService
) -> None:
    await visitor.wait_in_the_room()
    async with LaptopPeer(service, Purpose.CALL):
        await visitor.is_told(Phase.HELD, left_ms=30 * 60_000)
        await visitor.hears("An officer has paused the call. Your time is stopped.")
