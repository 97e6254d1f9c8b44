"""The zoo: call sheets that are each wrong in one way, and the reason that must be given for it."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import MappingProxyType
from typing import Any, Final

from contract.documents import LONGEST_BYTES, DocumentFault, DocumentKind
from contract.envelope import CRITICAL, Audience
from contract.words import Use
from tests.fakes.authority import ESTABLISHMENT, LAPTOP, base64url, compact, header, seconds, signed, signed_sheet
from tests.fakes.bookings import booking, sheet
from tests.fakes.clock import NOON
from tests.fakes.trusting import IN_FORCE, sheet_of_serial

F = DocumentFault
NEXT: Final = IN_FORCE + 1
ORDER_OF_THE_CURVE: Final = 2**252 + 27742317777372353535851937790883648493  # RFC 8032


def right() -> str:
    """A sheet with which nothing is wrong."""
    return signed_sheet(sheet_of_serial(NEXT))


def payload() -> bytes:
    """What it says."""
    return sheet_of_serial(NEXT).model_dump_json().encode()


def said(**changes: object) -> dict[str, Any]:
    """Its header; None takes a field away."""
    fields = header(DocumentKind.SHEET, serial=NEXT).model_dump(mode="json") | changes
    return {name: value for name, value in fields.items() if value is not None}


def under(protected: Mapping[str, Any] | str | bytes, signer: str = "online-demo", says: bytes | None = None) -> str:
    """The sheet under another header, rightly signed."""
    raw = json.dumps(protected) if isinstance(protected, Mapping) else protected
    return compact(raw.encode() if isinstance(raw, str) else raw, payload() if says is None else says, signer)


def saying(says: bytes | str) -> str:
    """Another payload under the header, rightly signed."""
    return under(said(), says=says.encode() if isinstance(says, str) else says)


def part(place: int, change: Callable[[str], str]) -> str:
    """The sheet with one of its three parts changed after it was signed."""
    parts = right().split(".")
    parts[place] = change(parts[place])
    return ".".join(parts)


def _with_twin(protected: Mapping[str, Any], twin: str) -> str:
    return json.dumps(protected)[:-1] + f", {twin}}}"


def _other_last_mark(text: str) -> str:
    """Another spelling of the same bytes: the last mark of base64 has bits that nobody reads."""
    marks = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return text[:-1] + marks[marks.index(text[-1]) ^ 1]


def _signature(change: Callable[[bytes], bytes]) -> str:
    return part(2, lambda text: base64url(change(base64.urlsafe_b64decode(text + "=="))))


def _added_order(signature: bytes) -> bytes:
    """The same signature once more, as Ed25519 would have it if nobody looked at the size of the scalar."""
    scalar = int.from_bytes(signature[32:], "little") + ORDER_OF_THE_CURVE
    return signature[:32] + scalar.to_bytes(32, "little")


def _audience(establishment: str = ESTABLISHMENT, laptop: str | None = LAPTOP) -> Audience:
    return Audience(establishment=establishment, laptop=laptop)


def _sheet(**changes: object) -> str:
    return signed_sheet(sheet_of_serial(NEXT), **changes)


DEEP: Final = "[" * 10_000 + "]" * 10_000
_SHAPES: Final = {
    "nothing": "",
    "plain text": "Good morning",
    "a sheet that nobody signed": payload().decode(),
    "two parts": right().rpartition(".")[0],
    "four parts": right() + ".AAAA",
    "no header": part(0, lambda _: ""),
    "no payload": part(1, lambda _: ""),
    "no signature": part(2, lambda _: ""),
    "a short signature": part(2, lambda text: text[:-1]),
    "a long signature": part(2, lambda text: text + "A"),
    "a line break after it": right() + "\n",
    "a space before it": " " + right(),
    "padding": part(1, lambda text: text + "="),
    "letters of ordinary base64": part(1, lambda text: "+/" + text[2:]),
    "digits that are not ASCII": part(1, lambda text: "١" + text[1:]),
    "half a character": "\ud800" + right(),
    "a signature in another spelling": part(2, _other_last_mark),
    "a header in another spelling": part(0, lambda text: text + "AA" if len(text) % 4 == 2 else text[:-1] + "B"),
    "a payload that base64 never makes": part(1, lambda text: text[: len(text) // 4 * 4] + "A"),
    "signed as JSON and not compactly": json.dumps({"payload": "", "signatures": []}),
}
_HEADERS: Final = {
    "algorithm none": said(alg="none"),
    "algorithm HS256": said(alg="HS256"),
    "the old name of the algorithm": said(alg="EdDSA"),
    "another algorithm of today": said(alg="ES256"),
    "another spelling of the algorithm": said(alg="ed25519"),
    "no algorithm": said(alg=None),
    "no serial": said(serial=None),
    "no end": said(exp=None),
    "no audience": said(aud=None),
    "no word of what is critical": said(crit=None),
    "no word of which laptop": said(aud={"establishment": ESTABLISHMENT}),
    "serial 0": said(serial=0),
    "a serial that JSON cannot count": said(serial=2**53),
    "a serial as text": said(serial=str(NEXT)),
    "a serial with a point": said(serial=float(NEXT)),
    "a serial that is true": said(serial=True),
    "ends before it begins": said(exp=seconds(NOON), nbf=seconds(NOON) + 1),
    "ends when it begins": said(exp=seconds(NOON), nbf=seconds(NOON)),
    "ends in the year 1000000": said(exp=31_494_784_780_800),
    "an unknown kind": said(typ="visit-something"),
    "an unknown use": said(use="test"),
    "an unknown field": said(more=1),
    "a key of its own": said(jwk={"kty": "OKP", "crv": "Ed25519", "x": base64url(bytes(32))}),
    "where to find its key": said(jku="https://example.org/keys"),
    "an unencoded payload": said(b64=False),
    "a key id that is a path": said(kid="../../etc/passwd"),
    "an audience of many": said(aud=[{"establishment": ESTABLISHMENT, "laptop": LAPTOP}]),
    "crit that is a text": said(crit="aud"),
    "crit of numbers": said(crit=[1, 2]),
    "crit without end": said(crit=list(CRITICAL) * 3),
}
_RAW_HEADERS: Final[dict[str, str | bytes]] = {
    "a header that is a list": json.dumps([said()]),
    "a header that is null": "null",
    "a header that is no JSON": "{alg: Ed25519}",
    "a header with NaN": json.dumps(said()).replace(f'"serial": {NEXT}', '"serial": NaN'),
    "a header with two serials": _with_twin(said(), f'"serial": {NEXT}'),
    "a header with two algorithms": _with_twin(said(), '"alg": "none"'),
    "a header with a twin in disguise": _with_twin(said(), '"\\u0061lg": "Ed25519"'),
    "an audience with a twin": json.dumps(said()).replace('"laptop":', '"laptop": "Visits 2", "laptop":'),
    "a header 10,000 deep": DEEP,
    "a header deep within the limit": "[" * 2000 + "]" * 2000,
    "a header of 5,000 characters": json.dumps(said(kid="k")) + " " * 5000,
    "a header with a mark of byte order": b"\xef\xbb\xbf" + json.dumps(said()).encode(),
    "a header that is no UTF-8": json.dumps(said()).encode().replace(b"online", b"\xff\xfe\xfdine"),
    "a header in UTF-16": json.dumps(said()).encode("utf-16"),
}
_CRITICAL: Final = {
    "something more that is critical": said(crit=[*CRITICAL, "colour"]),
    "b64 that is critical": said(crit=[*CRITICAL, "b64"]),
    "its algorithm that is critical": said(crit=[*CRITICAL, "alg"]),
    "something critical twice": said(crit=[*CRITICAL, "use"]),
    "an end that is not critical": said(crit=[name for name in CRITICAL if name != "exp"]),
    "nothing that is critical": said(crit=[]),
}
_CONTENTS: Final[dict[str, str | bytes]] = {
    "no JSON": "Good morning",
    "a list": "[]",
    "two bookings of one name": payload().decode().replace('"bookings":', '"bookings":[],"bookings":'),
    "an unknown field": payload().decode()[:-1] + ',"more":1}',
    "no establishment": payload().decode().replace('"establishment":"HMP Example",', ""),
    "a number out of bounds": payload().decode().replace('"duration_s":1800', '"duration_s":99999'),
    "10,000 deep": DEEP,
    "100,000 deep": "[" * 100_000,
    "objects 10,000 deep": '{"a":' * 10_000 + "1" + "}" * 10_000,
    "a number of 10,000 digits": payload().decode().replace(f'"serial":{NEXT}', '"serial":' + "9" * 10_000),
    "infinity": payload().decode().replace('"duration_s":1800', '"duration_s":Infinity'),
    "no UTF-8": b"\xff" + payload(),
    "a mark of byte order": b"\xef\xbb\xbf" + payload(),
    "another document behind it": payload() + payload(),
    "the sheet of another laptop": sheet(booking(), serial=NEXT)
    .model_copy(update={"laptop": "Visits 2"})
    .model_dump_json(),
    "the sheet of another establishment": sheet(booking(), serial=NEXT)
    .model_copy(update={"establishment": "HMP Other"})
    .model_dump_json(),
    "another serial than its envelope": sheet_of_serial(NEXT + 1).model_dump_json(),
    "a live sheet in a demo's envelope": sheet(booking(), serial=NEXT, use=Use.LIVE).model_dump_json(),
}
_DAY: Final = timedelta(days=1)

WRONG: Final[Mapping[str, tuple[str, DocumentFault]]] = MappingProxyType(
    {
        **{name: (text, F.MALFORMED) for name, text in _SHAPES.items()},
        **{name: (under(protected), F.MALFORMED) for name, protected in _HEADERS.items()},
        **{name: (under(raw), F.MALFORMED) for name, raw in _RAW_HEADERS.items()},
        **{
            name: (under(protected), F.UNKNOWN_CRITICAL)
            for name, protected in _CRITICAL.items()
            if "no word" not in name
        },
        **{f"contents: {name}": (saying(text), F.BAD_CONTENT) for name, text in _CONTENTS.items()},
        "too large by one": ("A" * (LONGEST_BYTES[DocumentKind.SHEET] + 1), F.TOO_LARGE),
        "too large, and signed": (saying(payload() + b" " * LONGEST_BYTES[DocumentKind.SHEET]), F.TOO_LARGE),
        "a policy for a sheet": (signed(DocumentKind.POLICY, payload(), serial=NEXT), F.WRONG_KIND),
        "a sheet that says it is a policy": (under(said(typ="visit-policy")), F.WRONG_KIND),
        "a key that nobody knows": (_sheet(kid="stranger"), F.UNKNOWN_KEY),
        "a key that signs other things": (_sheet(kid="offline-demo"), F.KEY_MAY_NOT),
        "the name of a key, and not the key": (_sheet(signer="stranger"), F.WRONGLY_SIGNED),
        "the name of a key, and the other key": (_sheet(signer="offline-demo"), F.WRONGLY_SIGNED),
        "another payload than was signed": (part(1, lambda _: base64url(payload() + b" ")), F.WRONGLY_SIGNED),
        "another header than was signed": (
            part(0, lambda _: base64url(json.dumps(said(serial=NEXT + 1)).encode())),
            F.WRONGLY_SIGNED,
        ),
        "a signature of zeros": (_signature(lambda _: bytes(64)), F.WRONGLY_SIGNED),
        "a signature of another document": (
            part(2, lambda _: _sheet(exp=seconds(NOON + _DAY)).rpartition(".")[2]),
            F.WRONGLY_SIGNED,
        ),
        "a signature in another form of the same": (_signature(_added_order), F.WRONGLY_SIGNED),
        "a signature turned round": (_signature(lambda raw: raw[32:] + raw[:32]), F.WRONGLY_SIGNED),
        "the name of another issuer": (_sheet(iss="HMP Other"), F.WRONG_ISSUER),
        "another establishment": (_sheet(aud=_audience("HMP Other")), F.OTHER_ESTABLISHMENT),
        "another establishment's key and name": (
            _sheet(aud=_audience("HMP Other"), iss="HMP Other", kid="other", signer="other"),
            F.OTHER_ESTABLISHMENT,
        ),
        "another laptop": (_sheet(aud=_audience(laptop="Visits 2")), F.OTHER_LAPTOP),
        "a laptop whose name differs in case": (_sheet(aud=_audience(laptop="VISITS 1")), F.OTHER_LAPTOP),
        "every laptop, which a sheet is not for": (_sheet(aud=_audience(laptop=None)), F.BAD_CONTENT),
        "a live sheet": (signed_sheet(sheet(booking(), serial=NEXT, use=Use.LIVE)), F.DEMO_OR_LIVE),
        "a live envelope by a demo's key": (_sheet(use=Use.LIVE, kid="online-demo"), F.DEMO_OR_LIVE),
        "tomorrow's": (_sheet(nbf=seconds(NOON + _DAY), exp=seconds(NOON + 2 * _DAY)), F.NOT_YET_VALID),
        "a second too early": (_sheet(nbf=seconds(NOON) + 1), F.NOT_YET_VALID),
        "yesterday's": (_sheet(nbf=seconds(NOON - 2 * _DAY), exp=seconds(NOON - _DAY)), F.EXPIRED),
        "ended this second": (_sheet(exp=seconds(NOON)), F.EXPIRED),
        "the sheet before": (signed_sheet(sheet_of_serial(IN_FORCE - 1)), F.ROLLED_BACK),
        "the first sheet ever": (signed_sheet(sheet_of_serial(1)), F.ROLLED_BACK),
        "another with the same serial": (
            signed_sheet(sheet(booking("b2"), serial=IN_FORCE)),
            F.SERIAL_USED_TWICE,
        ),
        "the same, signed again for longer": (
            signed_sheet(sheet_of_serial(IN_FORCE), exp=seconds(NOON + _DAY)),
            F.SERIAL_USED_TWICE,
        ),
    }
)
"""By name: the text, and why it must be refused."""
