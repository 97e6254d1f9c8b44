"""The documents: what is made from code is up to date, and no link leads nowhere."""

import re
import subprocess
from pathlib import Path

import pytest

from docs.generate import pages

ROOT = Path(__file__).parents[2]
TRACKED = frozenset(
    subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
)
FOLDERS = frozenset(str(parent) for name in TRACKED for parent in Path(name).parents)
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"")


def relative_links(page: str) -> list[str]:
    """The links of a page that lead to something in this tree, without the place in it."""
    text = re.sub(r"```.*?```|`[^`\n]*`", "", (ROOT / page).read_text(), flags=re.DOTALL)
    links = (first or second for first, second in LINK.findall(text))
    return [link.partition("#")[0] for link in links if "://" not in link and not link.startswith(("#", "mailto:"))]


def leads_to(page: str, link: str) -> str:
    """The tracked path that `link` on `page` means."""
    return str((ROOT / page).parent.joinpath(link).resolve().relative_to(ROOT))


@pytest.mark.parametrize(("file", "text"), [pytest.param(file, text, id=file.name) for file, text in pages()])
def test_what_is_made_from_code_is_up_to_date(file: Path, text: str) -> None:
    assert file.read_text() == text, "run `make docs`"


@pytest.mark.parametrize("page", sorted(name for name in TRACKED if name.endswith(".md")))
def test_every_link_leads_to_a_file_of_this_tree(page: str) -> None:
    targets = {link: leads_to(page, link) for link in relative_links(page)}
    assert [link for link, target in targets.items() if target not in TRACKED | FOLDERS] == []


def test_there_are_links_to_look_at() -> None:
    assert len(relative_links("README.md")) > 5
