"""Two processes train one model: equal to the bit, killed and gone on with, and told apart when they drift."""

import os
import signal
import time

import pytest
import torch
from tests.harden.crew import crew, ended, together
from tests.harden.small import BALL, SEED, drawn, target, two_features
from tests.harden.test_loop import QUICK, RECIPES, STEPS, Watched, recipe, trained, victim, without_clock

from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden.ranks.place import ALONE, GONE
from seatrial.harden.remedy import Means
from seatrial.records.event import Phase

CASES = two_features(200)


def nothing(lesson) -> None:
    """Do nothing before a visit."""


def trains(which, place, *, before=nothing, model=victim, cases=CASES, seen=None, **more):
    """Return what one rank makes, and what it heard."""
    name, told = RECIPES[which]
    heard: list = []

    def after(loss, lesson):
        if seen is not None:
            seen.append((lesson.trainee.digest(), loss))
        return loss

    means = Means(SEED, heard.append, **{"steps": STEPS, **more}, place=place)
    made = trained(Watched(recipe(name, **told), before, after), model(), cases, BALL, means)
    return made, [one.what for one in heard if isinstance(one, Phase)]


@pytest.mark.parametrize(
    "which", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in RECIPES]
)
def test_every_recipe_is_equal_on_both_ranks_after_every_update(which, tmp_path) -> None:
    def work(place):
        seen: list = []
        made, _ = trains(which, place, seen=seen)
        return made.weights, made.record, seen

    (one, record, seen), (other, its_record, its_seen) = together(work, tmp_path)
    assert one == other
    assert record == its_record
    assert len(seen) == STEPS
    assert seen == its_seen
    assert record["processes"] == 2


def test_two_ranks_make_what_one_process_makes_but_for_rounding(tmp_path) -> None:
    """Order and noise belong to the cases, and means are weighed: how a batch is shared out does not matter."""

    def work(place):
        seen: list = []
        trains("pgd", place, seen=seen, model=lambda: target(drawn()))
        return [loss for _, loss in seen]

    losses, _ = together(work, tmp_path)
    assert losses == pytest.approx(work(ALONE), rel=2e-3)


def killed_at(at, *, rank=None):
    """Return what kills a rank (or each) before an update, as `kill -9` does."""

    def die(place):
        def before(lesson) -> None:
            if lesson.step == at and rank in (None, place.rank):
                os.kill(os.getpid(), signal.SIGKILL)

        return before

    return die


@pytest.mark.parametrize("which", ["kept", pytest.param("free", marks=pytest.mark.slow)])
def test_all_killed_they_end_in_the_same_bytes(which, tmp_path) -> None:
    """`kept` keeps something of every case, whoever meets it; `free` keeps something of every rank."""
    whole, _ = together(lambda place: trains(which, place), tmp_path / "whole")
    for at in (8, 15):
        die = killed_at(at)
        run = crew(
            lambda place, die=die: trains(which, place, before=die(place), folder=tmp_path / "kept"),
            tmp_path,
            where=f"killed-{at}",
        )
        assert ended(run, tmp_path, where=f"killed-{at}") == [-signal.SIGKILL] * 2
    (made, heard), _ = together(lambda place: trains(which, place, folder=tmp_path / "kept"), tmp_path, where="again")
    assert any("goes on after 12" in one for one in heard)
    assert made.weights == whole[0].weights
    assert without_clock(made.record) == without_clock(whole[0].record)


def test_one_killed_the_other_says_so_soon_and_the_same_command_goes_on(tmp_path) -> None:
    die, begun = killed_at(8, rank=1), time.monotonic()
    run = crew(lambda place: trains("pgd", place, before=die(place), folder=tmp_path / "kept"), tmp_path)
    left, gone = ended(run, tmp_path)
    assert gone == -signal.SIGKILL
    assert isinstance(left, HardenError)
    assert GONE in str(left)
    assert "same command again" in str(left)
    assert time.monotonic() - begun < 60
    (made, heard), _ = together(lambda place: trains("pgd", place, folder=tmp_path / "kept"), tmp_path, where="again")
    whole, _ = together(lambda place: trains("pgd", place), tmp_path, where="whole")
    assert any("goes on after 6" in one for one in heard)
    assert made.weights == whole[0].weights


