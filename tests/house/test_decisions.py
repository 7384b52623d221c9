"""Pages of decisions: one number each, none left out, all in the index, and no reference to one that is not there."""

import re

from tests.house.source import ROOT

FOLDER = ROOT / "docs" / "decisions"
PAGES = sorted(FOLDER.glob("[0-9]*.md"))


def test_numbers_are_unique_and_without_gaps() -> None:
    assert [page.name[:4] for page in PAGES] == [f"{number:04}" for number in range(1, len(PAGES) + 1)]


def test_every_page_is_in_the_index_by_its_number_and_title() -> None:
    listed = re.findall(r"^\* \[(\d{4})\]\((\S+\.md)\) (.+)$", (FOLDER / "README.md").read_text(), re.MULTILINE)
    titles = [page.read_text().splitlines()[0] for page in PAGES]
    assert [(f"# {number} {title}", name) for number, name, title in listed] == [
        (title, page.name) for title, page in zip(titles, PAGES, strict=True)
    ]


def test_whoever_names_a_decision_names_one_that_is_there() -> None:
    known = {page.name[:4] for page in PAGES}
    folders = ("src", "docs", "tests", "examples")
    paths = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in (".py", ".md")]
    paths += ROOT.glob("*.md")
    named = {
        (path.relative_to(ROOT).as_posix(), number)
        for path in paths
        for number in re.findall(r"[Dd]ecisions?[ /](\d{4})\b", path.read_text(encoding="utf-8"))
    }
    assert named
    assert {one for one in named if one[1] not in known} == set()
