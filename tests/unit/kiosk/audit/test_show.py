"""The trail as sentences: one for every event the guard writes, and plain words for one that is not known."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kiosk.audit.sentences import SENTENCES, said
from kiosk.audit.show import show
from tests.fakes.audit import FakeLaptop, happening

LAPTOP = FakeLaptop.number(1)
EVENTS: list[tuple[str, Mapping[str, Any], str]] = [
    ("guard_started", {}, "The guard started."),
    ("guard_stopped", {}, "The guard stopped."),
    (
        "trail_recovered",
        {"torn_bytes": 12, "unsigned": 1, "kept_as": "torn-00"},
        "After a crash, 12 bytes of a torn record were put aside, and 1 records stood behind the signed head.",
    ),
    (
        "records_removed",
        {"first": 1, "last": 9, "before": "2026-01-01T00:00:00.000Z"},
        "The retention policy removed records 1 to 9, from before 2026-01-01T00:00:00.000Z.",
    ),
    (
        "document_taken",
        {"kind": "visit-sheet", "serial": 7},
        "The signed document visit-sheet was taken, serial 7.",
    ),
    (
        "document_refused",
        {"kind": "visit-sheet", "why": "rolled_back"},
        "A signed document visit-sheet was refused: rolled_back.",
    ),
    (
        "papers_aged",
        {"what": ["sheet_stale"]},
        "Of what the laptop goes by, this is too old now: sheet_stale.",
    ),
    (
        "document_not_kept",
        {"kind": "visit-sheet"},
        "The signed document visit-sheet counts, but a restart may forget it: the disk takes nothing.",
    ),
    (
        "pack_sheet_used",
        {"serial": 7},
        "After a start the call sheet kept on the laptop was used, serial 7.",
    ),
    (
        "pack_sheet_not_used",
        {"why": "it has expired."},
        "The call sheet kept on the laptop no longer counts: it has expired.",
    ),
    ("pack_entry_damaged", {"what": "sheet"}, "Something kept of the day did not check out and was removed: sheet."),
    ("pack_not_kept", {"what": "photo"}, "Something of the day could not be kept on the laptop's disk: photo."),
    ("pack_removed", {"count": 3}, "Of what the laptop kept of a day, 3 files were deleted."),
    (
        "outcome_given_up",
        {"booking_id": "b1"},
        "The outcome of call b1 waited too long for the service and is kept only here.",
    ),
    ("pack_closed", {}, "There is no key for what is kept of the day, so nothing of it outlasts a reboot."),
    ("policy_in_force", {"serial": 7}, "Policy 7 is in force."),
    (
        "policy_not_in_force",
        {"why": "its signature is wrong"},
        "The policy kept on the laptop does not count: its signature is wrong.",
    ),
    (
        "call_state",
        {"booking_id": "b1", "from": "waiting", "to": "identity", "event": "identity_opened"},
        "Call b1 went from waiting to identity by identity_opened.",
    ),
    (
        "connection_renewed",
        {"booking_id": "b1"},
        "In call b1 a new connection took over from the one before; devices stayed as they were.",
    ),
    (
        "connection_made",
        {"booking_id": "b1", "took_ms": "offer 12, answer 340"},
        "Sound and picture came in call b1; the steps took, in ms: offer 12, answer 340.",
    ),
    (
        "illegal_transition",
        {"state": "ended", "event": "held"},
        "Nothing changed: held cannot happen to a call that is ended.",
    ),
    ("devices_opened", {"booking_id": "b1"}, "Camera and microphone were opened for call b1."),
    (
        "self_check_opened",
        {},
        "Camera and microphone were opened for the laptop to check itself; nothing left it.",
    ),
    ("self_check_shut", {}, "Camera and microphone were shut after the laptop had checked itself."),
    (
        "readiness_checked",
        {"checked_for": "booking", "booking_id": "b1", "light": "red", "rows": {"camera": "red", "disk": "green"}},
        "The laptop checked itself for booking, and stands at red: camera red, disk green.",
    ),
    ("devices_shut", {"booking_id": "b1"}, "Camera and microphone were shut after call b1."),
    (
        "devices_not_granted",
        {"why": "OSError: No space left on device"},
        "Camera and microphone could not be handed out, so they stayed shut: OSError: No space left on device.",
    ),
    (
        "devices_not_withdrawn",
        {"why": "OSError: Read-only file system"},
        "A camera or microphone could not be taken away after a call: OSError: Read-only file system.",
    ),
    (
        "device_holder_killed",
        {"pid": 7, "uid": 990, "name": "python3"},
        "Program python3 (process 7, user 990) kept a device open and was killed.",
    ),
    (
        "preview_opened",
        {"booking_id": "b1"},
        "The visitor's picture was shown before call b1; camera and microphone stayed shut.",
    ),
    (
        "admitted",
        {"booking_id": "b1", "ticked": ["v1", "v2"]},
        "The visitor was admitted to call b1; ticked: v1, v2.",
    ),
    ("resumed", {}, "The call was resumed."),
    ("held", {"booking_id": "b1", "reason": "welfare"}, "Call b1 was held: welfare."),
    ("extended", {"booking_id": "b1", "minutes": 5}, "Call b1 was extended by 5 min."),
    ("message_sent", {"booking_id": "b1", "message": "m1"}, "A message was shown in call b1: m1."),
    ("end_asked", {"booking_id": "b1", "how": "key"}, "The end of call b1 was asked for: key."),
    ("end_soon", {"booking_id": "b1"}, "The end of call b1 in 60 seconds was asked for."),
    ("end_soon_cancelled", {}, "The end in 60 seconds was cancelled."),
    ("reason_given", {"booking_id": "b1", "reason": "r"}, "A reason was given for call b1: r."),
    ("note_written", {"booking_id": "b1", "text": "All well."}, "A note was written about call b1: All well."),
    ("no_show", {"booking_id": "b1"}, "It was decided that nobody came to call b1."),
    ("locked", {}, "The laptop was locked."),
    ("unlocked", {}, "The laptop was unlocked."),
    ("welfare_check", {}, "A welfare check was made."),
    ("presence_confirmed", {}, "An officer confirmed to be present."),
    ("presence_lapsed", {}, "No officer confirmed to be present in time."),
    (
        "pin_refused",
        {"officer": "o1", "wait_s": 10},
        "A PIN of officer o1 was refused; the next may be tried after 10 s.",
    ),
    (
        "outcome",
        {
            "booking_id": "b1",
            "outcome": "COMPLETED_NORMALLY",
            "ended_by": "time",
            "talk_ms": 5,
            "lost": {"LAPTOP": 3, "SERVICE": 4},
            "returned_ms": 1,
            "owed_ms": 2,
        },
        "Call b1 ended with the outcome COMPLETED_NORMALLY, by time: talk 5 ms, lost LAPTOP 3, SERVICE 4,"
        " returned 1 ms, owed 2 ms.",
    ),
    ("outcome_delivered", {"booking_id": "b1"}, "The service has the outcome of call b1."),
    ("shell_started", {}, "The screen's program started."),
    ("shell_gone", {}, "The screen's program went away."),
    ("shell_killed", {"silent_ms": 10500}, "The screen's program was silent for 10500 ms and was killed."),
    (
        "hold_reason_given",
        {"booking_id": "b1", "reason": "welfare"},
        "A reason was given for holding call b1: welfare.",
    ),
    (
        "presses_swallowed",
        {"count": 212},
        "212 presses of keys or buttons that mean nothing there were swallowed.",
    ),
    ("journal_unreadable", {"where": "not JSON"}, "The journal could not be read and was put aside: not JSON."),
    (
        "reboot_gap_corrected",
        {"wrong_by_ms": 5000},
        "By the service's time the laptop was off for 5000 ms less than its own clock had said.",
    ),
    (
        "clock_wrong",
        {"wrong_by_ms": -61000},
        "The laptop's clock is ahead of the service's by -61000 ms; no call is opened.",
    ),
    (
        "participant_revoked",
        {"booking_id": "b1", "who": "visitor-1", "kind": "visitor_banned"},
        "Call b1: visitor-1 may take part no more (visitor_banned).",
    ),
    (
        "revocation_lifted",
        {"booking_id": "b1", "who": "prisoner", "kind": "prisoner_moved"},
        "Call b1: prisoner may take part again; nothing was resumed by that.",
    ),
    (
        "time_refused",
        {"why": "A signed time came too late to be believed."},
        "A signed time was not believed: A signed time came too late to be believed.",
    ),
    (
        "updated",
        {"version": "0.1.0.10", "before": "0.1.0.9", "why": ""},
        "The laptop was updated from version 0.1.0.9 to 0.1.0.10, which was found good.",
    ),
    (
        "update_failed",
        {"version": "0.1.0.10", "before": "0.1.0.9", "why": "The shell has shown no picture."},
        "Version 0.1.0.10 was given up, and 0.1.0.9 runs again: The shell has shown no picture.",
    ),
    (
        "update_refused",
        {"version": "0.1.0.10", "before": "0.1.0.9", "why": "its signature is wrong."},
        "An update (0.1.0.10) was refused: its signature is wrong.",
    ),
    ("clock_set", {"by_ms": -61000}, "The laptop's clock was set by the service's signed time; it moved by -61000 ms."),
    ("clock_never_set", {}, "The laptop's clock was never set; no call is opened."),
    ("clock_right", {}, "The laptop's clock shows the right time again."),
    (
        "enrolled",
        {"laptop": "Visits 1", "serial": "1f", "replaces": True},
        "The laptop was enrolled as Visits 1, certificate 1f; one before it ended: yes.",
    ),
    (
        "certificate_renewed",
        {"serial": "2a", "until": "2027-05-27T12:00:00+00:00"},
        "The laptop's certificate was renewed: 2a, until 2027-05-27T12:00:00+00:00.",
    ),
    (
        "certificate_refused",
        {"why": "it is for another key"},
        "A renewed certificate was refused: it is for another key.",
    ),
    ("camera_fault", {"booking_id": "b1", "fault": "busy"}, "In call b1 the camera was busy."),
    ("camera_well", {"booking_id": "b1"}, "In call b1 the camera was well again."),
    ("officers_changed", {"officers": ["Q1"]}, "The officers of this laptop were changed; they are now: Q1."),
    ("released", {"why": "update"}, "The laptop was released for maintenance: update."),
    ("maintenance_ended", {}, "Maintenance ended; the laptop restarts."),
    (
        "drift_checked",
        {"found": "image, USB devices"},
        "The laptop was compared with its acceptance report; what differs: image, USB devices.",
    ),
    ("lockdown", {"platform": None, "lost": ["usb"]}, "The lockdown was proved on nothing; lost: usb."),
    (
        "measure_lost",
        {"measure": "usb", "severity": "block", "evidence": "one device too many"},
        "A measure of the lockdown was lost, usb (block): one device too many",
    ),
    (
        "measure_holds",
        {"measure": "usb", "evidence": "all by rule"},
        "A measure of the lockdown holds again, usb: all by rule",
    ),
    ("usb_arrived", {"count": 1, "what": "1 USB device was plugged in: Stick"}, "1 USB device was plugged in: Stick."),
    ("watch_deaf", {"why": "no buffer"}, "Changes of the machine could not be heard for a moment: no buffer."),
    ("call_recovered", {"booking_id": "b1", "gap_ms": 900}, "Call b1 was taken up again after a gap of 900 ms."),
]


@pytest.mark.parametrize(("event", "data", "sentence"), EVENTS, ids=[event for event, _, _ in EVENTS])
def test_every_event_is_a_sentence(event: str, data: Mapping[str, Any], sentence: str) -> None:
    assert said(event, data) == sentence


def test_no_event_is_left_out() -> None:
    assert {event for event, _, _ in EVENTS} == set(SENTENCES)


@pytest.mark.parametrize(
    ("event", "data", "sentence"),
    [
        ("new_thing", {}, "new_thing."),
        (
            "new_thing",
            {"a": None, "b": [True, False], "c": {}, "d": []},
            "new_thing (a nothing, b yes, no, c none, d none).",
        ),
        ("held", {"booking_id": "b1"}, "held (booking_id b1)."),
        ("held", {"booking_id": "{0.x}", "reason": "{}"}, "Call {0.x} was held: {}."),
        ("note_written", {"booking_id": "b", "text": "a\x1b[2J\n\u202eb"}, "A note was written about call b: a�[2J��b"),
    ],
)
def test_what_is_not_known_is_printed_plainly_and_steers_no_terminal(
    event: str, data: Mapping[str, Any], sentence: str
) -> None:
    assert said(event, data) == sentence


def test_a_line_has_number_time_and_actor(tmp_path: Path) -> None:
    trail = LAPTOP.store(tmp_path, LAPTOP.lines([happening("guard_started", at_s=61)]))
    assert list(show(trail)) == [(True, "      1  2026-11-22 12:01:01 UTC  guard: The guard started.")]


def test_lines_that_cannot_be_read_are_said_and_the_others_shown(tmp_path: Path) -> None:
    lines = LAPTOP.lines([happening("locked")])
    trail = LAPTOP.store(tmp_path, [b"spoilt", *lines])
    trail.write_bytes(trail.read_bytes() + b"{torn")
    found = list(show(trail))
    assert [readable for readable, _ in found] == [False, True, True]
    assert "Line 1 cannot be read" in found[0][1]
    assert "torn" in found[2][1]
