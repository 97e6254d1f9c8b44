"""The picture of a real call: a new rate costs no key frame, only a new size does; a browser gets 720 lines."""

from pathlib import Path
from typing import Any

import pytest
from aiortc.codecs.vpx import vp8_depayload
from av.frame import Frame
from playwright.async_api import async_playwright

from kiosk.media import picture_sender
from kiosk.media.decoders import vp8_size
from kiosk.media.facts import OfferMade
from kiosk.media.vp8_encoder import SteadyVp8Encoder
from kiosk.media.vpx_library import load_libvpx
from tests.e2e.kit.clips import write_picture
from tests.e2e.kit.family import CHROMIUM, FLAGS
from tests.integration.media.laptop import Laptop, started
from tests.integration.media.visitor import GreenSquare, Tone, Visitor

pytestmark = pytest.mark.slow

ANSWER = """async offer => {
  const vp8 = /^a=rtpmap:(\\d+) VP8\\/90000\\r\\n/gm;  // as the visitor's page does: quick-start.js
  const sdp = offer.replace(vp8, (line, type) => `${line}a=fmtp:${type} x-google-start-bitrate=1500\\r\\n`);
  const pc = window.pc = new RTCPeerConnection();
  const size = {width: {exact: 1280}, height: {exact: 720}, frameRate: {ideal: 30}};
  const stream = await navigator.mediaDevices.getUserMedia({video: size, audio: true});
  await pc.setRemoteDescription({type: "offer", sdp});
  stream.getTracks().forEach(track => pc.addTrack(track, stream));
  await pc.setLocalDescription(await pc.createAnswer());
  while (pc.iceGatheringState !== "complete") await new Promise(done => pc.onicegatheringstatechange = done);
  return pc.localDescription.sdp;
}"""
RECEIVES = """async lines => {
  const found = [...(await window.pc.getStats()).values()];
  return found.some(one => one.type === "inbound-rtp" && one.frameHeight === lines);
}"""


class Watched(SteadyVp8Encoder):
    """Keeps which sizes it was given, what it aimed at, and how many key frames there were."""

    def __init__(self) -> None:
        super().__init__(load_libvpx())
        self.sizes: list[tuple[int, int]] = []
        self.aims: set[int] = set()
        self.asked = self.due = self.keys = 0

    def encode(self, frame: Frame, force_keyframe: bool = False) -> tuple[list[bytes], int]:
        size = getattr(frame, "width", 0), getattr(frame, "height", 0)
        is_new = self.sizes[-1:] != [size]
        self.sizes += [size] if is_new else []
        self.due += is_new or force_keyframe
        self.aims.add(self.target_bitrate)
        self.asked += force_keyframe
        payloads, timestamp = super().encode(frame, force_keyframe)
        self.keys += vp8_size(b"".join(map(vp8_depayload, payloads))) != (0, 0)
        return payloads, timestamp


class Says:
    """In the place of an estimate: what the test says."""

    def __init__(self, bps: int) -> None:
        self.bps = bps
        self._last_ms = 0

    def add(self, arrival_time_ms: int, ssrc: int, **_rest: Any) -> tuple[int, list[int]] | None:
        if arrival_time_ms - self._last_ms < 200:
            return None
        self._last_ms = arrival_time_ms
        return self.bps, [ssrc]


async def call(laptop: Laptop) -> Visitor:
    visitor = laptop.invite(GreenSquare(320, 180), Tone())
    laptop.connect("session-1")
    laptop.room.answer("session-1", await visitor.answer((await laptop.next(OfferMade)).sdp))
    return visitor


async def test_the_rate_falls_and_rises_without_a_key_frame_and_a_burst_of_requests_costs_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    encoders: list[Watched] = []

    def watched() -> Watched:
        encoders.append(Watched())
        return encoders[-1]

    monkeypatch.setattr(picture_sender, "steady_encoder", watched)
    async with started() as laptop:
        visitor = await call(laptop)
        receiver = next(r for r in visitor.connection.getReceivers() if r.track.kind == "video")
        line = Says(2_500_000)
        setattr(receiver, "_RTCRtpReceiver__remote_bitrate_estimator", line)  # noqa: B010
        await laptop.measured(lambda m: m.sent_video_rung == "1280x720@30" and m.sent_video_kbps > 1100)
        for bps in (450_000, 2_500_000):
            line.bps = bps
            high = bps > 1_000_000
            await laptop.measured(lambda m, high=high: (m.sent_video_kbps > 600) is high)  # type: ignore[misc]
        encoder = encoders[0]
        frames = (await laptop.measured(lambda m: m.sent_video_frames > 0)).sent_video_frames
        source = receiver.getSynchronizationSources()[0].source
        for _ in range(5):
            await receiver._send_rtcp_pli(source)
        await laptop.measured(lambda m: m.sent_video_frames > frames + 5)

    assert len(encoders) == 1
    assert len(encoder.aims) > 4
    assert encoder.asked == 1
    assert encoder.keys == encoder.due


async def test_chromium_sends_and_gets_720_lines(tmp_path: Path) -> None:
    clip = write_picture(tmp_path / "clip.y4m", 1280, 720)
    async with async_playwright() as playwright, started() as laptop:
        flags = [*FLAGS, f"--use-file-for-fake-video-capture={clip}"]
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        page = await browser.new_page()
        await page.route("**/*", lambda route: route.fulfill(body="<html></html>", content_type="text/html"))
        await page.goto("http://localhost/")  # answered above: a page that may open a camera
        laptop.connect("session-1")
        offer = (await laptop.next(OfferMade)).sdp
        assert "goog-remb" in offer  # or the browser would hear nothing of what it may send
        laptop.room.answer("session-1", await page.evaluate(ANSWER, offer))
        await laptop.measured(lambda m: m.received_video_height == 720)
        await page.wait_for_function(RECEIVES, arg=720, timeout=15_000)
        await browser.close()
