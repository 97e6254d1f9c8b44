"""What in a policy is allowed but odd, in sentences for whoever is about to sign it. It refuses nothing."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Final

from contract.policy import Policy
from contract.spans import spelled
from contract.words import Use

SHORT: Final = timedelta(days=30)
THREE_MONTHS: Final = timedelta(days=92)


def oddities(policy: Policy, now: datetime) -> list[str]:
    """Sentences; none for a policy with nothing odd in it."""
    return [sentence for look in LOOKS for sentence in look(policy, now)]


def _validity(policy: Policy, now: datetime) -> Iterator[str]:
    if policy.valid_until <= now:
        yield "valid_until has passed: no laptop will take this policy."
    elif policy.valid_until - now < SHORT:
        yield f"valid_until is less than {SHORT.days} days away."
    if policy.valid_from - now > SHORT:
        yield f"valid_from is more than {SHORT.days} days away: until then laptops refuse this policy."
    if policy.use is Use.DEMO:
        yield 'use is "demo": only a demonstration will take this policy.'


def _calls(policy: Policy, _now: datetime) -> Iterator[str]:
    call = policy.call
    if not call.recorded:
        yield "call.recorded is off: calls are recorded unless they are legal visits."
    if not call.watched:
        yield "call.watched is off: staff cannot watch a call."
    if call.no_show_from >= call.length:
        yield "call.no_show_from is not before the end of a call: nobody can say that the family has not come."
    if call.no_show_from < call.late_after:
        yield "call.no_show_from is before call.late_after: a family can be given up before it is said to be late."
    if call.turnaround < timedelta(minutes=5):
        yield "call.turnaround is under 5 min: there is no time to bring the next person."
    if policy.allowance.a_month < call.length:
        yield "allowance.a_month is less than one call.length."


def _course(policy: Policy, _now: datetime) -> Iterator[str]:
    if policy.warnings.warnings[0] >= policy.call.longest:
        yield "warnings.warnings begins with one that never comes: it is as long as the longest call."
    if policy.warnings.warnings[-1] > timedelta(minutes=1):
        yield "warnings.warnings has none in the last minute."
    if policy.pick_up.readiness_known - policy.call.room_opens < timedelta(minutes=5):
        yield "pick_up.readiness_known is under 5 min before call.room_opens: what is found cannot be put right."
    every = policy.presence.presence_every
    if every is not None and every >= policy.call.length:
        yield "presence.presence_every is not shorter than a call: presence is never asked for."
    if silent := set(policy.announcement.languages) - set(policy.languages.offered):
        yield f"announcement.languages has {', '.join(sorted(silent))}, which languages.offered has not."


def _papers(policy: Policy, _now: datetime) -> Iterator[str]:
    documents, validity = policy.documents, policy.valid_until - policy.valid_from
    if documents.expiry_warns >= validity:
        yield "documents.expiry_warns is as long as the validity: officers are warned from the first day."
    if documents.policy_very_stale_after > validity:
        yield "documents.policy_very_stale_after is longer than the validity: the policy expires first."
    if policy.retention.keep_audit > THREE_MONTHS:
        yield f"retention.keep_audit is {spelled(policy.retention.keep_audit)}: three months are asked for (IPCO 2018)."
    if policy.officers.roster_longest_offline < documents.roster_stale_after:
        yield "officers.roster_longest_offline is under documents.roster_stale_after: officers lose rights unwarned."


def _network(policy: Policy, _now: datetime) -> Iterator[str]:
    network = policy.network
    if network is None:
        return
    if not network.relays:
        yield "network.relays is empty: outside the service's own network no picture or sound gets through."
    if not network.gateways:
        yield "network.gateways is empty: a failure of the prison's network cannot be told from one of the service."
    if network.wireless is not None:
        yield "network.wireless is set: a cable is steadier, and nobody can listen to it from outside."


LOOKS: Final[tuple[Callable[[Policy, datetime], Iterator[str]], ...]] = (_validity, _calls, _course, _papers, _network)
