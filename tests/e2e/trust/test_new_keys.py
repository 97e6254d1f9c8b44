"""Both signing keys are changed by the commands of the handbook, and the laptop follows document by document."""

from tests.e2e.kit.house import House
from tests.e2e.trust.laptop import WITHIN_S, Laptop
from tests.fakes.eventually import eventually


def serials(laptop: Laptop, kind: str) -> list[int]:
    """Of the documents of a kind that the laptop has taken, in order."""
    return [record["data"]["serial"] for record in laptop.trail("document_taken") if record["data"]["kind"] == kind]


async def key_ids(house: House) -> list[str]:
    """The keys that count, as the service lists them."""
    said = await house.visits("keys", "show")
    return [line.split()[0] for line in said.splitlines() if "  signs " in line]


async def test_new_keys_are_introduced_by_documents_that_the_old_ones_signed(house: House, laptop: Laptop) -> None:
    await laptop.enrols()
    await laptop.starts()
    await laptop.is_well()
    before = await key_ids(house)
    (first,) = await eventually(lambda: serials(laptop, "visit-sheet"), WITHIN_S, "the first sheet")

    await house.visits("keys", "rotate", "--policy")
    await eventually(lambda: len(serials(laptop, "visit-keys")) == 1, WITHIN_S, "told of the new policy key")
    await house.visits("keys", "rotate", "--documents")
    await eventually(lambda: len(serials(laptop, "visit-keys")) == 2, WITHIN_S, "told, by the new policy key")

    assert len(await key_ids(house)) == len(before) + 2
    await eventually(lambda: len(serials(laptop, "visit-sheet")) > 1, WITHIN_S, "a sheet that the new key has signed")
    assert serials(laptop, "visit-sheet")[-1] > first
    assert laptop.trail("document_refused") == []
    await laptop.is_well()
