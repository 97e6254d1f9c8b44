"""Photos on file: set by staff, and given to a laptop only while they stand on its call sheet."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from visits.domain.photos import hash_of, kind_of
from visits.store.laptops import photos_on_sheet
from visits.store.tables import PhotoRow, VisitorRow


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo's bytes, and their media type."""

    kind: str
    content: bytes


def keep_photo(session: Session, content: bytes) -> str:
    """Put a photo on file, once; its SHA-256. Raises NotAPhoto."""
    kind, sha256 = kind_of(content), hash_of(content)
    if session.get(PhotoRow, sha256) is None:
        session.add(PhotoRow(sha256=sha256, kind=kind, content=content))
        session.flush()
    return sha256


def set_photo(session: Session, visitor_id: str, content: bytes) -> bool:
    """Make this the visitor's photo; False when there is no such visitor. Raises NotAPhoto."""
    visitor = session.get(VisitorRow, visitor_id)
    if visitor is None:
        return False
    visitor.photo = keep_photo(session, content)
    return True


def photo_for(session: Session, laptop_id: int, sha256: str, now: datetime) -> Photo | None:
    """The photo, if it stands on the laptop's sheet of today."""
    if sha256 not in photos_on_sheet(session, laptop_id, now):
        return None
    row = session.get(PhotoRow, sha256)
    return None if row is None else Photo(row.kind, row.content)
