"""A call sheet in its envelope: what both say must be the same, or neither counts. Pure."""

from contract.documents import DocumentFault
from contract.envelope import Audience, Envelope, NotAccepted
from contract.sheet import CALL_SHEET, CallSheet
from contract.strict import LONGEST_SHEET_BYTES, Malformed, parse


def sheet_of(envelope: Envelope) -> CallSheet:
    """The sheet in an envelope whose signature has been checked. Raises NotAccepted."""
    header = envelope.header
    try:
        sheet = parse(envelope.payload, CALL_SHEET, LONGEST_SHEET_BYTES)
    except Malformed:
        raise NotAccepted(DocumentFault.BAD_CONTENT) from None
    audience = Audience(establishment=sheet.establishment, laptop=sheet.laptop)
    if (header.use, header.aud, header.serial) != (sheet.use, audience, sheet.serial):
        raise NotAccepted(DocumentFault.BAD_CONTENT)
    return sheet
