"""A policy in its envelope: the claims of the envelope are those of the text, or neither counts. Pure."""

from functools import lru_cache
from typing import Final

from contract.documents import DocumentFault, DocumentKind
from contract.envelope import Envelope, Header, NotAccepted
from contract.policy import Policy, policy_in
from contract.policy_text import PolicyWrong

_read: Final = lru_cache(maxsize=4)(policy_in)  # a text means the same every time; its signature is checked each time


def header_for(policy: Policy, key_id: str, issuer: str) -> Header:
    """What the envelope of this policy says, signed with the key `key_id` of `issuer`."""
    begins, ends = policy.bounds
    return Header(
        typ=DocumentKind.POLICY,
        kid=key_id,
        use=policy.use,
        iss=issuer,
        aud=policy.audience,
        serial=policy.serial,
        nbf=int(begins.timestamp()),
        exp=int(ends.timestamp()),
    )


def policy_of(envelope: Envelope) -> Policy:
    """The policy in an envelope whose signature has been checked. Raises NotAccepted."""
    try:
        policy = _read(envelope.payload)
    except PolicyWrong as error:
        raise NotAccepted(DocumentFault.BAD_CONTENT) from error
    if header_for(policy, envelope.header.kid, envelope.header.iss) != envelope.header:
        raise NotAccepted(DocumentFault.BAD_CONTENT)
    return policy
