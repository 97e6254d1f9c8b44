"""Assets are loaded by name and never from elsewhere."""

import re

import pytest

import assets
from kiosk.ui import words

ICONS = sorted(path.name for path in (assets.HERE / "icons").glob("*.svg"))


@pytest.mark.parametrize("name", ["../pyproject.toml", "/etc/passwd", "words/../../README.md"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not an asset"):
        assets.path(name)


def test_a_missing_asset_is_an_error() -> None:
    with pytest.raises(FileNotFoundError):
        assets.text("words/xx.toml")


def test_the_words_are_an_asset() -> None:
    assert words.table()["language"] == "en"


@pytest.mark.parametrize("name", ICONS)
def test_an_icon_is_drawn_in_the_colour_it_is_given_and_fetches_nothing(name: str) -> None:
    svg = assets.text(f"icons/{name}")
    assert "currentColor" in svg
    assert not re.search(r"href|<image|<script|url\(|#[0-9a-fA-F]{3}", svg)
