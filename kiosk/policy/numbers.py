"""Every number of the rules, with its default; signed policy will set them, code never writes one in place."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Needs(StrEnum):
    """What counts as receiving: sound, or in BSL mode the picture."""

    SOUND = "sound"
    PICTURE = "picture"


@dataclass(frozen=True)
class Numbers:
    """Defaults from gov.uk "visit a prisoner using a video call" and the practice of HMCTS Video Hearings."""

    room_opens: timedelta = timedelta(minutes=5)  # before the start: the officer may begin
    countdown_from: timedelta = timedelta(minutes=10)
    readiness_known: timedelta = timedelta(minutes=20)  # before the start the laptop has checked itself
    readiness_lasts: timedelta = timedelta(hours=1)  # what it found then says nothing of later
    check_within: timedelta = timedelta(seconds=25)  # what has not answered by then counts as failed
    check_again: timedelta = timedelta(seconds=10)  # after the end of the one before; by then all is shut
    talk_needs: Needs = Needs.SOUND
    not_receiving: timedelta = timedelta(seconds=2)  # longer than this is a lost link
    far_side_silent: timedelta = timedelta(seconds=5)  # longer than it takes to notice that the line is dead
    warnings: tuple[timedelta, ...] = (
        timedelta(minutes=10),
        timedelta(minutes=5),
        timedelta(minutes=2),
        timedelta(minutes=1),
        timedelta(seconds=30),
    )
    warning_stands: timedelta = timedelta(seconds=6)  # how long the time line stands out
    reboot_clock_may_err: timedelta = timedelta(seconds=2)  # a smaller difference from the service's time is none
    reboot_unchecked: timedelta = timedelta(seconds=60)  # so long the service may take to say what the time is
    clock_steps: timedelta = timedelta(seconds=1)  # a correction of the wall clock smaller than this moves no booking
    clock_may_err: timedelta = timedelta(seconds=60)  # from the service's time; further off, no call is opened
    noticed_late: timedelta = timedelta(seconds=60)  # facts older than this are settled and no longer corrected
    no_show_from: timedelta = timedelta(minutes=15)  # after the start the officer may say that the family has not come
    longest_extension: timedelta = timedelta(minutes=15)
    extend_choices: tuple[timedelta, ...] = (timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=15))
    presence_every: timedelta | None = None  # an officer's presence is confirmed this often, where policy asks for it
    presence_warns: timedelta = timedelta(minutes=1)  # before it lapses
    notice_stands: timedelta = timedelta(seconds=20)  # an officer's sentence stays on both screens
    shut_within: timedelta = timedelta(milliseconds=500)  # a shell that has not shut its devices by then is killed
    say_again: timedelta = timedelta(seconds=10)  # what the service has not answered
    maintenance: timedelta = timedelta(minutes=30)  # a released laptop restarts after so long
    day_pack: timedelta = timedelta(hours=6)  # after the end of its day, what is kept of it
    keep_audit: timedelta = timedelta(days=90)  # IPCO 2018: three months
    policy_stale_after: timedelta = timedelta(days=7)  # since the service last said that it is the newest
    policy_very_stale_after: timedelta = timedelta(days=30)  # then no new call
    sheet_stale_after: timedelta = timedelta(hours=12)
    sheet_very_stale_after: timedelta = timedelta(hours=36)
    expiry_warns: timedelta = timedelta(days=14)  # before a policy ends
    expiry_grace: timedelta = timedelta(days=7)  # after its end a policy still counts
    rtcp_silent: timedelta = timedelta(seconds=12)  # browsers report on sound by RTCP every five seconds or so
    reconnect_quietly: timedelta = timedelta(seconds=30)
    reconnect_then_ask: timedelta = timedelta(minutes=5)
    retry_session: timedelta = timedelta(seconds=5)  # between two attempts to connect media
    session_connects: timedelta = timedelta(seconds=25)  # an attempt that has not failed is given this long
    renews_itself: timedelta = timedelta(seconds=12)  # a session that has fallen silent; then another is begun
    deaf_for_a_moment: timedelta = timedelta(seconds=60)  # a longer outage, and an absent family is no no-show
    end_soon: timedelta = timedelta(seconds=60)  # "end in 60 s"
    goodbye: timedelta = timedelta(seconds=60)
    shortest_goodbye: timedelta = timedelta(seconds=10)  # when the next call is due already
    shell_silent: timedelta = timedelta(seconds=3)  # a shell silent for longer interrupts the call
    shell_dead: timedelta = timedelta(seconds=10)  # a shell silent for longer is killed and started again
    shell_starts: timedelta = timedelta(seconds=60)  # the same, before its first word
    service_answers: timedelta = timedelta(seconds=15)  # after the start; then the officer is told
    pin_first_delay: timedelta = timedelta(seconds=5)  # after one wrong PIN; doubles with each
    pin_longest_delay: timedelta = timedelta(minutes=15)
    pin_forgiven_every: timedelta = timedelta(minutes=15)  # one wrong PIN; not shorter than the longest delay
    roster_stale_after: timedelta = timedelta(days=2)  # since the service signed the list of officers: they are told
    roster_longest_offline: timedelta = timedelta(days=14)  # the same: with an older one nobody loosens anything
    loss_poor_percent: float = 10.0  # HMCTS heartbeat mapper
    loss_bad_percent: float = 15.0


def ms(span: timedelta) -> int:
    """Whole milliseconds."""
    return span // timedelta(milliseconds=1)
