"""The clock of a run, played with prices that are told to it: whatever they do, it ends inside its budget."""

from dataclasses import replace

import pytest

from seatrial.charter.money import Money
from seatrial.errors import HardenError
from seatrial.harden.budget.pace import Bend
from seatrial.harden.budget.prices import AT, CARES, Attack, Prices
from seatrial.harden.budget.tempo import Route, Tempo

ATTACK = Attack(steps=10, long=20, queries=100)
ROUTE = Route(total=0, epoch=20, checks=8, attack=ATTACK)
LOOKING = Prices(wide=0.03, narrow=0.005, query=0.0025, parent=0.0)


class Till:
    """A purse whose seconds are told to it."""

    def __init__(self, seconds: float, spent: float = 0.4) -> None:
        self.seconds, self.spent = seconds, spent


def flat(progress: float, spent: float) -> float:
    return 0.02


def drifting(progress: float, spent: float) -> float:
    """Neighbours come: an update costs half as much again in the end."""
    return 0.02 * (1 + 0.5 * progress)


def doubled(progress: float, spent: float) -> float:
    """Midway, the machine is half as fast."""
    return 0.02 if spent < 15 else 0.04


def halved(progress: float, spent: float) -> float:
    return 0.04 if spent < 12 else 0.02


def uneven(progress: float, spent: float) -> float:
    """Every tenth update or so takes five times as long."""
    return 0.02 * (5 if int(spent * 1000) % 10 == 3 else 1)


def climbing(progress: float, spent: float) -> float:
    """The attack has more steps as the run goes on."""
    return 0.01 * (1 + int(4 * progress))


def played(cost, *, seconds: float = 30.0, looks: float = 1.0, ending: float = 1.0, priced=None) -> tuple[Till, Tempo]:
    """Return purse and clock of a run that was played to its end.

    Args:
        cost: Progress and seconds spent -> seconds of an update.
        seconds: The budget.
        looks: What checks really cost, in what the pilot makes of them.
        ending: The same of the end.
        priced: What the pilot sees of updates; what they cost by default.
    """
    till = Till(seconds)
    tempo = Tempo(till, ROUTE)
    tempo.plan(LOOKING, [(priced or cost)(at, 0.0) for at in AT])
    check = looks * tempo.prices.looked(ATTACK)
    step = 0
    while step < tempo.pace.total:
        before = tempo.pace.progress(step)
        till.spent += cost(before, till.spent)
        step += 1
        tempo.tick()
        looked = int(tempo.pace.progress(step) * tempo.checks) > int(before * tempo.checks)
        if looked:
            till.spent += check
            tempo.looked()
        if tempo.due(step, looked=looked) and (found := tempo.decided(step)):
            tempo.pace.bend(found)
    till.spent += ending * tempo.prices.ending(ATTACK, tempo.care)
    return till, tempo


@pytest.mark.parametrize("cost", [flat, drifting, doubled, halved, uneven, climbing])
@pytest.mark.parametrize("seconds", [12.0, 30.0, 120.0])
def test_whatever_prices_do_the_run_ends_within_five_percent(cost, seconds) -> None:
    till, tempo = played(cost, seconds=seconds)
    assert abs(till.spent / seconds - 1) < 0.05
    assert tempo.pace.total > ROUTE.epoch


@pytest.mark.parametrize("looks", [0.3, 2.5])
def test_checks_that_cost_more_or_less_than_the_pilot_saw_are_priced_anew(looks) -> None:
    till, _ = played(flat, looks=looks)
    assert abs(till.spent / 30 - 1) < 0.05


def test_an_end_that_costs_a_fifth_more_than_was_expected_is_inside_all_the_same() -> None:
    till, _ = played(flat, seconds=12, ending=1.2)
    assert 0.95 < till.spent / 12 < 1.05


def test_a_pilot_that_was_wrong_by_a_factor_of_two_is_put_right_on_the_way() -> None:
    till, tempo = played(flat, priced=lambda progress, spent: 0.01)
    assert abs(till.spent / 30 - 1) < 0.05
    assert len(tempo.pace.bends) > 1
    assert tempo.pace.total < tempo.pace.bends[0].total


def test_a_recipe_whose_updates_grow_is_planned_by_what_they_will_cost() -> None:
    """An update costs four times as much in the end, and yet the first plan was about right."""
    _, tempo = played(climbing, seconds=120)
    assert 0.8 < tempo.pace.total / tempo.pace.bends[0].total < 1.3


def test_the_smaller_the_budget_the_less_closely_it_is_looked() -> None:
    levels = [played(flat, seconds=one)[1].pace.bends[0].looks for one in (6, 15, 30, 300)]
    assert levels == sorted(levels, reverse=True)
    assert (levels[0], levels[-1]) == (3, 0)
    assert [played(flat, seconds=one)[1].checks for one in (6, 300)] == [3, 8]


def test_a_budget_that_is_too_small_says_what_an_update_costs_and_what_would_do() -> None:
    tempo = Tempo(Till(2.0), ROUTE)
    with pytest.raises(HardenError, match=r"one update costs 20 ms, a pass takes 20 of them.*give it 0\.\d+ minutes"):
        tempo.plan(LOOKING, [0.02] * len(AT))


def test_the_budget_that_the_message_asks_for_is_enough() -> None:
    tempo = Tempo(Till(0.5, spent=0.4), ROUTE)
    with pytest.raises(HardenError) as caught:
        tempo.plan(LOOKING, [0.02] * len(AT))
    minutes = float(caught.value.problems[0].hint.split()[2])
    again = Tempo(Till(60 * minutes, spent=0.4), ROUTE)
    again.plan(LOOKING, [0.02] * len(AT))
    assert again.pace.total >= ROUTE.epoch


def test_what_it_expects_is_said_in_updates_minutes_and_money() -> None:
    tempo = Tempo(Till(60.0), ROUTE)
    tempo.plan(LOOKING, [0.02] * len(AT))
    said = tempo.expects(Money(9, "EUR"))
    assert f"{tempo.pace.total:,} updates" in said
    assert "20 ms each" in said
    assert said.endswith("within 1 minute of CPU time (4.6 s of it for checks and choosing), 0.15 EUR")
    assert "EUR" not in tempo.expects(None)


def test_without_a_budget_in_time_the_length_stays_and_the_time_is_told() -> None:
    tempo = Tempo(Till(0.0, spent=0.0), replace(ROUTE, total=1000))
    tempo.plan(LOOKING, [0.06] * len(AT))
    assert tempo.pace.total == 1000
    assert tempo.decided(500) is None
    assert not tempo.due(500, looked=True)
    assert "1,000 updates" in tempo.expects(None)
    assert "about 1" in tempo.expects(None)


def test_a_run_that_is_gone_on_with_keeps_its_prices_and_how_closely_it_looks() -> None:
    _, tempo = played(drifting, seconds=15)
    told = tempo.to_json()
    again = Tempo(Till(15.0, spent=told["spent"]), ROUTE, told=told, bends=[Bend(**one) for one in told["bends"]])
    assert again.prices == tempo.prices
    assert again.care == tempo.care != CARES[0]
    assert again.checks == tempo.checks


def test_what_a_whole_run_would_cost_is_told_by_a_short_one() -> None:
    """Ten thousand updates at 20 ms each, eight checks and the end."""
    till = Till(30.0)
    tempo = Tempo(till, replace(ROUTE, total=10_000))
    tempo.plan(LOOKING, [0.02] * len(AT))
    for _ in range(50):
        till.spent += 0.02
        tempo.tick()
    assert 200 < tempo.whole() < 210
