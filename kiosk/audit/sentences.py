"""What each event of the trail says in English, one sentence an event; it reads no file and guesses nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from kiosk.audit.reading import Entry

CALL: Final = "call {booking_id}"
SENTENCES: Final = MappingProxyType(
    {
        "guard_started": "The guard started.",
        "guard_stopped": "The guard stopped.",
        "enrolled": "The laptop was enrolled as {laptop}, certificate {serial}; one before it ended: {replaces}.",
        "certificate_renewed": "The laptop's certificate was renewed: {serial}, until {until}.",
        "certificate_refused": "A renewed certificate was refused: {why}.",
        "trail_recovered": (
            "After a crash, {torn_bytes} bytes of a torn record were put aside, and {unsigned} records"
            " stood behind the signed head."
        ),
        "records_removed": "The retention policy removed records {first} to {last}, from before {before}.",
        "document_taken": "The signed document {kind} was taken, serial {serial}.",
        "document_refused": "A signed document {kind} was refused: {why}.",
        "document_not_kept": "The signed document {kind} counts, but a restart may forget it: the disk takes nothing.",
        "pack_sheet_used": "After a start the call sheet kept on the laptop was used, serial {serial}.",
        "pack_sheet_not_used": "The call sheet kept on the laptop no longer counts: {why}",
        "pack_entry_damaged": "Something kept of the day did not check out and was removed: {what}.",
        "pack_not_kept": "Something of the day could not be kept on the laptop's disk: {what}.",
        "pack_removed": "Of what the laptop kept of a day, {count} files were deleted.",
        "pack_closed": "There is no key for what is kept of the day, so nothing of it outlasts a reboot.",
        "participant_revoked": f"{CALL}: {{who}} may take part no more ({{kind}}).",
        "revocation_lifted": f"{CALL}: {{who}} may take part again; nothing was resumed by that.",
        "call_state": f"{CALL} went from {{from}} to {{to}} by {{event}}.",
        "connection_renewed": f"In {CALL} a new connection took over from the one before; devices stayed as they were.",
        "connection_made": f"Sound and picture came in {CALL}; the steps took, in ms: {{took_ms}}.",
        "illegal_transition": "Nothing changed: {event} cannot happen to a call that is {state}.",
        "devices_opened": f"Camera and microphone were opened for {CALL}.",
        "devices_shut": f"Camera and microphone were shut after {CALL}.",
        "devices_not_granted": "Camera and microphone could not be handed out, so they stayed shut: {why}.",
        "devices_not_withdrawn": "A camera or microphone could not be taken away after a call: {why}.",
        "device_holder_killed": "Program {name} (process {pid}, user {uid}) kept a device open and was killed.",
        "camera_fault": f"In {CALL} the camera was {{fault}}.",
        "camera_well": f"In {CALL} the camera was well again.",
        "preview_opened": f"The visitor's picture was shown before {CALL}; camera and microphone stayed shut.",
        "self_check_opened": "Camera and microphone were opened for the laptop to check itself; nothing left it.",
        "self_check_shut": "Camera and microphone were shut after the laptop had checked itself.",
        "readiness_checked": "The laptop checked itself for {checked_for}, and stands at {light}: {rows}.",
        "admitted": f"The visitor was admitted to {CALL}; ticked: {{ticked}}.",
        "resumed": "The call was resumed.",
        "held": f"{CALL} was held: {{reason}}.",
        "extended": f"{CALL} was extended by {{minutes}} min.",
        "message_sent": f"A message was shown in {CALL}: {{message}}.",
        "end_asked": f"The end of {CALL} was asked for: {{how}}.",
        "end_soon": f"The end of {CALL} in 60 seconds was asked for.",
        "end_soon_cancelled": "The end in 60 seconds was cancelled.",
        "reason_given": f"A reason was given for {CALL}: {{reason}}.",
        "hold_reason_given": f"A reason was given for holding {CALL}: {{reason}}.",
        "note_written": f"A note was written about {CALL}: {{text}}",
        "no_show": f"It was decided that nobody came to {CALL}.",
        "locked": "The laptop was locked.",
        "unlocked": "The laptop was unlocked.",
        "released": "The laptop was released for maintenance: {why}.",
        "maintenance_ended": "Maintenance ended; the laptop restarts.",
        "drift_checked": "The laptop was compared with its acceptance report; what differs: {found}.",
        "lockdown": "The lockdown was proved on {platform}; lost: {lost}.",
        "usb_arrived": "{what}.",
        "watch_deaf": "Changes of the machine could not be heard for a moment: {why}.",
        "measure_lost": "A measure of the lockdown was lost, {measure} ({severity}): {evidence}",
        "measure_holds": "A measure of the lockdown holds again, {measure}: {evidence}",
        "welfare_check": "A welfare check was made.",
        "presence_confirmed": "An officer confirmed to be present.",
        "presence_lapsed": "No officer confirmed to be present in time.",
        "pin_refused": "A PIN of officer {officer} was refused; the next may be tried after {wait_s} s.",
        "outcome": (
            f"{CALL} ended with the outcome {{outcome}}, by {{ended_by}}: talk {{talk_ms}} ms, lost {{lost}},"
            " returned {returned_ms} ms, owed {owed_ms} ms."
        ),
        "outcome_delivered": f"The service has the outcome of {CALL}.",
        "outcome_given_up": f"The outcome of {CALL} waited too long for the service and is kept only here.",
        "shell_started": "The screen's program started.",
        "shell_gone": "The screen's program went away.",
        "shell_killed": "The screen's program was silent for {silent_ms} ms and was killed.",
        "presses_swallowed": "{count} presses of keys or buttons that mean nothing there were swallowed.",
        "journal_unreadable": "The journal could not be read and was put aside: {where}.",
        "reboot_gap_corrected": (
            "By the service's time the laptop was off for {wrong_by_ms} ms less than its own clock had said."
        ),
        "clock_wrong": "The laptop's clock is ahead of the service's by {wrong_by_ms} ms; no call is opened.",
        "updated": "The laptop was updated from version {before} to {version}, which was found good.",
        "update_refused": "An update ({version}) was refused: {why}",
        "update_failed": "Version {version} was given up, and {before} runs again: {why}",
        "clock_set": "The laptop's clock was set by the service's signed time; it moved by {by_ms} ms.",
        "clock_never_set": "The laptop's clock was never set; no call is opened.",
        "time_refused": "A signed time was not believed: {why}",
        "clock_right": "The laptop's clock shows the right time again.",
        "papers_aged": "Of what the laptop goes by, this is too old now: {what}.",
        "policy_in_force": "Policy {serial} is in force.",
        "policy_not_in_force": "The policy kept on the laptop does not count: {why}.",
        "officers_changed": "The officers of this laptop were changed; they are now: {officers}.",
        "call_recovered": f"{CALL} was taken up again after a gap of {{gap_ms}} ms.",
    }
)


def sentence(entry: Entry) -> str:
    """One line: number, time, actor, and what happened."""
    day, time = entry.wall[:10], entry.wall[11:19]
    return f"{entry.seq:>7}  {day} {time} UTC  {plain(entry.actor)}: {said(entry.event, entry.data)}"


def said(event: str, data: Mapping[str, Any]) -> str:
    """The sentence of an event; one that is not known, or lacks a field, is printed plainly with its data."""
    try:
        text = SENTENCES[event].format_map({name: _words(value) for name, value in data.items()})
    except KeyError:
        return plain(f"{event} ({_words(data)})." if data else f"{event}.")
    return plain(text[:1].upper() + text[1:])


def _words(value: Any) -> str:
    """A value as a person reads it."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_words(part)}" for name, part in value.items()) or "none"
    if isinstance(value, list):
        return ", ".join(map(_words, value)) or "none"
    if value is None:
        return "nothing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def plain(text: str) -> str:
    """Text that cannot steer the terminal it is printed on: one line, no control or direction characters."""
    return "".join(mark if mark.isprintable() else "�" for mark in text)
