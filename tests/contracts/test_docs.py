"""The documents: what is made from code is up to date, no link leads nowhere, each code of a laptop is explained."""

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
INSTALLER = ROOT / "installer"
BROKEN = sorted((INSTALLER / "etc/visit-kiosk/broken").iterdir())  # what the screen shows, by code


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


def test_the_codes_of_a_laptop_that_does_not_start_are_those_that_imaging_explains() -> None:
    table = re.findall(r"^\| (B\d+) \| ([^|]+) \| [^|]+ \|$", (ROOT / "docs/imaging.md").read_text(), re.MULTILINE)
    init = (INSTALLER / "image/initrd/init").read_text()
    first = re.findall(r'\bstop (B\d+) "([^"]*)"', init)
    later = [(path.name, path.read_text().splitlines()[3].strip()) for path in BROKEN]
    assert {code for code, _ in first} == set(re.findall(r"\bB\d+\b", init))
    assert sorted({*first, *later}) == sorted(table)


@pytest.mark.parametrize("screen", BROKEN, ids=lambda path: path.name)
def test_the_screen_of_a_code_says_that_code(screen: Path) -> None:
    assert re.findall(r"\bB\d+\b", screen.read_text()) == [screen.name]


def test_each_unit_that_ends_in_a_code_has_its_screen() -> None:
    units = [path for folder in ("units", "etc/systemd") for path in (INSTALLER / folder).rglob("*") if path.is_file()]
    said = {code for path in units for code in re.findall(r"visit-broken@(\w+)\.service", path.read_text())}
    assert said == {path.name for path in BROKEN}
