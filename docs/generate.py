"""Writes those parts of docs/ that are made from code; with --check it only says which are out of date."""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from contract import enrolment, laptop_link, media, readiness, record, refusals, sheet, visitor_link
from contract.words import CallState, Cause
from demo.report import Report
from docs.policy_table import policy_block
from installer.station.faults import Fault
from kiosk.lockdown.catalogue import measures
from kiosk.lockdown.machine import Machine
from kiosk.lockdown.measures.environment import Environment
from kiosk.lockdown.measures.exec import Exec
from kiosk.lockdown.measures.files import Files
from kiosk.lockdown.measures.keys import Keys
from kiosk.policy.causes import HELD_FOR, OURS
from kiosk.policy.endings import EXPLAINED
from kiosk.policy.measures import OF_THE_SHELL, MeasureName
from kiosk.policy.numbers import Numbers
from kiosk.policy.permissions import IN_STATES
from kiosk.policy.states import TRANSITIONS, Event
from tests.attacks.collected import Mark, marked
from tests.attacks.rows import ROWS

HERE: Final = Path(__file__).parent
LAPTOP_SAYS: Final = (
    laptop_link.LaptopHello,
    laptop_link.CallNow,
    media.Offer,
    media.Candidate,
    record.OutcomeReport,
    record.HeadNow,
    laptop_link.TimeAsked,
    laptop_link.RenewalAsked,
    readiness.Readiness,
    laptop_link.NumberedByLaptop,
    laptop_link.Heard,
)
LAPTOP_HEARS: Final = (
    laptop_link.LaptopWelcome,
    laptop_link.Relays,
    laptop_link.Document,
    laptop_link.CertificateIssued,
    laptop_link.VisitorNow,
    media.Answer,
    media.Candidate,
    media.Received,
    record.OutcomeKept,
    record.Cosigned,
    laptop_link.GoingAway,
    refusals.Refused,
    laptop_link.NumberedToLaptop,
    laptop_link.Heard,
)
VISITOR_SAYS: Final = (
    visitor_link.VisitorHello,
    visitor_link.Ready,
    media.Answer,
    media.Candidate,
    media.Received,
    visitor_link.Leave,
)
VISITOR_HEARS: Final = (
    visitor_link.VisitorWelcome,
    visitor_link.VisitorCall,
    media.Offer,
    media.Candidate,
    refusals.Refused,
)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated file with what should be in it."""
    yield HERE / "demo-report.schema.json", _json(Report.model_json_schema()) + "\n"
    yield HERE / "states.md", states_page()
    rules = HERE / "rules.md"
    yield rules, _with_block(rules.read_text(), "rules", rules_block())
    protocol = HERE / "protocol.md"
    yield protocol, _with_block(protocol.read_text(), "messages", messages_block())
    lockdown = HERE / "lockdown.md"
    yield lockdown, _with_block(lockdown.read_text(), "measures", measures_block())
    policy = HERE / "policy.md"
    yield policy, _with_block(policy.read_text(), "fields", policy_block())
    imaging = HERE / "imaging.md"
    yield imaging, _with_block(imaging.read_text(), "faults", faults_block())
    threats = HERE / "threat-model.md"
    yield threats, _with_block(threats.read_text(), "attacks", attacks_block())


def states_page() -> str:
    """The state table of a call, as a diagram and as a table."""
    arrows: dict[tuple[CallState, CallState], list[str]] = {}
    for (before, event), after in TRANSITIONS.items():
        arrows.setdefault((before, after), []).append(str(event))
    diagram = [f"    {before} --> {after}: {', '.join(events)}" for (before, after), events in arrows.items()]
    head = "| state | " + " | ".join(Event) + " |\n" + "|---" * (len(Event) + 1) + "|"
    rows = [f"| **{s}** | " + " | ".join(str(TRANSITIONS.get((s, e), "·")) for e in Event) + " |" for s in CallState]
    return "\n".join(
        [
            "# States of a call",
            "",
            "Made from `kiosk/policy/states.py` by `make docs`. A dot is a pair that cannot happen: it is refused,",
            "recorded, and changes nothing.",
            "",
            "```mermaid",
            "stateDiagram-v2",
            "    [*] --> waiting",
            *diagram,
            "    ended --> [*]",
            "```",
            "",
            head,
            *rows,
            "",
        ]
    )


def measures_block() -> str:
    """Every measure in the order of applying: who holds it, what it answers, and what its loss means."""
    guards = [(each.name, each.every_s, each.severity, each.threat) for each in measures(Machine(), None)]
    shells = [(each.name, each.every_s, each.severity, each.threat) for each in (Environment, Files, Exec, Keys)]
    head = ["| measure | proved by | looked at | when lost | the threat it answers |", "|---|---|---|---|---|"]
    rows = [
        f"| *{name}* | {'the shell' if name in OF_THE_SHELL else 'the guard'} | every {_pace(every_s)} | `{severity}` "
        f"| {threat[:1].upper()}{threat[1:].rstrip('.')} |"
        for name, every_s, severity, threat in sorted(
            [*guards, *shells], key=lambda row: list(MeasureName).index(row[0])
        )
    ]
    return "\n".join([*head, *rows])


def _pace(every_s: float) -> str:
    return f"{every_s:g} s" if every_s < 120 else f"{every_s / 60:g} min"


def rules_block() -> str:
    """Causes, endings and deeds, as the code has them."""
    ours = {True: "ours, given back", False: "theirs"}
    causes = [f"| `{cause}` | {ours[cause in OURS]} |" for cause in Cause]
    holds = [f"| `{reason}` | `{cause}` |" for reason, cause in HELD_FOR.items()]
    codes = [f"| `{code}` | `{outcome}` |" for code, outcome in EXPLAINED.items()]
    deeds = [f"| `{deed}` | {', '.join(s for s in CallState if s in states)} |" for deed, states in IN_STATES.items()]
    numbers = [f"| `{field.name}` | {_number(getattr(Numbers(), field.name))} |" for field in fields(Numbers)]
    tables = (
        ("Causes", "| cause | whose |", causes),
        ("What a hold costs", "| reason | cause |", holds),
        ("What an officer's reason makes of an ending", "| reason | outcome |", codes),
        ("What needs a PIN, and in which states", "| deed | states |", deeds),
        ("Numbers", "| number | default |", numbers),
    )
    return "\n".join(
        line for title, head, rows in tables for line in (f"### {title}", "", head, "|---|---|", *rows, "")
    )


def _number(value: object) -> str:
    """As a person writes it: spans in seconds."""
    if isinstance(value, tuple):
        return ", ".join(_number(each) for each in value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    return "not asked for" if value is None else str(value)


def faults_block() -> str:
    """Every way in which the bench installer stops."""
    rows = [f"| {fault.code} | {fault.sentence} | {fault.remedy} |" for fault in Fault]
    return "\n".join(("| code | what the screen says | what to do |", "|---|---|---|", *rows))


def attacks_block() -> str:
    """Every attack with what answers it and the tests that try it."""
    found = marked()
    rows = [f"| `{row.id}`: {row.attack} | {row.control} | {_tests(found.get(row.id, {}))} |" for row in ROWS]
    return "\n".join(("| attack | control | tests |", "|---|---|---|", *rows))


def _tests(files: Mapping[Mark, int]) -> str:
    """Links to files of tests, with the tier and how many of each."""
    links = (f"[{Path(file).stem}](../{file}) {tier} {count}" for (file, tier), count in files.items())
    return ", ".join(links) or "**none**"


def messages_block() -> str:
    """Every message with its JSON Schema, and every refusal with its sentence."""
    parts = ["### Enrolment", "", *_message(enrolment.EnrolAsked), *_message(enrolment.Enrolled)]
    parts += ["### Call sheet document", "", *_message(sheet.CallSheet)]
    for title, kinds in (
        ("Laptop to service", LAPTOP_SAYS),
        ("Service to laptop", LAPTOP_HEARS),
        ("Visitor to service", VISITOR_SAYS),
        ("Service to visitor", VISITOR_HEARS),
    ):
        parts += [f"### {title}", ""]
        for kind in kinds:
            parts += _message(kind)
    parts += ["### Refusal codes", "", "| code | sentence |", "|---|---|"]
    parts += [f"| `{code}` | {refusals.SENTENCE[code]} |" for code in refusals.RefusalCode]
    return "\n".join(parts)


def _message(kind: type[BaseModel]) -> list[str]:
    field = kind.model_fields.get("type")
    name = f"`{field.default}`" if field is not None else f"`{kind.__name__}`"
    about = " ".join((kind.__doc__ or "").split())
    return [f"#### {name}", "", about, "", "```json", _json(_unwrapped(_plain(kind.model_json_schema()))), "```", ""]


def _unwrapped(schema: dict[str, Any]) -> dict[str, Any]:
    """A frame around another message, without the schemas of all those, which stand beside it."""
    if "discriminator" not in schema["properties"].get("message", {}):
        return schema
    properties = schema["properties"] | {"message": {"type": "object"}}
    return {key: value for key, value in schema.items() if key != "$defs"} | {"properties": properties}


def _plain(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema without what a reader of the page does not need: titles and repeated descriptions."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key != "description" and not _is_title(key, value)}
    return {key: _plain_value(value) for key, value in kept.items()}


def _is_title(key: str, value: object) -> bool:
    return key == "title" and isinstance(value, str)


def _plain_value(value: Any) -> Any:
    if isinstance(value, dict):
        return _plain(value)
    return [_plain_value(item) for item in value] if isinstance(value, list) else value


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False)


def _with_block(page: str, name: str, block: str) -> str:
    """`page` with what stands between the markers of `name` replaced by `block`."""
    begin, end = f"<!-- generated: {name} -->", f"<!-- end of generated: {name} -->"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    return pattern.sub(lambda _match: f"{begin}\n\n{block}\n\n{end}", page)


def main() -> None:
    """Write what is out of date; with --check only name it, and status 1."""
    parser = argparse.ArgumentParser(prog="docs.generate", description="Write the parts of docs/ made from code.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail if something is out of date")
    options = parser.parse_args()
    stale = [(path, text) for path, text in pages() if not path.exists() or path.read_text() != text]
    if options.check and stale:
        sys.exit(f"out of date, run `make docs`: {', '.join(str(path.name) for path, _ in stale)}")
    for path, text in stale:
        path.write_text(text)


if __name__ == "__main__":
    main()
