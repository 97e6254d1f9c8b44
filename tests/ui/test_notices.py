"""Every notice has its sentence; what a prisoner sees of it is one quiet line that frightens nobody."""

from datetime import datetime
from itertools import product

import pytest

from contract.documents import DocumentFault, DocumentKind
from kiosk.scenes import NextCall, NothingBooked, Notice, NoticeKind, Panel
from kiosk.ui.notices import ICONS, in_words
from tests.ui.conftest import MakeWindow
from tests.ui.presses import key, touch
from tests.ui.samples import ENDS, LIVE, NOW, SCENES, STARTS
from tests.ui.test_sentences import BLAME, texts

PEOPLE = {NoticeKind.VISITOR_BANNED, NoticeKind.VETTING_ENDED, NoticeKind.PRISONER_MOVED}


@pytest.mark.parametrize(("kind", "who", "at"), [*product(NoticeKind, ("", "Siân Huws"), (None, NOW))])
def test_every_notice_is_two_short_sentences_at_most(kind: NoticeKind, who: str, at: datetime | None) -> None:
    text = in_words(Notice(kind=kind, who=who, at=at), "Europe/London")
    assert 0 < len(text) < 120
    assert text.count(". ") <= 1
    assert kind in ICONS


@pytest.mark.parametrize(("document", "why"), [*product(DocumentKind, DocumentFault)])
def test_every_refusal_says_which_document_and_why(document: DocumentKind, why: DocumentFault) -> None:
    text = in_words(Notice(kind=NoticeKind.REFUSED, document=document, why=why), "Europe/London")
    assert " was refused: " in text
    assert "{" not in text


def test_offline_says_since_when_and_what_still_works() -> None:
    text = in_words(Notice(kind=NoticeKind.OFFLINE, at=NOW), "Europe/London")
    assert text == "Not connected since 2:26pm. Calls cannot start; times and checks still work."


def test_the_panel_tells_the_officer_above_its_keys(make_window: MakeWindow) -> None:
    window = make_window()
    told = (Notice(kind=NoticeKind.OFFLINE, at=NOW), Notice(kind=NoticeKind.ROSTER_STALE))
    window.show_scene(*SCENES["nothing_booked"], Panel(notices=told))
    touch(window, "officer_panel")
    assert {in_words(each, "Europe/London") for each in told} <= set(texts(window))
    window.show_scene(*SCENES["nothing_booked"], Panel(notices=told[1:]))  # while it is open
    assert in_words(told[0], "Europe/London") not in texts(window)


@pytest.mark.parametrize(
    "scene", [NothingBooked(off_at=STARTS), NextCall(who="Mum", starts_at=ENDS, ends_at=ENDS, off_at=STARTS)]
)
def test_a_call_that_is_off_says_when_and_blames_nobody(
    make_window: MakeWindow, scene: NothingBooked | NextCall
) -> None:
    window = make_window()
    window.show_scene(LIVE.model_copy(update={"officer_wanted": True}), scene)
    said = " ".join(texts(window))
    assert "The call at 2:30pm cannot take place" in said
    assert "An officer can tell you more." in said
    assert "Officer: there is a message for you" in said
    assert not [word for word in (*BLAME, "banned", "revoked", "moved", "approval") if word in said.lower()]


def test_whose_approval_has_ended_cannot_be_ticked_and_enter_ends_nothing(make_window: MakeWindow) -> None:
    window = make_window()
    window.show_scene(*SCENES["officer_admits_ended"])
    assert not key(window, "tick_0").isEnabled()
    assert "Approval ended on 13 July" in key(window, "tick_0").accessibleName()
    assert window.focusWidget() is key(window, "tick_1")
