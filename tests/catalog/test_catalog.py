"""All scenarios that are at hand, by name."""

import pytest

from seatrial.catalog.catalog import gather
from seatrial.errors import CatalogError
from tests.catalog.scenarios import scenario

ONE, TWO = scenario(), scenario(("version: 1", "version: 2"), ("steps: 3", "steps: 9"))
TEN = scenario(("version: 1", "version: 10"))
OTHER = scenario(("evasion/nudge", "corruption/shove"))
CATALOG = gather([TEN, TWO, OTHER, ONE])


def test_the_newest_is_meant_unless_a_version_is_given() -> None:
    assert CATALOG.get("evasion/nudge") is TEN
    assert CATALOG.get("evasion/nudge@2") is TWO
    assert CATALOG.get("evasion/nudge@1") is ONE


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("evasion/nugde", "did you mean evasion/nudge?"),
        ("corruption/nudge", "did you mean evasion/nudge"),
        ("evasion/nudge@3", "there is evasion/nudge@1, evasion/nudge@2, evasion/nudge@10"),
        ("zzz", "there are corruption/shove, evasion/nudge"),
        ("", "there are corruption/shove, evasion/nudge"),
    ],
)
def test_what_is_not_there_has_neighbours(name, hint) -> None:
    with pytest.raises(CatalogError) as caught:
        CATALOG.get(name)
    assert caught.value.problems[0].hint.startswith(hint)


def test_an_empty_catalog_says_so() -> None:
    with pytest.raises(CatalogError, match="the catalog is empty"):
        gather([]).get("a/b")


def test_order_of_versions_is_that_of_numbers() -> None:
    assert [s.name for s in CATALOG.scenarios] == [OTHER.name, ONE.name, TWO.name, TEN.name]
    assert [s.name for s in CATALOG.latest] == [OTHER.name, TEN.name]


def test_the_digest_is_of_the_contents_whatever_their_order() -> None:
    assert gather([ONE, OTHER]).digest == gather([OTHER, ONE]).digest
    assert gather([ONE]).digest != gather([ONE, OTHER]).digest
    assert gather([ONE]).digest != gather([scenario(("note: small", "note: big"))]).digest


def test_one_name_twice_is_an_error() -> None:
    with pytest.raises(CatalogError, match="two scenarios have this id and version"):
        CATALOG.plus(scenario())
    assert gather([ONE]).plus(OTHER, TWO).get("evasion/nudge") is TWO
