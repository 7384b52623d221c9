"""What the pages tell people to type works, in the order of the pages, and shows what they show."""

import re
from pathlib import Path

import pytest
from tests.docs import session

ROOT = session.ROOT
PAGES = sorted(
    [
        *(ROOT / "docs" / "guides").glob("*.md"),
        *(ROOT / "docs" / "learn").glob("*.md"),
        *(ROOT / "examples").glob("*/README.md"),
        ROOT / "README.md",
    ]
)
OTHERS = {
    "CONTRIBUTING.md": "tests/docs/test_contributing.py follows it to the letter",
    "docs/explain/statistics.md": "tests/docs/test_explain.py runs its simulation",
}
"""Pages with commands that are played elsewhere."""


def name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def chain(page: Path) -> list[Path]:
    """Return the pages before this one, then this one."""
    before = [(page.parent / one).resolve() for one in session.page_notes(page).get("after", [])]
    return [*(earlier for one in before for earlier in chain(one)), page]


def runnable(page: Path) -> list[session.Block]:
    return [block for block in session.blocks(page) if block.kind == "console" and "not run" not in block.notes]


def ends() -> list[Path]:
    """Return the pages with commands to run that no other page goes on from."""
    played = [page for page in PAGES if runnable(page)]
    inner = {one for page in played for one in chain(page)[:-1]}
    return [page for page in played if page not in inner]


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("page", ends(), ids=name)
def test_the_commands_of_a_page_do_what_it_shows(page, tmp_path) -> None:
    work, home = tmp_path / "work", tmp_path / "home"
    work.mkdir()
    home.mkdir()
    for one in chain(page):
        assert "\n".join(session.play(one, work, home)) == ""


def test_every_page_with_commands_is_played_here_or_elsewhere() -> None:
    found = {
        name(path)
        for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
        if any(block.kind == "console" for block in session.blocks(path))
    }
    assert found - {name(page) for page in PAGES} == set(OTHERS)


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_of_commands_is_played_or_says_why_not(page) -> None:
    blocks = [block for block in session.blocks(page) if block.kind == "console"]
    fences = re.findall(r"^ *```console$", page.read_text(encoding="utf-8"), re.M)
    assert len(blocks) == len(fences), "a comment or a fence that the player does not read"
    assert [block.line for block in blocks if not block.body.lstrip().startswith("$ ")] == [], "what is typed?"
    assert [block.line for block in blocks if not block.notes.get("not run", "because").strip()] == []
    if runnable(page):
        assert page in {one for end in ends() for one in chain(end)}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_reason_names_a_test_that_is_there(page) -> None:
    reasons = " ".join(block.notes.get("not run", "") for block in session.blocks(page))
    assert [one for one in re.findall(r"tests/[\w./-]+", reasons) if not (ROOT / one).exists()] == []


def test_chains_end_in_pages_that_are_there() -> None:
    assert [name(one) for page in PAGES for one in chain(page) if not one.is_file()] == []
    assert ends()
