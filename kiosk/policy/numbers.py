"""Every number of the rules, with its default; signed policy will set them, code never writes one in place."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Numbers:
    """Defaults from gov.uk "visit a prisoner using a video call" and the practice of HMCTS Video Hearings."""

    room_opens: timedelta = timedelta(minutes=5)  # before the start: the officer may begin
    countdown_from: timedelta = timedelta(minutes=10)
    not_receiving: timedelta = timedelta(seconds=2)  # longer than this is a lost link
    report_every: timedelta = timedelta(seconds=1)  # the visitor's own reports; their age adds to the above
    far_side_silent: timedelta = timedelta(seconds=5)  # longer than it takes to notice that the line is dead
    reconnect_quietly: timedelta = timedelta(seconds=30)
    reconnect_then_ask: timedelta = timedelta(minutes=5)
    retry_session: timedelta = timedelta(seconds=5)  # between two attempts to connect media
    session_connects: timedelta = timedelta(seconds=25)  # an attempt that has not failed is given this long
    deaf_for_a_moment: timedelta = timedelta(seconds=60)  # a longer outage, and an absent family is no no-show
    end_soon: timedelta = timedelta(seconds=60)  # "end in 60 s"
    goodbye: timedelta = timedelta(seconds=60)
    shortest_goodbye: timedelta = timedelta(seconds=10)  # when the next call is due already
    shell_dead_after_call: timedelta = timedelta(seconds=3)  # it may not have heard that it must stop sending
    shell_dead: timedelta = timedelta(seconds=10)  # a shell silent for longer is killed and started again
    shell_starts: timedelta = timedelta(seconds=60)  # the same, before its first word
    service_answers: timedelta = timedelta(seconds=15)  # after the start; then the officer is told
    loss_poor_percent: float = 10.0  # HMCTS heartbeat mapper
    loss_bad_percent: float = 15.0


def ms(span: timedelta) -> int:
    """Whole milliseconds."""
    return span // timedelta(milliseconds=1)
