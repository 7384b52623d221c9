"""A mixture: what a case meets is drawn by case and visit; each part mends the weakness that it is there for."""

import json
from dataclasses import replace

import numpy as np
import pytest
import safetensors.torch
import torch
from tests.harden.small import SEED, fragile, put_into, two_features
from tests.harden.small import target as small

from seatrial import plugins
from seatrial.cases.listed import listed
from seatrial.errors import HardenError
from seatrial.harden.ground import ground
from seatrial.harden.lesson import Answer, Lesson
from seatrial.harden.parts.mixing import ANSWERED, Asked
from seatrial.harden.remedy import Means
from seatrial.harden.rule import Rule
from seatrial.harden.trainee import Trainee
from seatrial.records.batch import Array
from seatrial.records.threat import Ball, Colour, Corruption, Edits, Missing, Motion, Patch, Swap, Untouched
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget

CARD = plugins.find("remedies", "training.mixture")
BALL = Ball("linf", 0.1, 0, 1)
MEANS = Means(SEED)
QUICK = {"batch": 20, "epochs": 20, "rate": 0.02, "checks": 2}


def images(cases: int = 160):
    """Return small images whose brighter half is the class."""
    rng = np.random.default_rng(3)
    labels = rng.integers(0, 2, cases)
    x = 0.35 + 0.1 * rng.random((cases, 1, 8, 8))
    x[labels == 0, :, :, :4] += 0.3
    x[labels == 1, :, :, 4:] += 0.3
    return listed(x.astype(np.float32), labels)


def marked(cases: int = 320):
    """Return images whose corner says the class loudly; the rest says it too, each column a little, some wrongly."""
    rng = np.random.default_rng(5)
    labels = rng.integers(0, 2, cases)
    sign = (2.0 * labels - 1)[:, None, None, None]
    x = 0.5 + 0.15 * sign + 0.25 * (rng.random((cases, 1, 8, 8)) - 0.5)
    x[:, :, :2, :2] = 0.5 + 0.5 * sign
    return listed(np.clip(x, 0, 1).astype(np.float32), labels)


def reader(of: slice = slice(0, 2)) -> TorchTarget:
    """Return a linear model that reads one corner alone."""
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 2))
    weights = torch.zeros(2, 1, 8, 8)
    weights[1, :, of, of], weights[0, :, of, of] = 1.5, -1.5
    with torch.no_grad():
        module[1].weight.copy_(weights.reshape(2, 64))
        module[1].bias.copy_(torch.tensor([3.0, -3.0]))
    return TorchTarget(module, Face(Array, "logits", (1, 8, 8), 0.0, 1.0, 2))


def target() -> TorchTarget:
    torch.manual_seed(0)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 2))
    return TorchTarget(module, Face(Array, "logits", (1, 8, 8), 0.0, 1.0, 2))


def mixed(threat=BALL, **told):
    recipe = CARD.make(**told)
    return recipe.settled(Asked(target().face, threat))


def lesson(epoch: int, rows, *, progress: float = 1.0) -> Lesson:
    base = ground(target(), images(), BALL, CARD.make(batch=20).course)
    part = base.used.take(rows)
    return Lesson(Trainee(base), part, rows, len(base.used), BALL, SEED, epoch, 5, progress, Answer(), {})


def covered(trained, cases) -> float:
    """Return how often a linear model of two classes is right whose corner reads grey."""
    batch = cases.take(0, len(cases))
    inputs = np.array(batch.inputs)
    inputs[:, :, :2, :2] = 0.5
    answers = trained.respond(torch.from_numpy(inputs))
    return float((answers.argmax(1) == torch.from_numpy(np.asarray(batch.labels))).double().mean())


def again(victim, made) -> TorchTarget:
    """Return the victim with new weights."""
    module = victim.module()
    module.load_state_dict(safetensors.torch.load(made.weights))
    return victim.around(module)


def test_it_learns_what_survives_and_each_part_has_a_figure_beside_the_parent_s() -> None:
    made = CARD.make(**QUICK).apply(target(), images(), BALL, MEANS)
    assert made.record["clean"] == 1.0
    assert made.record["robust"] > 0.9
    names = {"threat", "corruption.noise", "corruption.blur", "corruption.brightness", "occlusion"}
    assert set(made.record["parts"]) == names
    assert made.record["robust"] <= min(made.record["parts"].values()) + 1e-9
    assert set(made.record["before"]["pairs"]) == {"clean", "robust", *names}
    assert made.record["recipe"] == "Mixture"
    assert [rule["name"] for rule in made.record["settings"]["rules"] if rule["name"] != "clean"]
    json.dumps(made.record)


