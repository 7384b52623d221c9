"""What a trial costs and how likely it passes, before and after it, from the command line."""

import pytest
from tests.stories.projects import CLEAN, NOISE, save_cases
from tests.stories.projects import rows as sampled

PRICED = "budget: {{minutes: 3, money: {}, prices: {{per_call: 0.0004 USD}}}}"


def flat(text):
    return " ".join(text.split())


def planned(project, *words):
    return project.do("plan", "--quiet", "--json", *words).json


def test_a_plan_says_what_it_costs_and_what_the_budget_pays_for(project) -> None:
    project.write(more=PRICED.format("5 USD"))
    told = project.do("plan", "--quiet")
    assert told.code == 0, told.err
    assert "money" in told.out
    assert "and 0.096 USD" in flat(told.out)
    found = planned(project)
    assert found["money"] == "0.096 USD"
    assert [row["money"] for row in found["clauses"]] == ["0.048 USD", "0.048 USD"], "60 cases, each asked twice"
    project.write(more=PRICED.format("0.05 USD"))
    short = flat(project.do("plan", "--quiet").out)
    assert "The budget of 0.05 USD pays for about 52% of this plan (about 0.096 USD)" in short
    assert project.entries == []


def test_money_stops_a_run_between_shards_and_a_raised_budget_goes_on(project) -> None:
    project.write(clauses=(CLEAN, NOISE), more=PRICED.format("0.048 USD"))
    stopped = project.do("gate", "--executor", "inline")
    assert stopped.code == 3
    assert "stopped by the budget of 0.048 USD (0.048 USD spent), 1 shards not done" in flat(stopped.err)
    assert "1 shards were not reached" in flat(stopped.out) or "none of its 1 shards was reached" in flat(stopped.out)
    assert "What it took: 0.048 USD: 120 answers of the target" in flat(stopped.out)
    first = {(clause, shard): computed for clause, shard, computed in project.computed() if computed}
    project.write(more=PRICED.format("1 USD"))
    assert project.gate().code == 0
    assert len(project.said("submission")) == 1, "a raised budget is no new attempt"
    again = {(clause, shard): computed for clause, shard, computed in project.computed()}
    assert first.items() <= again.items()
    assert len(again) == 2
    text = project.do("report")
    assert "What it took: 0.096 USD: 240 answers of the target" in flat(text.out)
    assert "0.048 USD for all answers" in project.do("report", "--as", "html").out
    assert project.do("verify").code == 0


def test_a_budget_never_weakens_what_is_tried(project) -> None:
    project.write(more=PRICED.format("9 USD"))
    assert project.gate().code == 0
    paid = project.computed()
    trial = project.said("submission")[-1]["trial"]
    project.write(more="")
    assert project.gate().code == 0
    assert project.computed() == paid
    assert project.said("submission")[-1]["trial"] == trial


def test_a_plan_without_a_pilot_takes_the_last_rate_of_the_log_and_says_so(project) -> None:
    assert all(row["rate"] is None for row in planned(project, "--pilot", "0")["clauses"])
    inputs, labels = sampled()
    labels[::5] = (labels[::5] + 1) % 3
    save_cases(project.folder / "cases.npz", inputs, labels)
    project.write(clauses=(CLEAN.replace("0.80", "0.75"), NOISE))
    assert project.gate().code in (0, 3)
    project.write(clauses=(CLEAN.replace("0.80", "0.7"), NOISE), release="1.1")
    entry = len(project.entries) - 1
    clean, noise = planned(project, "--pilot", "0")["clauses"]
    decided = project.said("decision")[-1]["clauses"]["clean"]
    assert clean["rate"] == pytest.approx(decided["held"] / decided["n"])
    assert clean["rate_from"] == f"entry {entry}, release 1.0"
    low, high = clean["ends"]
    assert low < clean["rate"] < high
    worse, better = clean["chances_at_ends"]
    assert worse["held"] < clean["chances"]["held"] < better["held"]
    told = flat(project.do("plan", "--quiet", "--pilot", "0").out)
    assert f"clean {clean['rate']:.3f} from entry {entry}, release 1.0" in told
    assert "A rate is an estimate. At the ends of its 95 % interval:" in told
    assert f"clean: rate {low:.3f} to {high:.3f}, held " in told
    given = planned(project, "--pilot", "0", "--rate", "clean=0.9")["clauses"][0]
    assert (given["rate"], given["rate_from"], given["ends"]) == (0.9, "--rate", None)
    piloted = planned(project)["clauses"][0]
    assert piloted["rate_from"] == "pilot"
    project.write(clauses=(CLEAN, NOISE.replace("severity: 1", "severity: 2")))
    changed = planned(project, "--pilot", "0")["clauses"][1]
    assert (noise["rate_from"] != "", changed["rate"]) == (True, None), "other parameters are another question"


def test_a_hold_says_what_would_settle_it_and_what_that_takes(project) -> None:
    inputs, labels = sampled()
    labels[::7] = (labels[::7] + 1) % 3
    save_cases(project.folder / "cases.npz", inputs, labels)
    project.write(clauses=(CLEAN,), more=PRICED.format("5 USD"))
    assert project.gate().code in (0, 3)
    (clause,) = project.do("report", "--as", "json").json["clauses"]
    settled = "more cases (`seatrial gate --again`" in clause["settle"]
    hopeless = "more cases alone would not settle it" in clause["settle"]
    assert (clause["verdict"] == "unproven") == (settled or hopeless)
    assert (
        settled
        == ("under the rate that was seen); that takes about" in clause["settle"])
        == ("USD" in clause["settle"])
    )


@pytest.mark.parametrize(
    ("budget", "said"),
    [
        ("{money: 5 USD}", "budget.money: can never be used up: nothing is said of what a trial costs"),
        ("{money: five, prices: {per_call: 1 USD}}", "budget.money: is no amount of money"),
        ("{money: 5 USD, prices: {per_call: 1 EUR}}", "budget.prices.per_call: is in EUR"),
        ("{money: 5 USD, prices: {per_token: 1 USD}}", "budget.prices.per_token: unknown key"),
        ("{money: -5 USD, prices: {per_call: 1 USD}}", "budget.money: is no amount of money"),
        ("{money: 1 USD, prices: {per_call: 1 USD}}", "one answer to each case costs 120 USD already"),
    ],
)
def test_a_budget_that_makes_no_sense_is_refused_before_anything_is_spent(project, budget, said) -> None:
    project.write(more=f"budget: {budget}")
    for words in (("lint",), ("gate", "--quiet")):
        refused = project.do(*words)
        assert refused.code == 2, refused.out
        assert said in flat(refused.err + refused.out)
    assert project.entries == []
