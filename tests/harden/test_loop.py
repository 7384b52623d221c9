"""The loop: killed anywhere it ends in the same bytes; what collapses is rolled back; what hides is not chosen."""

import json
import multiprocessing
import os
import shutil
import signal
from dataclasses import asdict

import numpy as np
import pytest
import torch
from tests.harden.small import BALL, FACE, MEANS, SEED, drawn, fragile, target, two_features

from seatrial import plugins
from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden import loop
from seatrial.harden.batches.split import digest_of, is_kept
from seatrial.harden.budget.pace import Bend
from seatrial.harden.checkpoint import BLOBS, INDEX, PLAN, Checkpoints, opened
from seatrial.harden.parts.mixing import Asked
from seatrial.harden.remedy import Means
from seatrial.records.event import Phase, Progress

CASES = two_features(200)
FIXED = {"fixed": [1]}
SHARES = {"threat": 0.3, "l1": 0.2, "corruption.noise": 0.2, "features": 0.2, "clean": 0.1}
RECIPES = {
    "pgd": ("training.pgd", {"climb": 0.5, "plain": 0.2, "smoothing": 0.1}),
    "pgd in bfloat16": ("training.pgd", {"half": "yes", "schedule": "cosine"}),
    "awp and ema": ("training.pgd", {"awp": 0.01, "ema": 0.9, "decay": 0.01}),
    "swa": ("training.onestep", {"swa": 0.5, "schedule": "cyclic"}),
    "trades": ("training.trades", {}),
    "mart": ("training.mart", {}),
    "free": ("training.free", {"replays": 2}),
    "kept": ("training.kept", {"afresh": 3}),
    "union": ("training.union", {"linf": 0.1, "l2": 0.1, "l1": 0.0, "steps": 1}),
    "mixture": ("training.mixture", {"phases": [[0, {"clean": 1}], [0.2, SHARES]], "glide": True, "columns": FIXED}),
}

QUICK = ("pgd", "awp and ema", "kept")
"""Those that every test run kills; the rest is slow."""
STEPS = 18


def trained(watched, *rest):
    """Return what a watched recipe makes, checked against what the recipe itself is checked against."""
    return loop.trained(watched, *rest, rules=getattr(watched.inner, "rules", loop.itself))


class Watched:
    """A recipe that does something of its own before a visit; no dataclass, so that runs are one and the same."""

    def __init__(self, inner, before=lambda lesson: None, after=lambda loss, lesson: loss) -> None:
        self.inner, self.before, self.after = inner, before, after

    @property
    def course(self):
        return self.inner.course

    def visit(self, lesson):
        self.before(lesson)
        return self.after(self.inner.visit(lesson), lesson)


def recipe(name: str, **told):
    made = plugins.find("remedies", name).make(**{"batch": 20, "checks": 3, "validation": 0.2, **told})
    return made.settled(Asked(FACE, BALL)) if name == "training.mixture" else made


def victim():
    """Return a model with everything that makes resuming hard."""
    return target(drawn(dropout=0.3, norm=True))


def killed(which: str, folder, at: int) -> None:
    """Start a run in a process of its own, and kill it, as `kill -9` does, before its update `at`."""

    def die(lesson) -> None:
        if lesson.step == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def work() -> None:
        name, told = RECIPES[which]
        trained(Watched(recipe(name, **told), die), victim(), CASES, BALL, Means(SEED, steps=STEPS, folder=folder))

    process = multiprocessing.get_context("fork").Process(target=work)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL


@pytest.mark.parametrize(
    "which", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in RECIPES]
)
def test_killed_anywhere_it_ends_in_the_same_bytes(which, tmp_path) -> None:
    name, told = RECIPES[which]
    whole = trained(Watched(recipe(name, **told)), victim(), CASES, BALL, Means(SEED, steps=STEPS))
    for at in (1, 8, 15):
        killed(which, tmp_path, at)
    heard: list = []
    means = Means(SEED, heard.append, steps=STEPS, folder=tmp_path)
    again = trained(Watched(recipe(name, **told)), victim(), CASES, BALL, means)
    assert any(isinstance(one, Phase) and "goes on after 12" in one.what for one in heard)
    assert again.weights == whole.weights
    assert without_clock(again.record) == without_clock(whole.record)


