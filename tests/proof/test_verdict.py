"""Verdicts: their order, what counts as held, and what makes a decision."""

import random
from fractions import Fraction
from typing import Any

import pytest
from scipy import stats

from seatrial.errors import EvidenceError
from seatrial.proof.criterion import parse
from seatrial.proof.observation import Table
from seatrial.proof.tally import Tally, tally
from seatrial.proof.verdict import clause_verdict, decide, outcomes

RATE = parse("held_rate >= 0.6 at 95%")
GOOD, BAD, MIDDLE, EMPTY = Tally(100, 90, 0), Tally(100, 20, 0), Tally(100, 62, 0), Tally(100, 0, 100)


def verdict(criterion, counted, *, attempt=1, blocking=1, missed=False, failed=False, not_done=False) -> str:
    return clause_verdict(
        criterion, counted, attempt, blocking, control_missed=missed, failed=failed, not_done=not_done
    )


def row(held: int, draws: int = 1, unknown: int = 0, **values: float) -> dict[str, Any]:
    return {"held": held, "draws": draws, "unknown": unknown, **values}


@pytest.mark.parametrize("missed", [False, True])
@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("not_done", [False, True])
@pytest.mark.parametrize(("counted", "then"), [(GOOD, "held"), (BAD, "breached"), (MIDDLE, "unproven")])
def test_the_order_of_verdicts(missed, failed, not_done, counted, then) -> None:
    expected = then
    if not_done and then != "breached":
        expected = "unproven"
    if failed and then != "breached":
        expected = "untried"
    if missed:
        expected = "untried"
    assert verdict(RATE, counted, missed=missed, failed=failed, not_done=not_done) == expected


def test_unknown_counts_against_both_sides() -> None:
    assert verdict(RATE, Tally(100, 90, 10)) == "held"
    assert verdict(RATE, Tally(100, 60, 40)) == "unproven"
    assert verdict(RATE, Tally(100, 20, 80)) == "unproven"
    assert verdict(RATE, Tally(100, 20, 10)) == "breached"
    assert verdict(RATE, EMPTY) == "unproven"
    assert verdict(RATE, Tally(0, 0, 0)) == "unproven"


def test_held_gets_harder_with_every_attempt() -> None:
    least = [next(h for h in range(1001) if verdict(RATE, Tally(1000, h, 0), attempt=k) == "held") for k in (1, 2, 3)]
    oracle = [next(h for h in range(1001) if stats.binom.sf(h - 1, 1000, 0.6) <= 0.05 / (k * k + k)) for k in (1, 2, 3)]
    assert least == oracle
    assert least[0] < least[1] < least[2]


def test_breached_is_shared_among_the_clauses_that_can_block() -> None:
    most = [
        max(h for h in range(1001) if verdict(RATE, Tally(1000, h, 0), blocking=m) == "breached") for m in (1, 2, 20)
    ]
    assert most == sorted(most, reverse=True)
    assert len(set(most)) == 3


def test_false_deploys_stay_below_alpha_over_all_attempts() -> None:
    """A model exactly at the limit, six attempts: the promise is 5 % over the campaign."""
    rng = random.Random(3)
    n, runs, deployed = 200, 1500, 0
    least = [next(h for h in range(n + 1) if verdict(RATE, Tally(n, h, 0), attempt=k) == "held") for k in range(1, 7)]
    for _ in range(runs):
        deployed += any(sum(rng.random() < 0.6 for _ in range(n)) >= needed for needed in least)
    assert 0 < deployed / runs <= 0.05 + 3 * (0.05 * 0.95 / runs) ** 0.5


def test_an_upper_limit_is_the_mirror() -> None:
    mirror = parse("held_rate <= 0.4 at 95%")
    for held in range(0, 101, 5):
        for unknown in range(0, 101 - held, 10):
            straight = verdict(RATE, Tally(100, held, unknown))
            assert verdict(mirror, Tally(100, 100 - held - unknown, unknown)) == straight


def test_a_case_holds_only_in_every_draw() -> None:
    rows = [row(1), row(3, 3), row(2, 3), row(0), row(0, 1, 1), row(2, 3, 1), row(1, 3, 1)]
    assert tally(RATE, rows, 10) == Tally(10, 2, 2 + 3)
    assert tally(RATE, [{"score": 0.5}], 1) == Tally(1, 0, 1)


def test_a_quantile_is_a_rate() -> None:
    fast = parse("p99(latency) <= 50 ms at 95%")
    values = [0.05, 0.0500001, 0.001, float("nan"), float("inf")]
    rows = [{"value:latency": value} for value in values]
    assert tally(fast, [*rows, {}], 8) == Tally(8, 2, 1 + 1 + 2)
    assert verdict(fast, Tally(367, 367, 0)) == "unproven"
    assert verdict(fast, Tally(368, 368, 0)) == "held"
    assert verdict(fast, Tally(400, 380, 0)) == "breached"
    slow = parse("p5(score) >= 0.5 at 95%")
    assert tally(slow, [{"score": 0.5}, {"score": 0.49}], 2) == Tally(2, 1, 0)
    assert verdict(slow, Tally(200, 200, 0)) == "held"


