"""Make before break: a line that goes dead, or a laptop whose address changes, has a new connection take over while
devices stay open and the old connection still tries."""

import pytest

from kiosk.media.facts import Joined, Measured, OfferMade, Renewed, SessionFailed
from tests.fakes.eventually import eventually
from tests.fakes.lossy_line import LossyLine
from tests.integration.media.laptop import Laptop, started
from tests.integration.media.visitor import GreenSquare, Tone, Visitor

pytestmark = pytest.mark.slow

SOUND_MS = 300
WITHIN_S = 20.0
RENEW_LIMIT_S = 4.0  # in which a machine that is slow has made its offer too


async def joined(laptop: Laptop, line: LossyLine | None = None) -> Visitor:
    """A call that stands, over `line` if there is one."""
    visitor = laptop.invite(GreenSquare(320, 180), Tone())
    laptop.connect("session-1")
    offer = (await laptop.next(OfferMade)).sdp
    answer = await visitor.answer(offer if line is None else line.to_visitor(offer))
    laptop.room.answer("session-1", answer if line is None else line.to_laptop(answer))
    await laptop.measured(lambda m: m.received_audio_ms > SOUND_MS and m.received_video_frames > 0)
    return visitor


async def answered(laptop: Laptop, offer: OfferMade) -> Visitor:
    """The page answers with another connection, beside the one it has."""
    visitor = laptop.invite(GreenSquare(320, 180), Tone())
    laptop.room.answer(offer.session, await visitor.answer(offer.sdp))
    return visitor


async def test_a_dead_line_has_another_connection_take_over_with_the_devices_open() -> None:
    async with started() as laptop, LossyLine.strung("127.0.0.1") as line:
        await joined(laptop, line)
        line.loss = 1.0
        offer = await laptop.next(OfferMade)
        before = await laptop.next(Measured)
        visitor = await answered(laptop, offer)
        renewed = await laptop.next(Renewed)
        after = await laptop.measured(lambda m: m.received_audio_ms > before.received_audio_ms + SOUND_MS)
        await visitor.heard_enough.wait()
        seen = laptop.facts_so_far()

    assert (offer.renews, renewed) == ("session-1", Renewed("session-1", offer.session))
    assert after.session == offer.session
    assert after.sent_audio_ms > before.sent_audio_ms
    assert after.received_video_frames >= before.received_video_frames
    assert not [fact for fact in seen if isinstance(fact, SessionFailed)]


async def test_a_laptop_whose_address_changes_connects_anew_before_it_lets_go() -> None:
    async with started() as laptop:
        old = await joined(laptop)
        laptop.room.renew(())
        offer = await laptop.next(OfferMade)
        assert old.connection.connectionState == "connected"
        new = await answered(laptop, offer)
        await laptop.next(Renewed)
        assert old.connection.connectionState == "connected"
        join = await laptop.next(Joined)
        await eventually(lambda: bool(new.pictures), WITHIN_S, "the page has a picture by the new connection")

    assert join.session == offer.session


async def test_a_laptop_whose_address_changes_again_begins_again_at_once_under_another_name() -> None:
    async with started() as laptop:
        await joined(laptop)
        laptop.room.renew(())
        first = await laptop.next(OfferMade)
        late = await laptop.invite(GreenSquare(320, 180), Tone()).answer(first.sdp)
        laptop.room.renew(())
        second = await laptop.next(OfferMade)
        laptop.room.answer(first.session, late)
        await answered(laptop, second)
        renewed = await laptop.next(Renewed)

    assert (first.renews, second.renews) == ("session-1", "session-1")
    assert first.session != second.session
    assert renewed == Renewed("session-1", second.session)


async def test_a_laptop_whose_address_changes_again_begins_again_though_the_old_connection_is_down(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "kiosk.media.connections")
    async with started() as laptop:
        old = await joined(laptop)
        laptop.room.renew(())
        first = await laptop.next(OfferMade)
        await old.close()
        await eventually(lambda: "connection session-1 is over" in caplog.text, WITHIN_S, "the old connection is down")
        laptop.room.renew(())
        second = await laptop.next(OfferMade)
        await answered(laptop, second)
        renewed = await laptop.next(Renewed)

    assert first.session != second.session
    assert renewed == Renewed("session-1", second.session)


async def test_a_renewal_that_nobody_answers_leaves_the_call_as_it_was(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "kiosk.media.connections")
    monkeypatch.setattr("kiosk.media.connections.RENEW_LIMIT_S", RENEW_LIMIT_S)
    async with started() as laptop:
        await joined(laptop)
        laptop.room.renew(())
        offer = await laptop.next(OfferMade)
        over = f"connection {offer.session} came to nothing"
        await eventually(lambda: over in caplog.text, WITHIN_S, "nobody is waited for any more")
        assert not [fact for fact in laptop.facts_so_far() if isinstance(fact, SessionFailed)]
        before = await laptop.next(Measured)
        after = await laptop.measured(lambda m: m.received_audio_ms > before.received_audio_ms + 2 * SOUND_MS)

    assert after.session == "session-1"


async def test_a_page_that_lets_go_of_the_old_first_is_taken_over_too() -> None:
    async with started() as laptop:
        old = await joined(laptop)
        laptop.room.renew(())
        offer = await laptop.next(OfferMade)
        await old.close()
        before = await laptop.next(Measured)
        await answered(laptop, offer)
        await laptop.next(Renewed)
        await laptop.measured(lambda m: m.received_audio_ms > before.received_audio_ms + SOUND_MS)


async def test_a_visitor_who_leaves_during_a_renewal_ends_the_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.media.connections.RENEW_LIMIT_S", RENEW_LIMIT_S)
    async with started() as laptop:
        old = await joined(laptop)
        laptop.room.renew(())
        await laptop.next(OfferMade)
        await old.close()
        failed = await laptop.next(SessionFailed)

    assert failed.session == "session-1"
