"""Whether a plugin of some name stands on a shelf."""

from seatrial import plugins
from seatrial.catalog.names import ONE, absent


def test_every_plugin_is_there() -> None:
    assert [name for shelf in ONE for name in plugins.names(shelf) if absent(shelf, name)] == []


def test_what_is_not_there_has_neighbours() -> None:
    problem = absent("adversaries", "wrong_family.pgd")
    assert problem is not None
    assert problem.what == "there is no adversary 'wrong_family.pgd'"
    assert problem.hint.startswith("did you mean evasion.pgd")
    nothing = absent("oracles", "zzzzzz")
    assert nothing is not None
    assert "same_label" in nothing.hint
