"""Every card on every shelf says what it must: title, sources, taxonomy, the extra that it needs."""

import ast
import inspect

import pytest
from tests.house.source import PACKAGE, tree

from seatrial import plugins
from seatrial.records.card import Card

ALL = [(shelf, name) for shelf in plugins.SHELVES for name in plugins.names(shelf)]
PUBLISHED = {"adversaries", "remedies"}
"""Shelves of methods that somebody invented."""
MARKS = ("arXiv:", "doi:", "openreview:", "isbn:", "ISO/IEC ", "RFC ", "NIST ")
TAXONOMIES = ("atlas:AML.", "nist:", "owasp:", "cwe:CWE-")
PLAIN = {"white-box", "black-box", "natural", "own"}
EXTRAS = {
    "demo": {"demo", "torch", "sklearn"},
    "torch": {"torch"},
    "sklearn": {"sklearn"},
    "data": {"data"},
    "kms": {"kms"},
    "": set(),
}
"""Extra -> what it brings."""
SOMETIMES = {("cases", "table"): {"data"}, ("cases", "texts"): {"data"}, ("targets", "sklearn"): {"data"}}
"""What a plugin needs for a part of what it does, and asks for by name when it gets there: Parquet, tables."""


def home(shelf, name):
    return PACKAGE.joinpath(*plugins.SHELVES[shelf].split(".")[1:], *name.split(".")).with_suffix(".py")


def imported(path) -> set[str]:
    """Top names of everything that a file of the package imports, in functions too, through the package's own files."""
    found, left, seen = set(), [path], set()
    while left:
        seen.add(here := left.pop())
        for node in ast.walk(tree(here)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for one in names:
                own = PACKAGE.parent.joinpath(*one.split(".")).with_suffix(".py")
                found.add(one.split(".")[0])
                left += [own] if own.is_file() and own not in seen and one.startswith("seatrial.") else []
    return found


@pytest.mark.parametrize(("shelf", "name"), ALL)
def test_a_card_is_complete(shelf, name) -> None:
    card = plugins.find(shelf, name)
    assert isinstance(card, Card)
    assert card.title.strip() == card.title != ""
    assert callable(card.make)
    assert inspect.getdoc(card.make), "what is made says what it is"
    assert plugins.origin(shelf, name).startswith("seatrial ")
    for cited in card.cites:
        assert cited.startswith(MARKS), cited
    for tag in card.tags:
        assert tag.startswith(TAXONOMIES) or tag in PLAIN, tag


@pytest.mark.parametrize("name", plugins.names("adversaries"))
def test_an_adversary_says_when_its_silence_proves_nothing(name) -> None:
    said = plugins.find("adversaries", name).lies
    assert len(said) > 60, "Card.lies: a sentence or two for the reader of a report"
    assert said.endswith(".")


@pytest.mark.parametrize(("shelf", "name"), [one for one in ALL if one[0] in PUBLISHED])
def test_a_method_cites_who_invented_it_or_is_our_own(shelf, name) -> None:
    card = plugins.find(shelf, name)
    assert card.cites or "own" in card.tags
    assert card.tags


@pytest.mark.parametrize(("shelf", "name"), ALL)
def test_the_id_is_the_path(shelf, name) -> None:
    assert home(shelf, name).is_file()


@pytest.mark.parametrize(("shelf", "name"), ALL)
def test_the_extra_is_named_where_it_is_needed(shelf, name) -> None:
    needed = {plugins.EXTRAS[one] for one in imported(home(shelf, name)) & set(plugins.EXTRAS)}
    assert needed <= EXTRAS[plugins.find(shelf, name).extra] | SOMETIMES.get((shelf, name), set())


def test_what_is_lacking_is_told_with_the_command_that_installs_it() -> None:
    said = str(plugins.lacking("pyarrow.parquet", "loans.parquet"))
    assert said == "loans.parquet: needs pyarrow.parquet, which is not installed (pip install 'seatrial[data]')"


def test_every_file_with_a_card_is_on_its_shelf() -> None:
    found = {
        (shelf, path.relative_to(root).with_suffix("").as_posix().replace("/", "."))
        for shelf, package in plugins.SHELVES.items()
        for root in [PACKAGE.joinpath(*package.split(".")[1:])]
        for path in root.rglob("*.py")
        if any(getattr(node.target, "id", "") == "CARD" for node in tree(path).body if isinstance(node, ast.AnnAssign))
    }
    assert found == {one for one in ALL if home(*one).is_file()}