def test_a_checkpoint_of_two_is_not_taken_up_by_one_and_stays_for_two(tmp_path) -> None:
    die, kept = killed_at(8), tmp_path / "kept"
    run = crew(lambda place: trains("pgd", place, before=die(place), folder=kept), tmp_path)
    assert ended(run, tmp_path) == [-signal.SIGKILL] * 2
    alone, heard = trains("pgd", ALONE, folder=kept)
    assert any("of another run (processes differs)" in one for one in heard)
    assert alone.record["processes"] == 1
    (_, heard), _ = together(lambda place: trains("pgd", place, folder=kept), tmp_path, where="again")
    assert any("goes on after 6" in one for one in heard)


def test_a_rank_that_drifts_is_found_and_named(tmp_path) -> None:
    def work(place):
        def drift(lesson) -> None:
            if place.rank == 1 and lesson.step == 7:
                with torch.no_grad():
                    next(lesson.trainee.module.parameters()).add_(1e-7)

        return trains("pgd", place, before=drift)

    found = together(work, tmp_path)
    assert all(isinstance(one, HardenError) for one in found)
    assert all("rank 1: its weights are not those of rank 0 after 12 updates" in str(one) for one in found)


def test_statistics_of_normalisation_are_those_of_all_cases(tmp_path) -> None:
    """Each rank sees one class only in its half; the mean that is kept is that of both."""

    def work(place):
        seen: list = []

        def look(lesson) -> None:
            buffers = dict(lesson.trainee.module.named_buffers())
            seen.append([one.clone().tolist() for name, one in buffers.items() if "running" in name])

        trains("pgd", place, before=look)
        return seen

    one, other = together(work, tmp_path)
    assert one == other
    assert one[0] != one[-1]


def test_dropout_differs_between_ranks(tmp_path) -> None:
    def work(place):
        drawn_: list = []
        trains("pgd", place, before=lambda lesson: drawn_.append(torch.rand(4).tolist()))
        return drawn_

    one, other = together(work, tmp_path)
    assert all(mine != its for mine, its in zip(one[-STEPS:], other[-STEPS:], strict=True))


def test_ranks_that_were_not_started_alike_are_told(tmp_path) -> None:
    found = together(lambda place: trains("pgd", place, steps=STEPS + place.rank), tmp_path)
    assert all("rank 1: differs from rank 0: budget" in str(one) for one in found)


def test_what_the_first_rank_refuses_all_refuse(tmp_path) -> None:
    """A folder that cannot be made is seen by the first one only."""
    (tmp_path / "file").write_text("")
    found = together(lambda place: trains("pgd", place, seconds=0.05, steps=0), tmp_path)
    assert [type(one) for one in found] == [HardenError] * 2
    assert str(found[0]) == str(found[1])
    assert "not enough for one pass" in str(found[0])


def test_a_batch_that_cannot_be_shared_out_is_refused(tmp_path) -> None:
    def work(place):
        return recipe("training.pgd", batch=1).apply(target(drawn()), CASES, BALL, Means(SEED, steps=2, place=place))

    found = together(work, tmp_path)
    assert all("is 1, and 2 ranks share it" in str(one) for one in found)


def test_normalisation_over_one_case_for_each_rank_is_refused(tmp_path) -> None:
    def work(place):
        return recipe("training.pgd", batch=2).apply(victim(), CASES, BALL, Means(SEED, steps=2, place=place))

    assert all("one for some of 2 ranks" in str(one) for one in together(work, tmp_path))


def test_a_loss_that_is_no_number_on_one_rank_is_rolled_back_on_both(tmp_path) -> None:
    batch = CASES.take(0, len(CASES))

    def work(place):
        def spoil(lesson) -> None:
            if place.rank == 1 and lesson.step == 9 and lesson.answer.rate == 1:
                lesson.part.inputs.fill_(float("nan"))

        return trains(
            "pgd", place, before=spoil, cases=listed(batch.inputs, batch.labels), model=lambda: target(drawn())
        )

    (one, _), (other, _) = together(work, tmp_path)
    assert one.weights == other.weights
    assert [event["found"] for event in one.record["events"]] == ["the loss is not a finite number"]
    assert one.record["steps"] == STEPS


def test_minutes_are_those_of_all_ranks_together(tmp_path) -> None:
    def work(place):
        begun = time.process_time()
        made, heard = trains("pgd", place, steps=0, seconds=6.0)
        return made.record, heard, time.process_time() - begun

    (record, heard, mine), (_, _, its) = together(work, tmp_path)
    assert any("expects" in one for one in heard)
    assert record["cpu_seconds"] == pytest.approx(mine + its, abs=1.5)
    assert record["cpu_seconds"] < 9
    assert record["steps"] == record["plan"][-1]["total"]
