"""The signed documents by name: how large each may be, and every way in which one can be wrong, in a sentence."""

from enum import StrEnum
from types import MappingProxyType
from typing import Final


class DocumentKind(StrEnum):
    """`typ` of the envelope."""

    KEYS = "visit-keys"  # which keys sign what from now on
    POLICY = "visit-policy"  # the rules of an establishment, as TOML
    ROSTER = "visit-roster"  # its officers, encrypted to one laptop
    SHEET = "visit-sheet"  # the day of one laptop
    TIME = "visit-time"  # what the time is, for one laptop that has asked


LONGEST_BYTES: Final = MappingProxyType(  # of the whole envelope, as text
    {
        DocumentKind.KEYS: 16_384,
        DocumentKind.POLICY: 131_072,
        DocumentKind.ROSTER: 524_288,
        DocumentKind.SHEET: 1_048_576,
        DocumentKind.TIME: 4_096,
    }
)


class DocumentFault(StrEnum):
    """Why a document is not obeyed."""

    NOT_ENROLLED = "not_enrolled"
    NO_RECORD = "no_record"
    TOO_LARGE = "too_large"
    MALFORMED = "malformed"
    WRONG_KIND = "wrong_kind"
    UNKNOWN_CRITICAL = "unknown_critical"
    UNKNOWN_KEY = "unknown_key"
    KEY_MAY_NOT = "key_may_not"
    WRONGLY_SIGNED = "wrongly_signed"
    WRONG_ISSUER = "wrong_issuer"
    OTHER_ESTABLISHMENT = "other_establishment"
    OTHER_LAPTOP = "other_laptop"
    DEMO_OR_LIVE = "demo_or_live"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"
    ROLLED_BACK = "rolled_back"
    SERIAL_USED_TWICE = "serial_used_twice"
    BAD_CONTENT = "bad_content"
    NOT_READABLE_HERE = "not_readable_here"
    NOT_KEPT = "not_kept"


SENTENCE: Final = MappingProxyType(  # after "The new policy was refused: "
    {
        DocumentFault.NOT_ENROLLED: "this laptop is not enrolled.",
        DocumentFault.NO_RECORD: "this laptop's record of documents does not check out.",
        DocumentFault.TOO_LARGE: "it is too large.",
        DocumentFault.MALFORMED: "it is not a signed document.",
        DocumentFault.WRONG_KIND: "it is another kind of document.",
        DocumentFault.UNKNOWN_CRITICAL: "it asks for something this software does not know. Update the laptop.",
        DocumentFault.UNKNOWN_KEY: "it is signed with a key this laptop does not know.",
        DocumentFault.KEY_MAY_NOT: "it is signed with a key that may not sign this.",
        DocumentFault.WRONGLY_SIGNED: "its signature is wrong.",
        DocumentFault.WRONG_ISSUER: "it names another issuer than its key.",
        DocumentFault.OTHER_ESTABLISHMENT: "it is for another establishment.",
        DocumentFault.OTHER_LAPTOP: "it is for another laptop.",
        DocumentFault.DEMO_OR_LIVE: "a demo takes no live documents, and a laptop no demo ones.",
        DocumentFault.NOT_YET_VALID: "it is not valid yet.",
        DocumentFault.EXPIRED: "it has expired.",
        DocumentFault.ROLLED_BACK: "it is older than the one in force.",
        DocumentFault.SERIAL_USED_TWICE: "another document had the same serial.",
        DocumentFault.BAD_CONTENT: "something in it is wrong.",
        DocumentFault.NOT_READABLE_HERE: "it is encrypted to another laptop.",
        DocumentFault.NOT_KEPT: "this laptop could not keep it on its disk.",
    }
)