def test_with_occlusion_a_model_no_longer_hangs_on_its_corner() -> None:
    """A reader of one corner is as good as chance where it is covered; the same weights, trained, read the rest."""
    victim, threat = reader(), Patch(0.1, 0, 1)
    assert covered(victim, marked()) < 0.7
    made = CARD.make(parts={"occlusion": 0.8, "clean": 0.2}, **QUICK).apply(victim, marked(), threat, MEANS)
    assert covered(again(victim, made), marked()) > 0.95
    assert made.record["before"]["robust"] < 0.3
    assert made.record["robust"] > 0.9
    without = CARD.make(parts={"clean": 1.0}, **QUICK).apply(victim, marked(), threat, MEANS)
    assert covered(again(victim, without), marked()) < covered(again(victim, made), marked())


def test_with_patches_it_stands_any_contents_of_a_corner() -> None:
    """The closed form: four pixels of free contents move a linear answer by the sum of their weights."""
    victim, threat = reader(), Patch(4 / 64, 0, 1)
    failed = (Rule(threat, "evasion/patch", (("evasion.patch", {}),)),)
    recipe = CARD.make(parts={"threat": 0.8, "clean": 0.2}, **QUICK)
    made = recipe.apply(victim, marked(), threat, replace(MEANS, failed=failed))
    before, after = (worst_corner(one, marked(), 4) for one in (victim, again(victim, made)))
    assert before == 0.0
    assert after > 0.9
    assert made.record["before"]["robust"] == 0.0
    assert made.record["robust"] == pytest.approx(after, abs=0.1)