def test_a_mean_is_over_values_between_0_and_1() -> None:
    mean = parse("mean(score) >= 0.5 at 95%")
    rows = [{"score": value} for value in (0.25, 1.0, 0.0, -0.1, 1.5, float("nan"))]
    assert tally(mean, rows, 7) == Tally(7, 1, 4, Fraction(5, 4))
    assert verdict(mean, Tally(100, 80, 0, Fraction(80))) == "held"
    assert verdict(mean, Tally(100, 20, 0, Fraction(20))) == "breached"
    assert verdict(mean, Tally(100, 20, 60, Fraction(20))) == "unproven"
    assert verdict(parse("mean(score) <= 0.5 at 95%"), Tally(100, 20, 0, Fraction(20))) == "held"
    assert verdict(parse("mean(score) <= 0.5 at 95%"), Tally(100, 20, 60, Fraction(20))) == "unproven"
    assert verdict(parse("mean(score) <= 0.5 at 95%"), Tally(100, 80, 0, Fraction(80))) == "breached"
    draws = parse("mean(held_rate) >= 0.5 at 95%")
    assert tally(draws, [row(1, 4), row(4, 4), row(0, 4, 1)], 3) == Tally(3, 1, 1, Fraction(5, 4))


# ---- decisions ----------------------------------------------------------------------------------------------------

CASES = [bytes([i]) * 32 for i in range(100)]
STAMP = {"release": "1", "run_result": 2, "as_of": 0}


def plan(**clauses: dict[str, Any]) -> dict[str, Any]:
    default = {
        "require": str(RATE),
        "severity": "major",
        "advisory": False,
        "count": 100,
        "members": 0,
        "scenarios": [],
    }
    return {"model": "m", "charter": "c", "clauses": {name: {**default, **one} for name, one in clauses.items()}}


def shard(clause: str, index: int = 0, status: str = "done", computed: str | None = None) -> dict[str, Any]:
    named = computed if status == "done" else None
    return {"clause": clause, "shard": index, "status": status, "computed": named, "measured": None}


def result(*shards: dict[str, Any], run_plan: int = 1, **controls: Any) -> dict[str, Any]:
    return {"run_plan": run_plan, "shards": list(shards), "controls": {}, "control_of": {}, **controls}


def table(held: int, count: int = 100) -> Table:
    ones = tuple(int(i < held) for i in range(count))
    columns = {"case": tuple(CASES[:count]), "held": ones, "draws": (1,) * count, "unknown": (0,) * count}
    return Table("computed", "c", 0, count, columns)


TABLES = {"good": table(90), "bad": table(20), "middle": table(62)}


def decided(promises: dict[str, Any], *results: dict[str, Any], waivers=None, weaker=(), attempt=1) -> dict[str, Any]:
    return decide(plan(**promises), results, TABLES, attempt, waivers or {}, weaker, stamp=STAMP)


@pytest.mark.parametrize(
    ("promise", "blob", "decision"),
    [
        ({}, "good", "deploy"),
        ({}, "bad", "hold"),
        ({}, "middle", "hold"),
        ({"severity": "critical"}, "good", "deploy"),
        ({"severity": "critical"}, "bad", "reject"),
        ({"severity": "critical"}, "middle", "hold"),
    ],
)
def test_decisions(promise, blob, decision) -> None:
    found = decided({"c": promise}, result(shard("c", computed=blob)))
    assert found["decision"] == decision
    assert found | STAMP == found
    assert (found["model"], found["charter"], found["weaker"], found["waivers"]) == ("m", "c", [], [])


def test_advice_blocks_nothing_and_alone_deploys_nothing() -> None:
    ran = result(shard("c", computed="bad"), shard("d", computed="good"))
    advice = {"severity": "critical", "advisory": True}
    assert decided({"c": advice, "d": {}}, ran)["decision"] == "deploy"
    assert decided({"c": advice, "d": {"advisory": True}}, ran)["decision"] == "hold"


def test_waivers_are_shown_and_cover_their_clause() -> None:
    found = decided({"c": {"severity": "critical"}}, result(shard("c", computed="bad")), waivers={"c": 7, "gone": 9})
    assert (found["decision"], found["waivers"]) == ("deploy", [7])
    assert found["clauses"]["c"] == {
        "verdict": "breached", "n": 100, "held": 20, "unknown": 0, "total": None, "waived": True,
    }  # fmt: skip


def test_a_weaker_clause_holds_until_it_is_waived() -> None:
    ran = result(shard("c", computed="good"))
    assert decided({"c": {}}, ran, weaker=["gone"])["decision"] == "hold"
    found = decided({"c": {}}, ran, weaker=["gone"], waivers={"gone": 4})
    assert (found["decision"], found["weaker"], found["waivers"]) == ("deploy", ["gone"], [4])
    critical = decided({"c": {"severity": "critical"}}, result(shard("c", computed="bad")), weaker=["gone"])
    assert critical["decision"] == "reject"


