"""What changed between two catalogs."""

from seatrial.catalog.catalog import gather
from seatrial.catalog.diff import Change, Diff, diff
from tests.catalog.scenarios import scenario

ONE = scenario()
TWO = scenario(("version: 1", "version: 2"), ("steps: 3", "steps: 9"), ("2026-11-21", "2026-11-22"))
OTHER = scenario(("evasion/nudge", "corruption/shove"))


def test_nothing_changed() -> None:
    assert diff(gather([ONE, OTHER]), gather([OTHER, ONE])) == Diff()
    assert not diff(gather([]), gather([]))


def test_added_removed_and_changed() -> None:
    found = diff(gather([ONE, OTHER]), gather([ONE, TWO, scenario(("evasion/nudge", "evasion/new"))]))
    assert found.added == ("evasion/new@1",)
    assert found.removed == ("corruption/shove@1",)
    assert found.changed == (Change("evasion/nudge@1", "evasion/nudge@2", ("against",)),)
    assert found.rewritten == ()
    assert found


def test_a_version_that_says_something_else_is_told_apart() -> None:
    found = diff(gather([ONE]), gather([scenario(("title: A nudge", "title: B"), ("note: small", "note: big"))]))
    assert found.rewritten == (Change("evasion/nudge@1", "evasion/nudge@1", ("parameters", "title")),)
    assert found.changed == ()
