"""What an officer should know and read in the panel: a pure reading of the day; it shows nothing to a prisoner."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime, time
from types import MappingProxyType
from typing import Final
from zoneinfo import ZoneInfo

from contract.documents import DocumentFault, DocumentKind
from contract.readiness import Light
from contract.sheet import Booking, Revoked
from kiosk.day_scenes import DayView, frame, scene
from kiosk.ipc import Show
from kiosk.papers import Aged
from kiosk.policy.local_day import local_day
from kiosk.scenes import NextCall, NothingBooked, Notice, NoticeKind, Panel, SelfCheckSeen

AGED: Final[Mapping[Aged, NoticeKind]] = MappingProxyType(  # what bars calls has a scene of its own
    {
        Aged.POLICY_ENDED: NoticeKind.POLICY_ENDED,
        Aged.POLICY_STALE: NoticeKind.POLICY_STALE,
        Aged.POLICY_ENDS_SOON: NoticeKind.POLICY_ENDS_SOON,
        Aged.SHEET_STALE: NoticeKind.SHEET_STALE,
    }
)


def with_notices(view: DayView, panel: Panel, told: tuple[Notice, ...]) -> Show:
    """Frame, scene and panel, with all there is to read; between calls the frame says that there is something."""
    found, shown = (*notices(view), *told, *of_check(panel.self_check)), scene(view)
    between_calls = isinstance(shown, NothingBooked | NextCall)
    return Show(
        frame=frame(view).model_copy(update={"officer_wanted": bool(found) and between_calls}),
        panel=panel.model_copy(update={"notices": found}),
        scene=shown,
    )


def notices(view: DayView) -> tuple[Notice, ...]:
    """What the day itself knows, the gravest first."""
    return (*_mine(view), *_others(view), *_offline(view), *_of_another_day(view), *_aged(view))


def from_guard(
    faults: Mapping[DocumentKind, DocumentFault],
    *,
    roster_is_stale: bool = False,
    unkept: Collection[DocumentKind] = (),
) -> tuple[Notice, ...]:
    """Of each kind whose newest document was refused: which, and why; what is not on the disk; an old officers' list.

    A refused time is asked for again by itself, and is nothing for an officer.
    """
    told = [(kind, faults[kind]) for kind in DocumentKind if kind in faults and kind is not DocumentKind.TIME]
    refused = (Notice(kind=NoticeKind.REFUSED, document=kind, why=why) for kind, why in told)
    not_kept = (Notice(kind=NoticeKind.NOT_KEPT, document=kind) for kind in DocumentKind if kind in unkept)
    stale = (Notice(kind=NoticeKind.ROSTER_STALE),) if roster_is_stale else ()
    return (*refused, *not_kept, *stale)


def of_check(seen: SelfCheckSeen) -> tuple[Notice, ...]:
    """What the laptop found when it checked itself, while that says anything of now."""
    if seen.last is None or seen.stale or seen.running or seen.last.light is Light.GREEN:
        return ()
    return (Notice(kind=NoticeKind.NOT_READY if seen.last.light is Light.RED else NoticeKind.READY_BUT),)


def _mine(view: DayView) -> Iterator[Notice]:
    """Who of the call of now may take part no more; and while it is held for that, what there is to decide."""
    if view.call is None:
        return
    for entry in view.call.course.revoked:
        yield _about(entry, view.call.booking, None if view.call.course.was_admitted else entry.starts_at)
    if view.call.progress.is_held_for_revocation:
        yield Notice(kind=NoticeKind.DECIDE)


def _others(view: DayView) -> Iterator[Notice]:
    mine = None if view.call is None else view.call.booking.booking_id
    entries = () if view.sheet.newest is None else view.sheet.newest.revoked
    for entry in sorted(entries, key=lambda each: each.starts_at):
        if entry.booking_id != mine:
            yield _about(entry, view.sheet.known(entry.booking_id), entry.starts_at)


def _about(entry: Revoked, booking: Booking | None, at: datetime | None) -> Notice:
    """`at` None: people are in the call, or were."""
    return Notice(kind=NoticeKind(entry.kind.value), who="" if booking is None else _name(entry, booking), at=at)


def _name(entry: Revoked, booking: Booking) -> str:
    if entry.visitor_id is None:
        return booking.prisoner.name
    return next((person.name for person in booking.participants if person.visitor_id == entry.visitor_id), "")


def _offline(view: DayView) -> Iterator[Notice]:
    since = view.offline_since
    if since is not None and view.believed - since > view.numbers.service_answers:
        yield Notice(kind=NoticeKind.OFFLINE, at=since)


def _of_another_day(view: DayView) -> Iterator[Notice]:
    sheet = view.sheet.newest
    if sheet is not None and sheet.day < local_day(view.now, sheet.timezone):
        yield Notice(kind=NoticeKind.OLD_DAY, at=datetime.combine(sheet.day, time(12), ZoneInfo("UTC")))


def _aged(view: DayView) -> Iterator[Notice]:
    for aged in view.aged:
        if (kind := AGED.get(aged)) is not None:
            yield Notice(kind=kind)
