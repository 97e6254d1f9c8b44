"""The page's pure functions, run where they run for a visitor: in a browser, as modules of the real page."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from tests.e2e.page.browser import ALLOW, FAKE_DEVICES, Browsers
from tests.fakes.visit_service import running

Calls = list[tuple[str, list[Any]]]  # function name, arguments
LONDON = "Europe/London"
CALL = """async ([module, calls]) => {
  const functions = await import(`/static/js/${module}.js`);
  return calls.map(([name, given]) => functions[name](...given));
}"""


Modules = Callable[[str, Calls], Awaitable[list[Any]]]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def modules(chromium: Browsers) -> AsyncIterator[Modules]:
    """`await modules("time", [("leftWords", [1000])])`: the answers of these functions of one module."""
    browser = await chromium.get(ALLOW, FAKE_DEVICES)
    async with running() as service, await browser.new_context() as context:
        page = await context.new_page()
        await page.goto(service.url)

        async def answers(module: str, calls: Calls) -> list[Any]:
            given: list[Any] = await page.evaluate(CALL, [module, calls])
            return given

        yield answers


async def test_times_are_the_prisons_in_summer_and_winter(modules: Modules) -> None:
    expected = {
        "2024-11-22T14:30:00Z": "2:30pm",
        "2024-07-22T14:30:00Z": "3:30pm",
        "2024-11-22T15:00:00Z": "3pm",
        "2024-11-22T12:00:00Z": "midday",
        "2024-11-22T00:00:00Z": "midnight",
        "2024-11-22T00:05:00Z": "12:05am",
        "2024-11-22T12:05:00Z": "12:05pm",
        "2024-03-31T00:59:00Z": "12:59am",
        "2024-03-31T01:00:00Z": "2am",
    }
    assert await modules("time", [("timeWords", [when, LONDON]) for when in expected]) == [*expected.values()]


async def test_days_stay_together_on_one_line(modules: Modules) -> None:
    calls: Calls = [("dayWords", [w, LONDON]) for w in ("2024-11-22T14:30Z", "2024-07-31T23:30Z")]
    assert await modules("time", calls) == ["Friday 22\u00a0November", "Thursday 1\u00a0August"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "soonWords",
            {
                720: "in 12 minutes",
                90: "in 2 minutes",
                60: "in 1 minute",
                59: "in 59 seconds",
                1: "in 1 second",
                0: "now",
                -5: "now",
            },
        ),
        ("soonWords", {3600: "in 1 hour", 3900: "in 1 hour 5 minutes", 3 * 86_400: "in 3 days"}),
        ("leftWords", {1800: "30 minutes left", 601: "11 minutes left", 600: "10 minutes left", 60: "1 minute left"}),
        ("leftWords", {59: "59 seconds left", 1: "1 second left", 0: "0 seconds left", -1: "0 seconds left"}),
        (
            "talkWords",
            {0: "0 seconds", 59: "59 seconds", 60: "1 minute", 89: "1 minute", 90: "2 minutes", 1799: "30 minutes"},
        ),
        ("warningAt", {601: None, 600: 10, 586: 10, 585: None, 300: 5, 120: 2, 60: 1, 31: None, 30: "goodbye"}),
    ],
)
async def test_lengths_of_time_in_words(modules: Modules, name: str, expected: dict[int, object]) -> None:
    assert await modules("time", [(name, [seconds * 1000]) for seconds in expected]) == [*expected.values()]


async def test_what_is_owed_is_said_in_words_and_nothing_where_nothing_is(modules: Modules) -> None:
    told = "The prison has been told."
    expected = {
        0: "",
        999: "",
        1_000: f"1 second is owed to you. {told}",
        60_000: f"1 minute is owed to you. {told}",
        600_000: f"10 minutes are owed to you. {told}",
    }
    assert await modules("words", [("owedWords", [ms]) for ms in expected]) == [*expected.values()]


async def test_how_well_sound_and_packets_came_is_told_within_the_contracts_limits(modules: Modules) -> None:
    before = {"energy": 1.0, "seconds": 10.0, "level": 0.2, "lost": 5, "arrived": 95}
    after = {"energy": 1.25, "seconds": 11.0, "level": 0.9, "lost": 15, "arrived": 185}
    calls: Calls = [
        ("qualityOf", [after, before, 42.5]),
        ("qualityOf", [before, before, None]),
        ("qualityOf", [before, after, 99_000]),
        ("qualityOf", [after | {"energy": 1e9, "lost": 1e9}, before, -1]),
    ]
    assert await modules("received", calls) == [
        {"sound_level": 0.5, "loss_percent": 10, "rtt_ms": 42.5},
        {"sound_level": 0.2, "loss_percent": 0, "rtt_ms": None},
        {"sound_level": 0.2, "loss_percent": 0, "rtt_ms": 60_000},
        {"sound_level": 1, "loss_percent": pytest.approx(100, abs=0.001), "rtt_ms": 0},
    ]


async def test_names_are_listed_as_people_say_them(modules: Modules) -> None:
    calls: Calls = [("listWords", [names]) for names in (["A"], ["A", "B"], ["A", "B", "C"])]
    assert await modules("words", calls) == ["A", "A and B", "A, B and C"]


async def test_waits_double_up_to_a_limit_and_are_spread(modules: Modules) -> None:
    calls: Calls = [("waitFor", given) for given in ([0, 0], [0, 1], [3, 1], [30, 0], [30, 1])]
    assert await modules("backoff", calls) == [250, 500, 4000, 4000, 8000]


async def test_only_video_codecs_are_told_to_start_quickly(modules: Modules) -> None:
    offer = (
        "v=0\r\nm=audio 9 X 96\r\na=rtpmap:96 opus/48000/2\r\n"
        "m=video 9 X 97 98 99\r\na=rtpmap:97 VP8/90000\r\na=rtpmap:98 rtx/90000\r\na=fmtp:98 apt=97\r\n"
        "a=rtpmap:99 H264/90000\r\na=fmtp:99 profile-level-id=42e01f\r\n"
    )
    [answer] = await modules("quick-start", [("quickStart", [offer, 900])])
    assert answer == offer.replace("VP8/90000\r\n", "VP8/90000\r\na=fmtp:97 x-google-start-bitrate=900\r\n").replace(
        "42e01f", "42e01f;x-google-start-bitrate=900"
    )


async def test_each_browser_gets_its_own_help(modules: Modules) -> None:
    agents = {
        "Mozilla/5.0 (X11; Linux) Chrome/130.0 Safari/537.36": "chrome",
        "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36 Edg/130.0": "chrome",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Version/17.6 Mobile/15E148 Safari/604.1": "safari",
        "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 CriOS/130.0 Mobile/15E148 Safari/604.1": "ios",
        "Mozilla/5.0 (Android 14; rv:131.0) Gecko/131.0 Firefox/131.0": "firefox",
    }
    assert await modules("help", [("browserOf", [agent]) for agent in agents]) == [*agents.values()]
