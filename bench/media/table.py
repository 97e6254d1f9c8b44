"""The table of issue 6: which figures of which calls stand in which row, and what each must be."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from bench.media.clip import Clip
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
AT_MOST_EQUAL: Final = Goal(most=1.0)


@dataclass
class Results:
    """Every call that was made, by what for and by whom, in rounds; and what was measured without one."""

    clip: Clip
    calls: dict[tuple[str, str], list[Taken]] = field(default_factory=dict)  # (condition, contender)
    bare_codec: list[float] = field(default_factory=list)
    echo_db: list[float | None] = field(default_factory=list)

    def of(self, condition: str, who: str) -> list[Taken]:
        """The calls of one contender over one network."""
        return self.calls.get((condition, who), [])

    def pair(self, condition: str, figure: Callable[[Taken], float | None]) -> tuple[Figures, Figures]:
        """A figure of each call of both."""
        ours, theirs = (
            [None if one.trouble else figure(one) for one in self.of(condition, who)] for who in (LAPTOP, CHROMIUM)
        )
        return ours, theirs


def rows(results: Results) -> list[Versus]:
    """All rows for which there are calls."""
    return [row for row in (*_clean(results), *_echo(results), *_networks(results)) if row.ours]


def _clean(results: Results) -> Iterable[Versus]:
    out, back = _ways(results)
    clean = results.pair
    cpu, cpu_blind = clean("clean", cpu_percent), clean(NOT_PAINTING, cpu_percent)
    most = Goal(most=0.8)
    yield Versus("processor, painting", "% of a core", *cpu, goal=most)
    yield Versus("processor, not painting", "% of a core", *cpu_blind, goal=most)
    yield Versus("processor for each picture sent or received", "ms", *clean("clean", _cpu_ms), goal=most)
    if results.bare_codec:
        bare = [results.bare_codec[index % len(results.bare_codec)] for index in range(len(cpu[0]))]
        yield Versus("processor ÷ the bare codec's (aim)", "% of a core", cpu[0], bare, Goal(most=1.3))
    yield Versus("memory (PSS), guard and shell", "MB", *clean("clean", _pss), goal=Goal(most=0.5))
    yield Versus("start to ready screen", "s", *clean("clean", _ready), goal=Goal(most=0.7))
    yield Versus(
        "join: called to first picture painted", "s", *clean("clean", back("first_paint_s")), goal=AT_MOST_EQUAL
    )
    for share, name in ((0.5, "median"), (0.95, "p95")):
        for what, way in (("camera to far paint", out), ("far camera to paint", back)):
            figure = _delay(way, share)
            yield Versus(f"{what}, {name}", "ms", *clean("clean", figure), goal=AT_MOST_EQUAL)
    for what, way in (("mouth to far ear", out), ("far mouth to ear", back)):
        yield Versus(f"{what}, median", "ms", *clean("clean", _late(way)), goal=AT_MOST_EQUAL)
    full = clean("clean", out("full_size_s"))
    yield Versus("from the call to 720p at the far end", "s", full[0], goal=Goal(most=5))
    yield Versus("from the call to 720p, ÷ Chromium's", "s", *_with_limit(results, full), goal=AT_MOST_EQUAL)


def _echo(results: Results) -> Iterable[Versus]:
    yield Versus("echo attenuation, loudspeaker to far end", "dB", results.echo_db, goal=Goal(least=25))


def _networks(results: Results) -> Iterable[Versus]:
    out, back = _ways(results)
    for name in dict.fromkeys(condition for condition, _ in results.calls if condition != NOT_PAINTING):
        for what, way in (("far end", out), ("laptop", back)):
            painted = results.pair(name, way("painted_fps"))
            yield Versus(f"{name}: pictures painted at the {what}", "a second", *painted, goal=NO_WORSE)
            freeze = results.pair(name, way("freeze_s"))
            yield Versus(
                f"{name}: longest freeze at the {what}", "s", *freeze, goal=NO_WORSE, turned=True, least=PICTURE_S
            )
            yield Versus(f"{name}: words heard at the {what}", "%", *results.pair(name, _heard(way)), goal=NO_WORSE)
        like = results.pair(name, lambda taken: likeness(taken, results.clip))
        yield Versus(f"{name}: likeness (SSIM) at the far end", "", *like, goal=NO_WORSE)
        concealed = results.pair(name, lambda taken: concealed_percent(taken.far))
        yield Versus(f"{name}: sound concealed at the far end, by its own count", "%", *concealed)
        for what, way in (("far end", out), ("laptop", back)):
            recovered = results.pair(name, way("recovered_s"))
            if any(value is not None for side in recovered for value in side):
                yield Versus(f"{name}: picture back at the {what}", "s", recovered[0], goal=Goal(most=5))
                yield Versus(f"{name}: picture back at the {what}, ÷ Chromium's", "s", *recovered, goal=AT_MOST_EQUAL)


NOT_PAINTING: Final = "clean, not painting"
Way = Callable[[str], Callable[[Taken], float | None]]


def _ways(results: Results) -> tuple[Way, Way]:
    """From the contender to the far end, and back: by the name of a figure of OneWay, what takes it of a call."""
    symbols = results.clip.symbols

    def out(name: str) -> Callable[[Taken], float | None]:
        return lambda taken: _figure(OneWay(taken.near, taken.far, taken, symbols), name)

    def back(name: str) -> Callable[[Taken], float | None]:
        return lambda taken: _figure(OneWay(taken.far, taken.near, taken, symbols), name)

    return out, back


def _figure(way: OneWay, name: str) -> float | None:
    match name:
        case "heard_percent":
            heard = way.heard()
            return 100 * sum(share for _, share, _ in heard) / len(heard) if heard else None
        case "late_ms":
            late = [1000 * seconds for seconds, share, _ in way.heard() if share > 0.5]
            return quantile(late, 0.5)
        case "delay 0.5" | "delay 0.95":
            seconds = quantile(way.delays_s, float(name.split()[1]))
            return None if seconds is None else 1000 * seconds
        case _:
            found: float | None = getattr(way, name)
            return found


def _delay(way: Way, share: float) -> Callable[[Taken], float | None]:
    return way(f"delay {share:g}")


def _late(way: Way) -> Callable[[Taken], float | None]:
    return way("late_ms")


def _heard(way: Way) -> Callable[[Taken], float | None]:
    return way("heard_percent")


def _pss(taken: Taken) -> float | None:
    return taken.weights[-1][1].pss_mb if taken.weights else None


def _ready(taken: Taken) -> float | None:
    return None if taken.ready_at is None else taken.ready_at - taken.started_at


def _cpu_ms(taken: Taken) -> float | None:
    """So that a contender who leaves pictures out is not the cheaper for it."""
    percent = cpu_percent(taken)
    seconds = taken.ended_at - taken.began_at
    pictures = sum(taken.began_at <= at <= taken.ended_at for side in (taken.near, taken.far) for at, _ in side.seen)
    return None if percent is None or not pictures else 10 * percent * seconds / pictures


def _with_limit(results: Results, full: tuple[Figures, Figures]) -> tuple[Figures, Figures]:
    """Whoever has not reached full size by the end of the call is taken to reach it then: in their favour."""
    ends = [[one.ended_at - one.called_at for one in results.of("clean", who)] for who in (LAPTOP, CHROMIUM)]
    ours, theirs = (
        [end if value is None and end > 0 else value for value, end in zip(side, stops, strict=True)]
        for side, stops in zip(full, ends, strict=True)
    )
    return ours, theirs


def above_one(found: Sequence[Versus]) -> Mapping[str, int]:
    """Of the network rows with a ratio: how many, how many of them above 1, and how many below 0.95."""
    ratios = [value for row in found if row.goal == NO_WORSE and (value := median(row.ratios)) is not None]
    return {
        "rows": len(ratios),
        "above": sum(value > 1 for value in ratios),
        "below": sum(value < 0.95 for value in ratios),
    }
