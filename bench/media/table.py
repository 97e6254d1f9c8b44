"""The table of a call beside Chromium: which figures of which calls stand in which row, and what each must be."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from bench.media.clip import Clip
from bench.media.codec import BareCodec
from bench.media.conditions import CLEAN
from bench.media.ears import Recording
from bench.media.figures import (
    OneWay,
    concealed_percent,
    cpu_percent,
    likeness,
    quantile,
)
from bench.media.taken import Taken
from bench.media.versus import NO_WORSE, Figures, Versus, median
from bench.rows import Goal

LAPTOP: Final = "laptop"
CHROMIUM: Final = "chromium"
PICTURE_S: Final = 0.05  # no freeze: one picture and a half
SOONEST_S: Final = -0.02  # what is heard sooner than it was said is a clock's error, and no figure
AT_MOST_EQUAL: Final = Goal(most=1.0)
WHOLE: Final = "720p both ways"
NOT_PAINTING: Final = "720p both ways, not painting"
SOUND: Final = "sound alone"
APART: Final = frozenset({WHOLE, NOT_PAINTING, SOUND})  # no rows of their own


@dataclass
class Results:
    """Every call that was made, by what for and by whom, in rounds; and what was measured without one."""

    clip: Clip
    calls: dict[tuple[str, str], list[Taken]] = field(default_factory=dict)  # (condition, contender)
    bare_codec: list[BareCodec] = field(default_factory=list)
    echo_db: list[float | None] = field(default_factory=list)
    rounds: int = 0  # that are complete

    def add(self, condition: str, taken: Taken) -> None:
        """Make the figures of one more call, and let go of its sound and pictures: there will be many."""
        if not taken.trouble:
            taken.figures = figures_of(taken, self.clip)
        for side in (taken.near, taken.far):
            side.heard, side.seen, side.words = Recording(), [], []
        self.calls.setdefault((condition, taken.contender), []).append(taken)

    def of(self, condition: str, who: str) -> list[Taken]:
        """The calls of one contender over one network, of the rounds in which both have made theirs."""
        both = min(len(self.calls.get((condition, each), [])) for each in (LAPTOP, CHROMIUM))
        return self.calls.get((condition, who), [])[:both]

    def pair(self, condition: str, figure: str) -> tuple[Figures, Figures]:
        """A figure of each call of both; of one that broke there is none."""
        ours, theirs = ([one.figures.get(figure) for one in self.of(condition, who)] for who in (LAPTOP, CHROMIUM))
        return ours, theirs


def figures_of(taken: Taken, clip: Clip) -> dict[str, float | None]:
    """All figures of a call, by name; `out` is from the contender to the far end, `back` the other way."""
    found = {
        "cpu": cpu_percent(taken),
        "cpu_ms": _cpu_ms(taken),
        "pss": taken.weights[-1][1].pss_mb if taken.weights else None,
        "ready_s": None if taken.ready_at is None else taken.ready_at - taken.started_at,
        "like": likeness(taken, clip),
        "concealed": concealed_percent(taken),
        "renewed": float(len(taken.near.of("renewed"))),
    }
    for name, mouth, ear in (("out", taken.near, taken.far), ("back", taken.far, taken.near)):
        found |= {f"{name} {what}": value for what, value in _of_one_way(OneWay(mouth, ear, taken, clip.symbols))}
    return found


def _of_one_way(way: OneWay) -> Iterable[tuple[str, float | None]]:
    yield "painted_fps", way.painted_fps
    yield "freeze_s", way.freeze_s
    yield "first_paint_s", way.first_paint_s
    yield "full_size_s", way.full_size_s
    yield "recovered_s", way.recovered_s
    delays = way.delays_s
    for share in (0.5, 0.95):
        yield f"delay {share:g}", _ms(quantile(delays, share))
    heard = way.heard()
    yield "heard_percent", 100 * sum(share for _, share, _ in heard) / len(heard) if heard else None
    late = quantile([late for late, share, _ in heard if share > 0.5], 0.5)
    yield "late_ms", None if late is None or late < SOONEST_S else _ms(late)


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else 1000 * seconds


def rows(results: Results) -> list[Versus]:
    """All rows for which there are calls."""
    return [row for row in (*_clean(results), *_echo(results), *_networks(results)) if row.ours]


def _clean(results: Results) -> Iterable[Versus]:
    whole, clean = partial(results.pair, WHOLE), partial(results.pair, CLEAN.name)
    cpu, most = whole("cpu"), Goal(most=0.8)
    yield Versus("processor, painting", "% of a core", *cpu, goal=most)
    yield Versus("processor, not painting", "% of a core", *results.pair(NOT_PAINTING, "cpu"), goal=most)
    yield Versus("processor for each picture sent or received", "ms", *whole("cpu_ms"), goal=most)
    bare = results.bare_codec[: len(cpu[0])]
    for what, decoding in (("the laptop's own", "decoding"), ("libvpx both ways", "decoding_libvpx")):
        alone = [each.encoding + getattr(each, decoding) for each in bare]
        yield Versus(f"processor ÷ the bare codec's, {what} (aim)", "% of a core", cpu[0], alone, Goal(most=1.3))
    yield Versus("memory (PSS), guard and shell", "MB", *whole("pss"), goal=Goal(most=0.5))
    yield Versus("start to ready screen ÷ first paint", "s", *whole("ready_s"), goal=Goal(most=0.7))
    yield Versus("join: called to first picture painted", "s", *whole("back first_paint_s"), goal=AT_MOST_EQUAL)
    for share, name in ((0.5, "median"), (0.95, "p95")):
        for what, way in (("camera to far paint", "out"), ("far camera to paint", "back")):
            yield Versus(f"{what}, {name}", "ms", *clean(f"{way} delay {share:g}"), goal=AT_MOST_EQUAL)
    for what, way in (("mouth to far ear", "out"), ("far mouth to ear", "back")):
        yield Versus(f"{what}, median", "ms", *results.pair(SOUND, f"{way} late_ms"), goal=AT_MOST_EQUAL)
    full = clean("out full_size_s")
    yield Versus("from the call to 720p at the far end", "s", full[0], goal=Goal(most=5))
    yield Versus("from the call to 720p, ÷ Chromium's", "s", *_with_limit(results, full), goal=AT_MOST_EQUAL)


def _echo(results: Results) -> Iterable[Versus]:
    yield Versus("echo attenuation, loudspeaker to far end", "dB", results.echo_db, goal=Goal(least=25))


def _networks(results: Results) -> Iterable[Versus]:
    for name in dict.fromkeys(condition for condition, _ in results.calls if condition not in APART):
        of = partial(results.pair, name)
        for what, way in (("far end", "out"), ("laptop", "back")):
            yield Versus(
                f"{name}: pictures painted at the {what}", "a second", *of(f"{way} painted_fps"), goal=NO_WORSE
            )
            freeze = of(f"{way} freeze_s")
            yield Versus(
                f"{name}: longest freeze at the {what}", "s", *freeze, goal=NO_WORSE, turned=True, least=PICTURE_S
            )
            yield Versus(f"{name}: words heard at the {what}", "%", *of(f"{way} heard_percent"), goal=NO_WORSE)
        yield Versus(f"{name}: likeness (SSIM) at the far end", "", *of("like"), goal=NO_WORSE)
        yield Versus(f"{name}: sound concealed at the far end, by its own count", "%", *of("concealed"))
        if any(one.condition.cut_s for one in results.of(name, LAPTOP)):
            for what, way in (("far end", "out"), ("laptop", "back")):
                recovered = of(f"{way} recovered_s")
                yield Versus(f"{name}: picture back at the {what}", "s", recovered[0], goal=Goal(most=5))
                yield Versus(f"{name}: picture back at the {what}, ÷ Chromium's", "s", *recovered, goal=AT_MOST_EQUAL)


def _cpu_ms(taken: Taken) -> float | None:
    """So that a contender who leaves pictures out is not the cheaper for it."""
    percent = cpu_percent(taken)
    seconds = taken.ended_at - taken.began_at
    pictures = sum(taken.began_at <= at <= taken.ended_at for side in (taken.near, taken.far) for at, _ in side.seen)
    return None if percent is None or not pictures else 10 * percent * seconds / pictures


def _with_limit(results: Results, full: tuple[Figures, Figures]) -> tuple[Figures, Figures]:
    """Whoever has not reached full size by the end of the call is taken to reach it then: in their favour."""
    ends = [[one.ended_at - one.called_at for one in results.of(CLEAN.name, who)] for who in (LAPTOP, CHROMIUM)]
    ours, theirs = (
        [end if value is None and end > 0 else value for value, end in zip(side, stops, strict=True)]
        for side, stops in zip(full, ends, strict=True)
    )
    return ours, theirs


def above_one(found: Sequence[Versus]) -> Mapping[str, int]:
    """Of the rows of the networks: how many, how many of them above 1, and how many below 0.95 or without a figure."""
    ratios = [median(row.ratios) for row in found if row.goal == NO_WORSE]
    return {
        "rows": len(ratios),
        "above": sum(value is not None and value > 1 for value in ratios),
        "below": sum(value is None or value < 0.95 for value in ratios),
    }