def test_glances_are_the_same_in_a_run_that_was_killed(tmp_path) -> None:
    def work(folder, before=lambda lesson: None):
        made = recipe("training.onestep", batch=128, random=False)
        return trained(Watched(made, before), victim(), CASES, BALL, Means(SEED, steps=80, folder=folder))

    def die(lesson) -> None:
        if lesson.step == 70:
            os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=work, args=(tmp_path, die))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    whole, again = work(None), work(tmp_path)
    assert again.weights == whole.weights
    assert whole.record["glances"] == 4
    assert without_clock(again.record) == without_clock(whole.record)


def without_clock(record):
    return {name: value for name, value in record.items() if name != "cpu_seconds"}


def only(folder):
    """Return the folder of the only run that left anything."""
    (found,) = folder.iterdir()
    return found


def test_a_checkpoint_that_was_torn_goes_on_from_the_one_before(tmp_path) -> None:
    whole = run("training.pgd")
    killed("pgd", tmp_path, 15)
    newest, before = json.loads((only(tmp_path) / INDEX).read_bytes())["checkpoints"]
    assert newest != before
    (only(tmp_path) / BLOBS / newest["digest"].removeprefix("sha256:")).write_bytes(b"torn")
    means = Means(SEED, steps=STEPS, folder=tmp_path)
    name, told = RECIPES["pgd"]
    again = trained(Watched(recipe(name, **told)), victim(), CASES, BALL, means)
    assert again.weights == whole.weights


def run(name: str, **told):
    kind, chosen = RECIPES["pgd"]
    return trained(Watched(recipe(kind, **chosen)), victim(), CASES, BALL, Means(SEED, steps=STEPS, **told))


def test_a_checkpoint_of_another_run_is_left_alone(tmp_path) -> None:
    killed("pgd", tmp_path, 8)
    name, told = RECIPES["pgd"]
    means = Means(bytes(32), steps=STEPS, folder=tmp_path)
    other = trained(Watched(recipe(name, **told)), victim(), CASES, BALL, means)
    assert other.record["steps"] == STEPS
    assert (
        other.weights
        == trained(Watched(recipe(name, **told)), victim(), CASES, BALL, Means(bytes(32), steps=STEPS)).weights
    )