def worst_corner(trained, cases, pixels: int) -> float:
    """Return how often a linear model holds against the best rectangle of so many pixels, exactly."""
    batch = cases.take(0, len(cases))
    layer = trained.module()[1]
    lead = (layer.weight[1] - layer.weight[0]).reshape(8, 8).double().numpy()
    bias = float(layer.bias[1] - layer.bias[0])
    sign = 2.0 * np.asarray(batch.labels) - 1
    x = np.asarray(batch.inputs, dtype=float)[:, 0]
    margin = sign * ((x * lead).sum((1, 2)) + bias)
    worst = np.minimum(-sign[:, None, None] * x * lead, sign[:, None, None] * (1 - x) * lead)
    shapes = [(tall, pixels // tall) for tall in range(1, pixels + 1) if pixels % tall == 0]
    falls = [
        worst[:, top : top + tall, left : left + wide].sum((1, 2))
        for tall, wide in shapes
        for top in range(9 - tall)
        for left in range(9 - wide)
    ]
    return float((margin + np.min(falls, axis=0) > 0).mean())


def test_with_features_only_columns_that_may_change_are_stood() -> None:
    """The second column is strong and falls to a twentieth; where it never changes, it may be relied on."""
    steady = {"parts": {"features": 0.9, "clean": 0.1}, **QUICK}
    free = CARD.make(**steady).apply(small(fragile()), two_features(), BALL, MEANS)
    held = CARD.make(columns={"fixed": [1]}, **steady).apply(small(fragile()), two_features(), BALL, MEANS)
    assert free.record["before"]["robust"] == 0.0
    assert 0.85 < free.record["robust"] < 0.97
    assert held.record["before"]["robust"] == 1.0
    assert held.record["robust"] >= 0.95
    leans = [abs(float(lead[1] / lead[0])) for lead in (weights_of(free), weights_of(held))]
    assert 1.5 * leans[0] < leans[1]


def weights_of(made):
    """Return by how much each column counts for the second class."""
    weight = put_into(fragile(), made.weights).module().weight
    return (weight[1] - weight[0]).detach()


def test_a_corruption_a_motion_a_swap_a_light_and_a_gap_can_be_answered() -> None:
    for threat in (Corruption(3, 0, 1), Motion(10, 0.1), Colour(), Untouched()):
        made = CARD.make(parts={"threat": 0.7, "clean": 0.3}, **{**QUICK, "epochs": 2}).apply(
            target(), images(), threat, MEANS
        )
        assert made.record["threat"]["kind"] in ("corruption", "motion", "colour", "untouched")
        assert 0 <= made.record["robust"] <= 1
    made = CARD.make(parts={"threat": 0.7, "clean": 0.3}, **QUICK).apply(
        small(fragile()), two_features(), Swap((1,)), MEANS
    )
    assert made.record["before"]["robust"] < 0.6
    assert made.record["robust"] > 0.85


class Patient(torch.nn.Module):
    """Reads two columns; a missing one counts as half."""

    def __init__(self) -> None:
        super().__init__()
        self.read = fragile()

    def forward(self, x):
        return self.read(torch.nan_to_num(x, nan=0.5))


def test_missing_fields_are_answered_by_a_module_that_bears_them() -> None:
    recipe = CARD.make(parts={"threat": 0.8, "clean": 0.2}, choose="weights", **QUICK)
    made = recipe.apply(small(Patient()), two_features(), Missing(1), MEANS)
    assert made.record["parts"]["clean"] >= made.record["parts"]["threat"]
    assert made.record["before"]["robust"] < made.record["robust"]


def test_what_a_case_meets_belongs_to_it_and_to_the_visit() -> None:
    """Whatever stands beside it in the batch, and in whatever order."""
    recipe = mixed(
        parts={"linf": 0.2, "l2": 0.2, "corruption.noise": 0.2, "occlusion": 0.2, "patch": 0.1, "clean": 0.1}
    )
    rows = np.arange(40)
    whole, few, later = lesson(0, rows), lesson(0, rows[::-1][:10].copy()), lesson(1, rows)
    lots = [one.random.uniform(f"mixture/{one.epoch}", (2,), np.zeros(1))[:, 0] for one in (whole, few, later)]
    met = [recipe.phases.met(1.0, lot) for lot in lots]
    assert met[0][::-1][:10].tolist() == met[1].tolist()
    assert met[0].tolist() != met[2].tolist()
    for some in recipe.parts.values():
        (part,) = some
        one, other = part.points(whole), part.points(few)
        assert torch.allclose(one.flip(0)[:10], other, atol=1e-5), part
        assert 0 <= float(one.min()) <= float(one.max()) <= 1
        if part.rule.called != "clean":
            assert not torch.equal(one, whole.inputs), part
            assert part.rule.called in ("linf", "l2") or not torch.equal(one, part.points(later)), part


def test_interrupted_it_goes_on_to_the_same_bytes(tmp_path) -> None:
    """Patches, covered places, dirt and phases are all functions of the case and the visit."""
    shares = {"linf": 0.3, "corruption.noise": 0.2, "occlusion": 0.2, "patch": 0.2, "clean": 0.1}
    recipe = CARD.make(phases=[[0.0, {"clean": 1}], [0.3, shares]], glide=True, batch=20, checks=3)
    whole = recipe.apply(target(), images(), BALL, Means(SEED, steps=18))

    def stop(event) -> None:
        if getattr(event, "done", 0) >= 14:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        recipe.apply(target(), images(), BALL, Means(SEED, stop, steps=18, folder=tmp_path))
    heard: list = []
    made = recipe.apply(target(), images(), BALL, Means(SEED, heard.append, steps=18, folder=tmp_path))
    assert any("goes on after 12" in getattr(event, "what", "") for event in heard)
    assert made.weights == whole.weights


def test_shares_are_kept_over_many_cases() -> None:
    recipe = mixed(parts={"linf": 0.5, "occlusion": 0.3, "clean": 0.2})
    met = recipe.phases.met(1.0, (np.arange(1000) + 0.5) / 1000)
    assert dict(zip(recipe.phases.names, np.bincount(met).tolist(), strict=True)) == {
        "clean": 200,
        "linf": 500,
        "occlusion": 300,
    }


def test_phases_decide_what_is_met_when() -> None:
    recipe = mixed(phases=[[0.0, {"clean": 1}], [0.5, {"occlusion": 1.0}]])
    first, second = lesson(0, np.arange(20), progress=0.2), lesson(0, np.arange(20), progress=0.6)
    seen: list = []

    def learn_on(points):
        seen.append(points)
        return 0.0

    for one in (first, second):
        one.learn_on = learn_on
        recipe.visit(one)
    assert torch.equal(seen[0], first.inputs)
    assert bool((seen[1] != second.inputs).flatten(1).any(1).all())


def test_a_beginning_that_is_plain_meets_nothing() -> None:
    recipe = mixed(parts={"occlusion": 1.0}, plain=0.5)
    one = lesson(0, np.arange(20), progress=0.2)
    one.trainee.course = recipe.course
    seen: list = []
    one.learn_on = lambda points: seen.append(points) or 0.0
    recipe.visit(one)
    assert torch.equal(seen[0], one.inputs)


def test_models_are_chosen_as_it_is_said() -> None:
    asks = mixed(parts={"linf": 0.5, "l2": 0.3, "clean": 0.2}).rules(None)
    assert ([one.called for one in asks.rules], asks.by, asks.weights) == (["l2", "linf"], "worst", {})
    asks = mixed(parts={"linf": 0.5, "l2": 0.3, "clean": 0.2}, choose="weights").rules(None)
    assert asks.weights == pytest.approx({"clean": 0.2, "l2": 0.3, "linf": 0.5})
    asks = mixed(parts={"linf": 0.5, "l2": 0.5}, choose="weights", weights={"l2": 4}).rules(None)
    assert asks.weights == {"l2": 1.0}
    with pytest.raises(HardenError, match=r"weights\.l1: is no part"):
        CARD.make(parts={"linf": 0.5, "l2": 0.5}, choose="weights", weights={"l1": 1})


def test_every_threat_of_a_clause_is_answered_and_has_a_name_of_its_own() -> None:
    rules = (
        Rule(BALL, "evasion/pgd", (("evasion.pgd", {}),)),
        Rule(BALL, "evasion/square", (("evasion.square", {}),)),
        Rule(Corruption(2, 0, 1), "corruption/common", (("corruption.noise", {}), ("corruption.fog", {}))),
        Rule(Corruption(4, 0, 1), "corruption/common", (("corruption.noise", {}),)),
        Rule(Patch(0.1), "corruption/occlusion", (("corruption.occlusion", {}),)),
        Rule(Motion(), "evasion/rotation", (("evasion.motion", {}),)),
    )
    made = CARD.make(parts={"threat": 0.9, "clean": 0.1}).settled(Asked(target().face, BALL, rules))
    named = {part.rule.called: type(part).__name__ for part in made.parts["threat"]}
    assert named == {
        "evasion/pgd": "InBall",
        "corruption/common": "Corrupted",
        "corruption/common (2)": "Corrupted",
        "corruption/occlusion": "Covered",
        "evasion/rotation": "Played",
    }


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"parts": {"corruption.nois": 0.5, "clean": 0.5}}, "parts.corruption.nois: .*did you mean corruption.noise"),
        ({"parts": {"evasion.pgd": 1.0}}, "nothing of a mixture is called so"),
        ({"parts": {"linf": 0.5, "clean": 0.4}}, "the shares add up to 0.9"),
        ({"parts": {"linf": -0.5, "clean": 1.5}}, "parts.linf: -0.5 is no share"),
        ({"parts": {"linf": True}}, "True is no share"),
        ({"parts": {"linf": 1.0}, "phases": [[0.0, {"linf": 1.0}]]}, "parts are given as well"),
        ({"phases": [[0.1, {"linf": 1.0}]]}, "the first at 0"),
        ({"phases": [[0.0, {"linf": 1.0}], [0.0, {"clean": 1.0}]]}, "each later than the last"),
        ({"phases": [[0.0, {"linf": 1.0}], [1.0, {"clean": 1.0}]]}, "0 to below 1"),
        ({"phases": [0.0, 0.5]}, "pairs of a place and shares"),
        ({"phases": [[0.0, {}]]}, "has no shares"),
        ({"severity": 6}, "6 is no severity"),
        ({"area": 0.0}, "0.0 is no share of an image"),
        ({"linf": 0.0}, "0.0 is no length"),
        ({"l1": float("nan")}, "nan is no length"),
        ({"steps": 0}, "too few"),
        ({"choose": "best"}, "one of all, worst, weights"),
        ({"weights": {"linf": 1}}, "count only where"),
        ({"choose": "weights", "weights": {"linf": -1}}, "-1 is no weight"),
        ({"choose": "weights", "weights": {"linf": 0}}, "are all 0"),
    ],
)
def test_what_is_no_mixture_is_refused(told, said) -> None:
    with pytest.raises(HardenError, match=said):
        CARD.make(**told)


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(HardenError) as caught:
        CARD.make(parts={"linf": 0.5, "patches": 0.4}, severity=9, area=2.0, choose="first")
    assert {one.where for one in caught.value.problems} == {"parts", "parts.patches", "severity", "area", "choose"}


def test_parts_that_do_not_fit_the_target_are_refused_together() -> None:
    recipe = CARD.make(
        parts={"occlusion": 0.3, "patch": 0.2, "corruption.frost": 0.3, "features": 0.2}, columns={"fixed": [7]}
    )
    with pytest.raises(HardenError) as caught:
        recipe.apply(small(fragile()), two_features(), BALL, MEANS)
    said = str(caught.value)
    for wanted in ("parts.occlusion: it is for images", "parts.patch", "parts.corruption.frost", "7 is no column"):
        assert wanted in said
    with pytest.raises(HardenError, match="it is for rows of tables"):
        CARD.make(parts={"features": 1.0}).apply(target(), images(), BALL, MEANS)


def test_a_threat_of_texts_is_refused() -> None:
    with pytest.raises(HardenError, match=r"the threat is: edits .*training.augmentation"):
        CARD.make().apply(target(), images(), Edits(), MEANS)
    assert Edits not in ANSWERED
