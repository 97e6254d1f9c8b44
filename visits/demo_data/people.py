"""Who lives in the made-up establishment. Nobody here is real; the prison numbers only have the right form."""

from dataclasses import dataclass
from typing import Final

ESTABLISHMENT: Final = "HMP Cwm Dŵr"
TIMEZONE: Final = "Europe/London"
LAPTOP: Final = "Visits room 2, laptop 1"
TURNAROUND_S: Final = 600


@dataclass(frozen=True, slots=True)
class Person:
    """One contact. `age` is what they are in the year the data is made."""

    name: str
    called: str
    relation: str
    age: int
    vetted: bool = True
    photo: str | None = None  # a file in `photos`


@dataclass(frozen=True, slots=True)
class Household:
    """A prisoner, and the contacts who call together."""

    number: str
    prisoner: str
    people: tuple[Person, ...]
    note: str = ""
    safe_note: str = ""  # what the prisoner may read


DUE: Final = Household(
    "A4471CK",
    "Llŷr Prydderch",
    (
        Person("Nerys Prydderch", "Mum", "Mother", 58, photo="nerys.png"),
        Person("Jac Prydderch", "Jac", "Son", 9, photo="jac.png"),
    ),
    "Jac has not been on a video call before.",
    "Jac would like to see your drawing.",
)
UNVETTED: Final = Household("A4471CK", "Llŷr Prydderch", (Person("Owain Bevan", "Owain", "Friend", 41, vetted=False),))
EARLIER: Final = Household("A8820DT", "Marcus Adeyemi", (Person("Folake Adeyemi", "Mum", "Mother", 63),))
LATER: Final = (
    Household(
        "A5139EW",
        "Siôn Parry-Jones",
        (Person("Catrin Parry-Jones", "Catrin", "Wife", 34), Person("Mabli Parry-Jones", "Mabli", "Daughter", 6)),
        "Speaks Welsh with the children.",
    ),
    Household("A9076AL", "Daniel Whitcombe", (Person("Roy Whitcombe", "Grandad", "Grandfather", 81),)),
)
