"""A signed policy comes into force on the service: handed to its laptops, and what sheets go by set in the tables."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from contract.documents import DocumentKind
from contract.policy import Policy
from visits.errors import ServiceError
from visits.store.documents import put_document
from visits.store.tables import EstablishmentRow, LaptopRow


def publish_policy(session: Session, policy: Policy, document: str) -> int:
    """Put it in force; says for how many laptops. Raises ServiceError.

    The policy of an establishment also sets the numbers that its sheets are written by; one laptop's own does not.
    """
    place = _establishment(session, policy)
    laptops = _laptops(session, place, policy)
    laptop_id = laptops[0].id if policy.laptop is not None else None
    put_document(session, DocumentKind.POLICY, place.id, laptop_id, policy.serial, document)
    if policy.laptop is None:
        place.turnaround_s = round(policy.call.turnaround.total_seconds())
        place.longest_extension_s = round(policy.call.longest_extension.total_seconds())
        place.recorded, place.watched = policy.call.recorded, policy.call.watched
    return len(laptops)


def _establishment(session: Session, policy: Policy) -> EstablishmentRow:
    query = select(EstablishmentRow).where(EstablishmentRow.name == policy.establishment)
    place = session.scalars(query).one_or_none()
    if place is None:
        raise ServiceError(f"there is no establishment {policy.establishment} here")
    if place.use is not policy.use:
        raise ServiceError(f"{place.name} is for {place.use} use, and the policy is for {policy.use} use")
    return place


def _laptops(session: Session, place: EstablishmentRow, policy: Policy) -> list[LaptopRow]:
    every = session.scalars(select(LaptopRow).where(LaptopRow.establishment_id == place.id)).all()
    found = [laptop for laptop in every if policy.laptop in (None, laptop.name)]
    if policy.laptop is not None and not found:
        raise ServiceError(f"there is no laptop {policy.laptop} at {place.name}")
    return found
