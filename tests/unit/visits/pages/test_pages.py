"""What the visitor's HTML promises: whole, escaped, nothing inline, and nothing that is not served from beside it."""

import re
from html.parser import HTMLParser
from pathlib import Path

import jinja2
import pytest
from markupsafe import escape

from contract.refusals import SENTENCE, RefusalCode
from visits.pages import STATIC, page_html

SCRIPTS = sorted(STATIC.rglob("*.js"))


class _Reader(HTMLParser):
    """Collects every tag with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def _refused(code: RefusalCode) -> str:
    return page_html("refused", code=code, text=SENTENCE[code])


def test_the_call_page_has_every_step_and_shows_only_the_first() -> None:
    steps = {attrs["data-step"]: attrs for tag, attrs in _Reader(page_html("call")).tags if tag == "section"}
    assert set(steps) == {"opening", "rules", "check", "waiting", "call", "goodbye", "refused"}
    assert [name for name, attrs in steps.items() if "hidden" not in attrs] == ["opening"]


@pytest.mark.parametrize("code", list(RefusalCode))
def test_a_refusal_shows_its_sentence_and_no_script(code: RefusalCode) -> None:
    html = _refused(code)
    assert str(escape(SENTENCE[code])) in html
    assert "<script" not in html


@pytest.mark.parametrize(
    ("code", "offered"),
    [(RefusalCode.LINK_IN_USE, True), (RefusalCode.UNAVAILABLE, True), (RefusalCode.LINK_EXPIRED, False)],
)
def test_try_again_is_offered_only_where_it_can_help(code: RefusalCode, offered: bool) -> None:
    assert ("Try again" in _refused(code)) == offered


def test_a_call_that_is_over_is_not_called_broken() -> None:
    assert "<h1>This call is over</h1>" in _refused(RefusalCode.LINK_EXPIRED)
    assert "<h1>This call cannot be opened</h1>" in _refused(RefusalCode.LINK_UNKNOWN)


def test_what_stands_in_a_refusal_is_escaped() -> None:
    assert "<b>" not in page_html("refused", code="unavailable", text="<b>bold</b>")


def test_an_unknown_page_or_a_missing_word_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        page_html("no-such-page")
    with pytest.raises(jinja2.UndefinedError):
        page_html("refused", code="unavailable")


@pytest.mark.parametrize("html", [page_html("call"), _refused(RefusalCode.UNAVAILABLE)], ids=["call", "refused"])
def test_nothing_is_inline_so_that_the_strict_policy_holds(html: str) -> None:
    for tag, attrs in _Reader(html).tags:
        assert tag != "style"
        assert tag != "script" or attrs.get("src")
        assert not [name for name in attrs if name == "style" or name.startswith("on")]


@pytest.mark.parametrize("html", [page_html("call"), _refused(RefusalCode.UNAVAILABLE)], ids=["call", "refused"])
def test_everything_the_page_asks_for_is_served(html: str) -> None:
    icons = (STATIC / "icons.svg").read_text(encoding="utf-8")
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', html):
        file, _, part = path.removeprefix("/static/").partition("#")
        assert (STATIC / file).is_file(), path
        assert not part or f'id="{part}"' in icons, path


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_every_module_opens_with_what_it_is_and_imports_only_its_neighbours(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert text.startswith("// ")
    assert len(text.splitlines()) <= 220
    for path in re.findall(r'from "([^"]+)"', text):
        assert (script.parent / path).resolve().is_file(), path


def test_the_words_of_the_scripts_name_every_place_they_fill() -> None:
    html = page_html("call")
    for script in SCRIPTS:
        for name in re.findall(r'\[data-(?:part|key|text)="([a-z-]+)"\]', script.read_text(encoding="utf-8")):
            assert f'="{name}"' in html, (script.name, name)