class Switched(torch.nn.Module):
    """Reads a robust feature; once `weights` says so, it shows an attacker another face than the one it has."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = torch.nn.Parameter(torch.tensor([0.0, 8.0]))

    def forward(self, x):
        lead = self.weights[1] * (x[:, 0] - 0.5)
        mode = self.weights[0].detach()
        if mode > 1.5:
            # Steps without a slope, each a tenth wide: the gradient says nothing, a search by scores finds the edge.
            lead = lead * 0 + 8 * (((x[:, 1] * 20).round() / 20).detach() - 0.5)
        elif mode > 0.5:
            # A ripple: a whole radius away everything is as it was, half way it is not.
            side = torch.sign(x[:, 0] - 0.5).detach()
            lead = self.weights[1].detach() * side * torch.cos(62.83 * (x[:, 1] - 0.5 - 0.04 * side)) + 0 * lead
        return torch.stack([-lead, lead], 1)


def planted(before, *, steps: int = 40, **told):
    """Return what a run makes in which something is done to the model before some update."""
    watched = Watched(recipe("training.pgd", rate=1e-3, checks=8, **told), before)
    return trained(watched, target(Switched()), two_features(400), BALL, Means(SEED, steps=steps)).record


def switch(lesson, to: float) -> None:
    with torch.no_grad():
        lesson.trainee.module.weights[0] = to


def test_a_collapse_is_rolled_back_and_answered_with_shorter_and_more_steps() -> None:
    def collapse(lesson) -> None:
        if lesson.step == 23 and not lesson.answer.steps:
            switch(lesson, 1.0)

    record = planted(collapse)
    (event,) = record["events"]
    assert event["found"] == "catastrophic overfitting"
    assert event["robust"] < 0.3
    assert event["one_step"] > 0.8
    assert (event["step"], event["back_to"]) == (25, 20)
    assert event["answer"] == {"stride": 0.6, "steps": 1, "random": True, "rate": 0.7}
    assert record["chosen"] > 25
    assert record["robust"] > 0.8


def collapse_at(update: int, **told):
    def collapse(lesson) -> None:
        if lesson.step >= update and not lesson.answer.steps:
            switch(lesson, 1.0)

    return planted(collapse, steps=600, batch=128, **told)


def test_a_collapse_is_seen_within_two_percent_of_the_run_however_far_the_next_check_is() -> None:
    record = collapse_at(378)
    (event,) = record["events"]
    assert event["found"] == "catastrophic overfitting"
    assert event["alarm"] is True
    assert 378 < event["step"] <= 378 + 12
    assert event["back_to"] == 375
    assert record["robust"] > 0.8


def test_an_average_of_weights_does_not_hide_that_the_weights_themselves_have_collapsed() -> None:
    record = collapse_at(378, ema=0.99)
    event = record["events"][0]
    assert (event["found"], event["alarm"]) == ("catastrophic overfitting", True)
    assert 378 < event["step"] <= 378 + 12
    assert event["one_step"] - event["robust"] > 0.15


def test_nothing_rings_in_a_run_that_goes_well() -> None:
    record = planted(lambda lesson: None, steps=400)
    assert record["events"] == []
    assert len(record["checks"]) == 8


def test_weights_that_begin_to_hide_in_the_middle_are_rolled_back_before_they_look_good() -> None:
    """Their gradient says that nearly everything stands; they are no good ones to go back to."""

    def hide(lesson) -> None:
        if lesson.step >= 20 and not lesson.answer.steps:
            switch(lesson, 2.0)

    record = planted(hide)
    (event,) = record["events"]
    assert (event["found"], event["step"], event["back_to"]) == ("gradient masking", 25, 20)
    assert event["black_box"]["fell"] >= 4
    assert event["answer"]["random"]
    (hiding,) = (one for one in record["checks"] if one["masks"])
    assert hiding["step"] == 25
    assert hiding["robust"] < 0.5 * hiding["one_step"], "what the gradient says is not what is told"
    assert 25 not in [one["step"] for one in record["judged"]]
    assert record["chosen"] != 25
    assert record["robust"] > 0.8


def test_weights_that_hide_from_the_first_check_on_are_the_last_to_be_asked() -> None:
    def hide(lesson) -> None:
        switch(lesson, 2.0 if lesson.step < 12 else 0.0)

    record = planted(hide)
    assert [one["masks"] for one in record["checks"][:2]] == [True, True]
    assert record["chosen"] > 12
    assert all(one["step"] > 12 for one in record["judged"])


def test_a_parent_that_hides_its_gradient_is_told_to() -> None:
    module = Switched()
    switch_to = torch.tensor([2.0, 8.0])
    with torch.no_grad():
        module.weights.copy_(switch_to)
    watched = Watched(recipe("training.pgd", rate=1e-3, checks=2), lambda lesson: switch(lesson, 0.0))
    before = trained(watched, target(module), two_features(400), BALL, Means(SEED, steps=20)).record["before"]
    assert before["masks"] is True
    assert before["robust"] < 0.5


def test_every_checkpoint_that_is_compared_has_its_confidence_measured_clean_and_attacked() -> None:
    record = planted(lambda lesson: None)
    worth = record["calibration"]
    assert worth.keys() == {"clean", "attacked"}
    for part in worth.values():
        for one in (part["before"], part["after"]):
            assert one["cases"] == record["validation_cases"]
            assert {"ece", "brier", "nll"} <= one.keys()
            assert sum(bin_["count"] for bin_ in one["bins"]) == one["cases"]
    assert worth["clean"]["after"]["accuracy"] == pytest.approx(record["clean"], abs=1e-4)
    chosen = next(one for one in record["judged"] if one["step"] == record["chosen"])
    assert worth["attacked"]["after"]["accuracy"] == pytest.approx(chosen["robust"], abs=1e-4)
    assert all(one["calibration"].keys() == {"clean", "attacked"} for one in record["judged"])


def test_a_loss_that_is_not_a_number_once_is_rolled_back_and_answered_with_half_the_rate() -> None:
    def spoil(lesson) -> None:
        if lesson.step == 20 and lesson.answer.rate == 1:
            with torch.no_grad():
                lesson.trainee.module.weights[1] = float("nan")

    record = planted(spoil)
    (event,) = record["events"]
    assert event["found"] == "the loss is not a finite number"
    assert event["step"] == 21
    assert event["back_to"] == 20
    assert event["answer"]["rate"] == 0.5
    assert record["steps"] == 40
    assert record["robust"] > 0.8


def test_a_loss_that_stays_so_ends_the_run_with_the_last_good_weights() -> None:
    def spoil(lesson) -> None:
        if lesson.step >= 20:
            with torch.no_grad():
                lesson.trainee.module.weights[1] = float("nan")

    record = planted(spoil)
    assert "not a finite number 3 times" in record["ended"]
    assert record["chosen"] <= 20
    assert record["robust"] > 0.8


def test_a_model_that_begins_with_no_numbers_is_refused() -> None:
    module = fragile()
    with torch.no_grad():
        module.weight.fill_(float("nan"))
    with pytest.raises(HardenError, match="finite"):
        recipe("training.pgd").apply(target(module), CASES, BALL, MEANS)


def test_weights_that_hide_their_gradient_are_not_chosen() -> None:
    record = planted(lambda lesson: switch(lesson, 2.0) if lesson.step > 30 else None, steps=40)
    assert record["chosen"] <= 30
    assert not any(one["masks"] for one in record["judged"] if one["step"] == record["chosen"])


def test_what_hides_from_the_beginning_is_refused_by_name() -> None:
    with pytest.raises(HardenError, match="hide their gradient"):
        planted(lambda lesson: switch(lesson, 2.0), steps=20)


def test_a_budget_that_is_too_small_for_one_pass_says_how_much_is_needed() -> None:
    with pytest.raises(HardenError, match=r"not enough for one pass .* \(give it .* minutes or more\)"):
        recipe("training.pgd").apply(victim(), CASES, BALL, Means(SEED, seconds=0.05))


def test_a_budget_is_planned_told_before_and_kept_by_the_clock() -> None:
    heard: list = []
    made = recipe("training.pgd", checks=1).apply(victim(), CASES, BALL, Means(SEED, heard.append, seconds=2.5))
    said = next(one.what for one in heard if isinstance(one, Phase))
    assert said.startswith("hardening expects ")
    assert "updates" in said
    record = made.record
    assert record["events"][0]["found"] == "planned"
    assert record["steps"] == record["plan"][-1]["total"]
    assert 0.5 < record["cpu_seconds"] < 5
    assert [one for one in heard if isinstance(one, Progress)][-1].done == record["steps"]


def test_a_run_with_a_budget_follows_the_decisions_that_were_written_down(tmp_path) -> None:
    """What the clock says the second time does not matter: not even for a decision that did not count yet."""
    made = recipe("training.pgd", checks=1)
    with pytest.raises(Stopped):
        trained(Watched(made, stopped), victim(), CASES, BALL, Means(SEED, seconds=60.0, folder=tmp_path))
    run_ = only(tmp_path).name
    told = json.loads((only(tmp_path) / PLAN).read_bytes())
    told["bends"] = [asdict(one) for one in (Bend(0, 0.0, 60), Bend(20, 1 / 3, 30), Bend(29, 0.9, 30))]
    runs = []
    for name in ("one", "other"):
        (tmp_path / "again" / name / run_).mkdir(parents=True)
        (tmp_path / "again" / name / run_ / PLAN).write_text(json.dumps(told))
        means = Means(SEED, seconds=60.0, folder=tmp_path / "again" / name)
        runs.append(trained(Watched(made), victim(), CASES, BALL, means))
    assert runs[0].weights == runs[1].weights
    assert runs[0].record["plan"] == told["bends"]
    assert runs[0].record["steps"] == 30
    found = [one for one in runs[0].record["events"] if one["found"] == "shortened"]
    assert found == [{"found": "shortened", "step": 20, "total": 30, "before": 60}]


def test_the_plan_of_another_run_in_the_same_folder_is_not_followed(tmp_path) -> None:
    Checkpoints(tmp_path, run="another").plan([Bend(0, 0.0, 7)])
    made = recipe("training.pgd", checks=1)
    with pytest.raises(Stopped):
        trained(Watched(made, stopped), victim(), CASES, BALL, Means(SEED, seconds=60.0, folder=tmp_path))
    (mine,) = (one for one in tmp_path.iterdir() if one.name != "another")
    assert json.loads((mine / PLAN).read_bytes())["bends"][0]["total"] > 1000


class Stopped(Exception):  # noqa: N818 - no error of the trainer's
    """A run that a test ends."""


def stopped(lesson) -> None:
    """Stop a run at its first update; prices are asked on a copy, which begins half way."""
    if lesson.step == 0 and lesson.progress == 0:
        raise Stopped


def begun_again(folder, cases) -> str:
    """Return what a run says that finds a checkpoint in its folder, up to its first update."""
    kind, chosen = RECIPES["pgd"]
    heard: list = []
    means = Means(SEED, heard.append, steps=STEPS, folder=folder)
    with pytest.raises(Stopped):
        trained(Watched(recipe(kind, **chosen), stopped), victim(), cases, BALL, means)
    return next((one.what for one in heard if isinstance(one, Phase)), "")


def test_a_checkpoint_made_elsewhere_is_not_mixed_with_what_is_made_here(tmp_path) -> None:
    """Another processor or another precision gives other bits: such a run begins anew, and says why."""
    killed("pgd", tmp_path, 8)
    tensors, told = opened(Checkpoints(tmp_path, run=only(tmp_path).name).read())
    told["identity"]["environment"]["cpu.model"] = "another"
    told["identity"]["bfloat16"] = True
    shutil.rmtree(only(tmp_path))
    Checkpoints(tmp_path, run="another").write(tensors, told)
    assert "of another run (bfloat16, environment differs)" in begun_again(tmp_path, CASES)


def test_cases_that_were_labelled_anew_are_another_run(tmp_path) -> None:
    killed("pgd", tmp_path, 8)
    batch = CASES.take(0, len(CASES))
    said = begun_again(tmp_path, listed(batch.inputs, 1 - batch.labels))
    assert "of another run (chosen_on, learned_from differs)" in said


def test_threads_and_generators_are_left_as_they_were() -> None:
    model = victim()
    torch.set_num_threads(2)
    torch.manual_seed(5)
    before, seen = torch.random.get_rng_state(), set[int]()
    watched = Watched(recipe("training.pgd"), lambda lesson: seen.add(torch.get_num_threads()))
    trained(watched, model, CASES, BALL, Means(SEED, steps=2))
    assert (seen, torch.get_num_threads()) == ({1}, 2)
    assert torch.equal(torch.random.get_rng_state(), before)
    torch.set_num_threads(1)


def test_the_parent_stands_beside_the_child_on_the_same_cases() -> None:
    record = planted(lambda lesson: None)
    before, found = record["before"], record["before"]["pairs"]
    assert (before["who"], before["cases"]) == ("parent", record["validation_cases"])
    for name in ("clean", "robust"):
        child = (
            record[name]
            if name == "clean"
            else next(one for one in record["judged"] if one["step"] == record["chosen"])["robust"]
        )
        moved = (found[name]["won"] - found[name]["lost"]) / before["cases"]
        assert child - before[name] == pytest.approx(moved, abs=2e-4)


def test_the_parent_is_the_one_that_came_not_the_one_that_was_trained() -> None:
    made = recipe("training.pgd", rate=0.05, checks=2, epochs=15).apply(target(fragile()), CASES, BALL, MEANS)
    before = made.record["before"]
    assert (before["clean"], before["robust"]) == (1.0, 0.0)
    assert before["pairs"]["robust"]["won"] == round(made.record["robust"] * before["cases"])
    assert before["pairs"]["robust"]["chance"] < 1e-3


def test_an_update_that_ends_in_no_numbers_is_never_chosen() -> None:
    """The last loss was finite, the weights that it led to are not; nearly all cases are of the first class."""
    base = two_features(400).take(0, 400)
    few = np.flatnonzero(np.cumsum(base.labels) <= 60)
    cases = listed(base.inputs[few], base.labels[few])

    def spoil(loss, lesson):
        if lesson.step == 39:
            with torch.no_grad():
                lesson.trainee.module.weights.fill_(float("nan"))
        return loss

    watched = Watched(recipe("training.pgd", rate=1e-3, checks=8), after=spoil)
    record = trained(watched, target(Switched()), cases, BALL, Means(SEED, steps=40)).record
    assert record["checks"][-1]["clean"] == 0
    assert record["chosen"] < 40


def test_what_a_recipe_carries_is_no_longer_carried_once_it_is_not_finite() -> None:
    def spoil(lesson) -> None:
        if lesson.step == 20 and lesson.answer.rate == 1:
            lesson.carried["shift"] = torch.full_like(lesson.carried["shift"], float("nan"))

    watched = Watched(recipe("training.free", rate=1e-3, checks=8), spoil)
    record = trained(watched, target(Switched()), two_features(400), BALL, Means(SEED, steps=40)).record
    assert [one["found"] for one in record["events"]] == ["the loss is not a finite number"]
    assert not record["ended"]


def test_every_second_fall_in_a_row_is_rolled_back() -> None:
    """Robust accuracy falls for good: each time it is told, and answered with half the rate again."""

    def fall(lesson) -> None:
        if lesson.step >= 20:
            with torch.no_grad():
                lesson.trainee.module.weights[1] = -8.0

    record = planted(fall)
    assert {one["found"] for one in record["events"]} == {"robust overfitting"}
    assert [one["answer"]["rate"] for one in record["events"]][:2] == [0.5, 0.25]
    assert record["events"][0]["step"] == 29, "the fall that the check in turn saw at 25 is looked at again soon"
    assert record["chosen"] <= 20


def test_only_training_cases_that_are_not_kept_are_learned_from() -> None:
    met: set = set()
    watched = Watched(recipe("training.pgd"), lambda lesson: met.update(lesson.part.ids))
    record = trained(watched, victim(), CASES, BALL, Means(SEED, steps=20)).record
    kept = {case for case in CASES.take(0, len(CASES)).ids if is_kept(case, 0.2)}
    assert not met & kept
    assert record["chosen_on"]["digest"] == digest_of(tuple(kept))
    assert record["learned_from"]["cases"] == len(CASES) - len(kept)
    assert record["learned_from"]["labels"] != record["chosen_on"]["labels"]


def test_what_made_the_last_bits_of_a_run_is_in_its_record() -> None:
    record = planted(lambda lesson: None, steps=4)
    assert record["bfloat16"] is False
    assert {"code.seatrial", "cpu.model", "cpu.flags", "numpy", "python"} <= record["environment"].keys()
    assert record["environment"]["code.seatrial"].startswith("sha256:")


def test_every_case_is_met_once_in_a_pass_whatever_the_batch() -> None:
    for batch in (20, 37):
        met: list = []
        watched = Watched(recipe("training.pgd", batch=batch, checks=1), lambda lesson, met=met: met.append(lesson))
        trained(watched, target(fragile()), CASES, BALL, Means(SEED, steps=12))
        first = [case for lesson in met if lesson.epoch == 0 for case in lesson.part.ids]
        assert len(first) == len(set(first)) == met[0].size


def test_noise_belongs_to_the_case_not_to_the_batch() -> None:
    found: list[dict] = []
    for batch in (20, 37):
        drawn_: dict = {}

        def look(lesson, drawn_=drawn_) -> None:
            points = lesson.start(lesson.space(BALL))
            if lesson.epoch == 0:
                drawn_.update(zip(lesson.part.ids, (points - lesson.inputs).tolist(), strict=True))

        made = recipe("training.pgd", batch=batch, checks=1, growth=0.0)
        trained(Watched(made, look), target(fragile()), CASES, BALL, Means(SEED, steps=10))
        found.append(drawn_)
    both = found[0].keys() & found[1].keys()
    assert len(both) > 100
    assert all(found[0][case] == found[1][case] for case in both)
