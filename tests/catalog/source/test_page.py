"""Where things stand."""

from seatrial.catalog.source.file import parse
from seatrial.catalog.source.page import Page, dotted
from seatrial.errors import Problem


def page() -> Page:
    found, _ = parse(b"a: 1\nb:\n  c:\n    - x\n    - {d: 1}\n", "c.yaml")
    assert found is not None
    return found


def test_a_place_that_is_not_there_is_that_of_what_is_around_it() -> None:
    assert page().problem(("b", "c", 1, "e"), "is missing").where == "c.yaml:5: b.c[1].e"
    assert page().problem(("b", "z", "y"), "is missing").where == "c.yaml:2: b.z.y"
    assert page().problem(("z",), "is missing").where == "c.yaml:1: z"
    assert page().problem((), "is empty").where == "c.yaml:1"


def test_a_mapping_is_where_its_key_is() -> None:
    assert page().line(("b", "c")) == 3
    assert page().line(("b", "c", 0)) == 4


def test_values_are_found_by_path() -> None:
    assert page().at(("b", "c", 1, "d")) == 1
    assert page().at(("b", "c", 7)) is None
    assert page().at(("a", "x")) is None


def test_problems_are_moved_below_a_path() -> None:
    moved = page().moved(("b",), [Problem("c", "is odd", "mend it"), Problem("", "is odd")])
    assert [str(problem) for problem in moved] == ["c.yaml:3: b.c: is odd (mend it)", "c.yaml:2: b: is odd"]


def test_paths_in_words() -> None:
    assert dotted(("a", 0, "b", 1, 2)) == "a[0].b[1][2]"
