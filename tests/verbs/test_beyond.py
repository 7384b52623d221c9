"""What was not tried: scenarios that would fit the target, by what its kind can do."""

import re

from seatrial.plan.plan import Plan, Promise, Trying
from seatrial.records.threat import Untouched
from seatrial.verbs.beyond import not_tried
from seatrial.verbs.catalog import catalog

TORCH = {"kind": "torch", "input": {"shape": [1, 28, 28], "range": [0, 1]}}
TREES = {"kind": "sklearn", "input": {"shape": [30], "range": [0, 1]}}
CHAT = {"kind": "chat", "url": "http://127.0.0.1:1/v1"}


def left(target, *tries):
    clause = Promise("x", "", "held_rate >= 0.6 at 95%", "major", False, "", tries, 10, 0, 10)
    plan = Plan("", "", target, {}, "", "", 10, 10, {}, (clause,))
    return dict(line.split(": ", 1) for line in not_tried(plan, catalog()))


def scenario(name):
    return Trying(f"{name}@1", "", {}, Untouched(), (), "same_label", {}, "held_rate")


def test_gradients_are_for_targets_that_have_them():
    assert "pgd-linf" in left(TORCH, scenario("baseline/clean"))["evasion"]
    assert "pgd-linf" not in left(TREES, scenario("baseline/clean"))["evasion"]
    assert "square-linf" in left(TREES, scenario("baseline/clean"))["evasion"]


def test_what_was_asked_is_not_listed():
    told = left(TORCH, scenario("evasion/pgd-linf"), scenario("baseline/clean"))
    assert "pgd-linf" not in re.findall(r"[\w-]+", told["evasion"])
    assert "baseline" not in told
    assert told["evasion"].startswith("not asked for:")


def test_a_family_of_which_nothing_fits_says_so():
    assert left(TORCH, scenario("baseline/clean"))["redteam"] == "nothing in the catalog fits this target"
    assert left(CHAT, scenario("baseline/clean"))["evasion"] == "nothing in the catalog fits this target"
    assert "system-prompt-leak" in left(CHAT, scenario("baseline/clean"))["redteam"]
