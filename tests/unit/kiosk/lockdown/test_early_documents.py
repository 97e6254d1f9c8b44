"""What was refused for what may pass by itself is judged again once more is known; anything else is not."""

import pytest

from contract.documents import DocumentFault, DocumentKind
from kiosk.errors import KioskError, Untrusted
from kiosk.ipc import DocumentArrived
from kiosk.lockdown.early_documents import EarlyDocuments
from kiosk.trusted import Refusal

SHEET = DocumentArrived(kind=DocumentKind.SHEET, document="sheet")
POLICY = DocumentArrived(kind=DocumentKind.POLICY, document="policy")


@pytest.mark.parametrize(
    "fault",
    [DocumentFault.NOT_YET_VALID, DocumentFault.EXPIRED, DocumentFault.UNKNOWN_KEY, DocumentFault.NOT_KEPT],
)
def test_it_comes_again_once(fault: DocumentFault) -> None:
    early = EarlyDocuments()
    early.refused(SHEET, Refusal(fault))
    early.refused(POLICY, Refusal(fault))
    assert early.again() == (SHEET, POLICY)
    assert early.again() == ()


@pytest.mark.parametrize("why", [Refusal(DocumentFault.WRONGLY_SIGNED), Untrusted("x")])
def test_a_worse_one_of_the_same_kind_takes_its_place(why: KioskError) -> None:
    early = EarlyDocuments()
    early.refused(SHEET, Refusal(DocumentFault.EXPIRED))
    early.refused(SHEET, why)
    assert early.again() == ()
