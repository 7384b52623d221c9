"""Rounds are begun while there is time for them and for the last look; what was decided once is followed."""

import json

import pytest

from seatrial.charter.money import Money
from seatrial.errors import HardenError
from seatrial.harden.fitted.allowance import FILE, Allowance
from seatrial.harden.remedy import Means
from seatrial.records.event import Phase

SEED = bytes(32)
JUDGES, LATE = (("evasion.square", {"queries": 300}),), (("evasion.square", {"queries": 500}), ("text.typos", {}))


class Till:
    """A purse whose seconds are told to it."""

    def __init__(self, spent: float = 0.0) -> None:
        self.spent = spent


def played(means: Means, *, wanted: int = 50, fit: float = 1.0, look: float = 0.25) -> tuple[int, Till, Allowance]:
    """Return how many rounds were begun, and the clock when all was over."""
    till = Till(0.1)
    allowance = Allowance(means, till, used=(b"a", b"b"))
    allowance.court(JUDGES, LATE)
    till.spent += fit + look
    allowance.looked(look)
    rounds, wanted = 0, allowance.counted(wanted)
    while rounds < wanted and allowance.another(wanted - rounds, attack=0.4 if not rounds else 0.0):
        till.spent += fit * (1 + 0.02 * rounds) + look
        allowance.looked(look)
        rounds += 1
    till.spent += allowance.ending
    return rounds, till, allowance


@pytest.mark.parametrize("seconds", [6.0, 20.0, 45.0])
def test_it_ends_before_its_budget_and_by_no_more_than_a_round(seconds) -> None:
    rounds, till, allowance = played(Means(SEED, seconds=seconds))
    assert rounds > 0
    assert seconds - 1.3 * 2 - 0.5 < till.spent <= seconds
    assert allowance.told()["ended"] == "there was no time for a further round"


def test_a_budget_that_is_large_enough_changes_nothing() -> None:
    rounds, till, allowance = played(Means(SEED, seconds=1000.0), wanted=6)
    assert rounds == 6
    assert "ended" not in allowance.told()
    assert (
        allowance.told()["full_cpu_seconds"] == allowance.told()["cpu_seconds"] == pytest.approx(till.spent, abs=0.01)
    )


def test_what_the_whole_would_have_cost_is_told() -> None:
    rounds, _, allowance = played(Means(SEED, seconds=20.0), wanted=50)
    told = allowance.told()
    assert told["full_cpu_seconds"] == pytest.approx(told["cpu_seconds"] + (50 - rounds) * 1.4, rel=0.1)


def test_without_a_budget_no_clock_is_asked_and_none_is_told() -> None:
    rounds, _, allowance = played(Means(SEED), wanted=9)
    assert (rounds, allowance.told()) == (9, {})


def test_steps_are_rounds() -> None:
    assert played(Means(SEED, steps=3), wanted=9)[0] == 3


def test_what_it_expects_is_said_in_rounds_minutes_and_money() -> None:
    heard: list = []
    played(Means(SEED, heard.append, seconds=30.0, hourly=Money(6, "USD")))
    (said,) = [one.what for one in heard if isinstance(one, Phase)]
    assert said.startswith("hardening expects about ")
    assert said.endswith(" of 50 rounds, within 0.5 minutes of CPU time, 0.05 USD")


def test_too_little_for_one_round_says_how_much_would_do() -> None:
    with pytest.raises(HardenError, match=r"not enough for one round.*give it 0\.\d+ minutes or more"):
        played(Means(SEED, seconds=2.0))
    try:
        played(Means(SEED, seconds=2.0))
    except HardenError as error:
        enough = 60 * float(error.problems[0].hint.split()[2])
    assert played(Means(SEED, seconds=enough))[0] >= 1


def test_a_run_that_begins_anew_follows_what_was_written_down(tmp_path) -> None:
    """The machine is three times as slow the second time, and then three times as fast: as many rounds."""
    means = Means(SEED, seconds=20.0, folder=tmp_path)
    rounds = played(means)[0]
    assert played(means, fit=3.0)[0] == rounds
    assert played(means, fit=0.3)[0] == rounds


def test_a_run_that_was_killed_goes_beyond_what_was_written_down_by_its_own_clock(tmp_path) -> None:
    means = Means(SEED, seconds=20.0, folder=tmp_path)
    whole = played(means)[0]
    told = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).write_text(json.dumps({**told, "begun": 2, "over": False}))
    assert played(means)[0] == whole


def test_what_another_run_wrote_down_is_not_followed(tmp_path) -> None:
    first = played(Means(SEED, seconds=20.0, folder=tmp_path))[0]
    assert played(Means(SEED, seconds=45.0, folder=tmp_path))[0] > first


def test_a_full_disk_is_said(tmp_path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(HardenError, match="cannot be written"):
        played(Means(SEED, seconds=20.0, folder=tmp_path / "file"))