def test_missing_data_is_never_a_pass() -> None:
    def one(*results: dict[str, Any], count: int = 100) -> str:
        return decided({"c": {"count": count}}, *results)["clauses"]["c"]["verdict"]

    assert one(result()) == "untried"
    assert one(result(shard("c", status="failed"))) == "untried"
    assert one(result(shard("c", status="not_done"))) == "untried"
    assert one(result(shard("c", computed="good"), shard("c", 1, "failed")), count=101) == "untried"
    assert one(result(shard("c", computed="good"), shard("c", 1, "not_done")), count=101) == "unproven"
    assert one(result(shard("c", computed="good")), count=101) == "unproven"
    assert one(result(shard("c", computed="bad"), shard("c", 1, "failed")), count=101) == "breached"
    assert decided({"c": {}}, result(shard("c", status="failed")))["decision"] == "hold"


def test_a_missed_control_makes_only_its_clauses_untried() -> None:
    controls = {"controls": {"planted": "missed"}, "control_of": {"c": ["planted"]}}
    ran = result(shard("c", computed="bad"), shard("d", computed="good"), **controls)
    found = decided({"c": {"severity": "critical"}, "d": {}}, ran)
    assert {name: entry["verdict"] for name, entry in found["clauses"].items()} == {"c": "untried", "d": "held"}
    assert found["decision"] == "hold"
    unanswered = result(shard("c", computed="good"), controls={}, control_of={"c": ["planted"]})
    assert decided({"c": {}}, unanswered)["clauses"]["c"]["verdict"] == "untried"


def test_a_control_of_the_plan_counts_whether_a_result_names_it_or_not() -> None:
    adversary = {"use": "evasion.x", "tactics": {"steps": 3}, "controls": ["planted"]}
    promise = {"c": {"scenarios": [{"adversaries": [adversary]}]}}
    good = shard("c", computed="good")
    assert decided(promise, result(good))["clauses"]["c"]["verdict"] == "untried"
    assert decided(promise, result(good, controls={"planted": "found"}))["clauses"]["c"]["verdict"] == "untried"
    name = 'planted: evasion.x {"steps":3}'
    assert decided(promise, result(good, controls={name: "missed"}))["clauses"]["c"]["verdict"] == "untried"
    assert decided(promise, result(good, controls={name: "found"}))["clauses"]["c"]["verdict"] == "held"


def test_slices_are_added_up_and_later_results_finish_earlier_ones() -> None:
    first = result(shard("c", computed="middle"))
    torn = result(shard("c", status="not_done"), run_plan=5)
    done = result(shard("c", computed="good"), run_plan=5)
    found = decided({"c": {}}, first, torn, done)["clauses"]["c"]
    assert (found["n"], found["held"], found["unknown"], found["verdict"]) == (200, 152, 0, "held")


def test_a_done_shard_stays() -> None:
    (shards,) = outcomes([result(shard("c", computed="good")), result(shard("c", computed="bad"))])
    assert shards["c", 0]["computed"] == "good"


def test_what_cannot_be_decided() -> None:
    with pytest.raises(EvidenceError):
        decided({"c": {}}, result(shard("c", computed="nowhere")))
    with pytest.raises(EvidenceError, match="name no group"):
        decided({"c": {"require": "gap(held_rate) <= 0.1 at 95%"}}, result(shard("c", computed="good")))


def test_more_rows_than_planned_are_refused() -> None:
    with pytest.raises(EvidenceError, match="more rows"):
        decided({"c": {"count": 99}}, result(shard("c", computed="good")))


def test_measured_outcomes_count_where_the_oracle_measures() -> None:
    computed = Table("computed", "c", 0, 2, {"case": tuple(CASES[:2]), "queries": (1, 1)})
    columns = {"case": (CASES[1], CASES[0]), "held": (0, 1), "draws": (1, 1), "unknown": (0, 0)}
    tables = {"a": computed, "b": Table("measured", "c", 0, 2, columns)}
    ran = result({**shard("c", computed="a"), "measured": "b"})
    found = decide(plan(c={"count": 2}), [ran], tables, 1, {}, [], stamp=STAMP)
    assert found["clauses"]["c"]["held"] == 1
    other = {**tables, "b": Table("measured", "c", 0, 1, {"case": (CASES[5],), "held": (1,)})}
    with pytest.raises(EvidenceError):
        decide(plan(c={"count": 2}), [ran], other, 1, {}, [], stamp=STAMP)


def test_what_is_measured_cannot_overrule_what_is_computed() -> None:
    """A replay compares the computed blob alone, so an outcome that stands there stands nowhere else."""
    measured = Table("measured", "c", 0, 100, table(100).columns)
    ran = result({**shard("c", computed="bad"), "measured": "other"})
    with pytest.raises(EvidenceError, match="both blobs of shard 0 of c have draws, held, unknown"):
        decide(plan(c={}), [ran], {**TABLES, "other": measured}, 1, {}, [], stamp=STAMP)
