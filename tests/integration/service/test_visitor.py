"""A family's link: who may open it, who may not, and with which words."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from websockets.exceptions import InvalidStatus

from contract.refusals import SENTENCE, RefusalCode, Refused
from contract.visitor_link import Phase
from contract.words import Presence, Reason
from tests.fakes.visits import NOON, FakeServiceClock, report
from tests.integration.service.harness import Browser, Running, laptop, refusal_of, running
from visits.api.settings import Settings
from visits.cli.opened import opened
from visits.demo_data.seed import Seeded, Wish, seed
from visits.store.bookings import visit_by_id
from visits.store.tables import VettingRow
from visits.tokens import new_token

BEHIND_TLS = Settings(public_url="https://visits.example")


def revoke_everybody(session: Session) -> None:
    for vetting in session.scalars(select(VettingRow)):
        vetting.revoked_at = NOON


async def test_looking_at_the_page_does_not_claim_the_link(service: Running, seeded: Seeded, file: Path) -> None:
    preview, family = Browser(service, seeded.due.link), Browser(service, seeded.due.link)
    answer = await preview.get()
    assert answer.status_code == 200
    assert "set-cookie" not in answer.headers
    assert (await family.claim()).status_code == 200


async def test_the_page_brings_nothing_from_elsewhere_and_is_not_kept(service: Running, seeded: Seeded) -> None:
    headers = (await Browser(service, seeded.due.link).get()).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["permissions-policy"].startswith("camera=(self), microphone=(self)")
    assert (headers["referrer-policy"], headers["cache-control"]) == ("no-referrer", "no-store")
    assert "server" not in headers


async def test_the_page_needs_nothing_inline(service: Running, seeded: Seeded) -> None:
    html = (await Browser(service, seeded.due.link).get()).text
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=", html)


async def test_the_cookie_is_for_this_link_alone_and_not_for_scripts(service: Running, seeded: Seeded) -> None:
    browser = Browser(service, seeded.due.link)
    cookie = (await browser.claim()).headers["set-cookie"]
    for part in ("HttpOnly", "SameSite=strict", f"Path={browser.path}"):
        assert part in cookie
    assert "Secure" not in cookie


async def test_behind_tls_the_cookie_is_secure_and_the_origin_is_the_public_one(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with running(file, clock, BEHIND_TLS) as service:
        browser = Browser(service, seeded.due.link)
        answer = await browser.claim()
        assert "Secure" in answer.headers["set-cookie"]
        assert "wss://visits.example" in answer.headers["content-security-policy"]
        browser.cookie = answer.headers["set-cookie"].split(";")[0].removeprefix("visit=")
        async with browser.page(origin="https://visits.example") as page:
            await page.hello()
        with pytest.raises(InvalidStatus):
            async with browser.page(origin=service.url):
                pass


async def test_welcome_says_who_when_and_under_which_rules(service: Running, seeded: Seeded) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with browser.page() as page:
        welcome, call = await page.hello()
    assert (welcome.for_whom, welcome.visitors) == ("Llŷr Prydderch", ("Nerys Prydderch", "Jac Prydderch"))
    assert (welcome.opens_at, welcome.starts_at) == (NOON - timedelta(minutes=5), NOON)
    assert (call.phase, call.prison_connected) == (Phase.WAITING, False)


async def test_of_two_browsers_the_first_keeps_the_link(service: Running, seeded: Seeded) -> None:
    first, second = Browser(service, seeded.due.link), Browser(service, seeded.due.link)
    await first.claim()
    answer = await second.claim()
    assert (answer.status_code, refusal_of(answer)) == (409, RefusalCode.LINK_IN_USE)
    assert (await first.claim()).status_code == 200
    async with second.page() as page:
        await page.say("hello", protocol=1, page="page-0002")
        assert await page.refused() is RefusalCode.LINK_NOT_CLAIMED
        assert await page.closed() == 1008


async def test_another_device_gets_the_link_once_the_first_has_been_gone_10_s(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    first, second = Browser(service, seeded.due.link), Browser(service, seeded.due.link)
    await first.claim()
    async with laptop(service, seeded.laptop) as prison:
        await prison.hello()
        async with first.page() as page:
            await page.hello()
            clock.advance(timedelta(minutes=1))
            assert refusal_of(await second.claim()) is RefusalCode.LINK_IN_USE
        await prison.presence(Presence.GONE)
        clock.advance(timedelta(seconds=9.9))
        assert refusal_of(await second.claim()) is RefusalCode.LINK_IN_USE
        clock.advance(timedelta(seconds=0.1))
        assert (await second.claim()).status_code == 200
    async with second.page() as page:
        await page.hello()
        assert refusal_of(await first.claim()) is RefusalCode.LINK_IN_USE


async def test_many_browsers_at_once_and_one_gets_the_link(service: Running, seeded: Seeded) -> None:
    browsers = [Browser(service, seeded.due.link) for _ in range(8)]
    answers = await asyncio.gather(*(browser.claim() for browser in browsers))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_a_restart_keeps_the_claim(file: Path, seeded: Seeded, clock: FakeServiceClock) -> None:
    async with running(file, clock) as service:
        first = Browser(service, seeded.due.link)
        await first.claim()
    async with running(file, clock) as service:
        again, other = Browser(service, seeded.due.link), Browser(service, seeded.due.link)
        again.cookie = first.cookie
        assert refusal_of(await other.claim()) is RefusalCode.LINK_IN_USE
        assert (await again.claim()).status_code == 200
        async with again.page() as page:
            await page.hello()


async def test_a_second_tab_takes_over_and_the_first_is_told(service: Running, seeded: Seeded) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with browser.page() as first, browser.page() as second:
        await first.hello()
        await second.hello("page-0002")
        assert await first.refused() is RefusalCode.OPENED_ELSEWHERE
        assert await first.closed() == 1008
        await second.ready()
        await second.say("answer", booking_id=seeded.due.booking_id, session="session-1", sdp="v=0")
        await second.say("answer", booking_id="other", session="session-1", sdp="v=0")
        assert await second.refused() is RefusalCode.NOT_YOUR_BOOKING


async def test_an_unknown_link_is_refused_with_words(service: Running, seeded: Seeded) -> None:
    browser = Browser(service, new_token())
    answer = await browser.claim()
    assert (answer.status_code, refusal_of(answer)) == (404, RefusalCode.LINK_UNKNOWN)
    page = await browser.get()
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert SENTENCE[RefusalCode.LINK_UNKNOWN] in page.text
    with pytest.raises(InvalidStatus) as refused:
        async with browser.page():
            pass
    assert refused.value.response.status_code == 404


@pytest.mark.parametrize("path", ["/", "/v/", "/v", "/v/half/a/link", "/v/x/claim", "/static/none.js", "/healthz/"])
async def test_a_person_at_a_wrong_address_is_told_in_words(service: Running, path: str) -> None:
    a_browsers = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        page = await client.get(service.url + path, headers=a_browsers)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert SENTENCE[RefusalCode.LINK_UNKNOWN] in page.text
    assert "default-src 'self'" in page.headers["content-security-policy"]


@pytest.mark.parametrize("accept", ["*/*", "application/json", ""])
async def test_a_program_at_a_wrong_address_is_told_in_json(service: Running, accept: str) -> None:
    async with httpx.AsyncClient(trust_env=False, verify=False) as client:
        answer = await client.get(service.url, headers={"Accept": accept})
    assert (answer.status_code, refusal_of(answer)) == (404, RefusalCode.MALFORMED)


async def test_a_link_is_expired_once_the_hard_stop_has_passed(
    service: Running, seeded: Seeded, clock: FakeServiceClock
) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    clock.advance(timedelta(minutes=30))
    for answer, status in ((await browser.claim(), 410), (await browser.get(), 410)):
        assert answer.status_code == status
    async with browser.page() as page:
        await page.say("hello", protocol=1, page="page-0001")
        assert await page.refused() is RefusalCode.LINK_EXPIRED


async def test_an_ended_call_is_refused_with_the_reason_it_ended(service: Running, seeded: Seeded) -> None:
    async with laptop(service, seeded.laptop) as prison:
        await prison.hello()
        await prison.outcome(report(seeded.due.booking_id, reason=Reason.OFFICER_ENDED))
    answer = await Browser(service, seeded.due.link).claim()
    assert refusal_of(answer) is RefusalCode.LINK_EXPIRED
    assert "An officer ended the call." in Refused.model_validate_json(answer.content).text


async def test_a_booking_with_an_unvetted_participant_is_refused(file: Path, service: Running, seeded: Seeded) -> None:
    with opened(file) as database:
        wish = Wish(timedelta(minutes=35), timedelta(minutes=10), is_vetted=False)
        made = database.write(seed, wish, NOON)
    browser = Browser(service, made.due.link)
    answer = await browser.claim()
    assert (answer.status_code, refusal_of(answer)) == (403, RefusalCode.NOT_VETTED)
    assert SENTENCE[RefusalCode.NOT_VETTED] in (await browser.get()).text


async def test_vetting_is_checked_again_at_hello(service: Running, seeded: Seeded, file: Path) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    async with browser.page() as page:
        with opened(file) as database:
            database.write(revoke_everybody)
        await page.say("hello", protocol=1, page="page-0001")
        assert await page.refused() is RefusalCode.NOT_VETTED
        assert await page.closed() == 1008


@pytest.mark.parametrize("origin", ["", "https://elsewhere.example", "null"])
async def test_another_site_cannot_speak_with_the_familys_cookie(service: Running, seeded: Seeded, origin: str) -> None:
    browser = Browser(service, seeded.due.link)
    await browser.claim()
    with pytest.raises(InvalidStatus) as refused:
        async with browser.page(origin=origin):
            pass
    assert refused.value.response.status_code == 403


async def test_visitors_beyond_the_limit_are_refused_and_others_go_on(
    file: Path, seeded: Seeded, clock: FakeServiceClock
) -> None:
    async with running(file, clock, Settings(most_visitors=1)) as service:
        browser = Browser(service, seeded.due.link)
        await browser.claim()
        async with browser.page() as page, laptop(service, seeded.laptop) as prison:
            with pytest.raises(InvalidStatus) as refused:
                async with browser.page():
                    pass
            assert refused.value.response.status_code == 503
            await page.hello()
            await prison.hello()


async def test_a_socket_on_which_nothing_is_said_is_closed(file: Path, seeded: Seeded, clock: FakeServiceClock) -> None:
    impatient = Settings(hello_within=timedelta(milliseconds=20))
    async with running(file, clock, impatient) as service, laptop(service, seeded.laptop) as prison:
        assert await prison.refused() is RefusalCode.OUT_OF_ORDER
        assert await prison.closed() == 1008


async def test_the_claim_time_is_kept_in_the_store(service: Running, seeded: Seeded, file: Path) -> None:
    await Browser(service, seeded.due.link).claim()
    with opened(file) as database:
        visit = database.read(visit_by_id, seeded.due.booking_id)
    assert visit is not None
    assert visit.call.claim is not None
    assert visit.call.claim.claimed_at == NOON
