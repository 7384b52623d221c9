"""One line for a researcher: known answers, every head, nothing of the user's changed, every mistake said."""

import copy
import random
import threading

import numpy as np
import pytest
import torch
from torch import nn

import seatrial
from seatrial.errors import CasesError, InputError, PlanError, TargetError
from seatrial.records.event import Progress
from seatrial.records.threat import Motion
from seatrial.testing.victims import cases, linear, reach

PGD = {"adversary": "evasion.pgd", "tactics": {"steps": 10, "step": 0.3}}


class Line(nn.Module):
    """A linear victim as an ordinary module."""

    def __init__(self, victim):
        super().__init__()
        self.layer = nn.Linear(victim.weights.shape[1], len(victim.bias))
        with torch.no_grad():
            self.layer.weight.copy_(torch.tensor(victim.weights))
            self.layer.bias.copy_(torch.tensor(victim.bias))

    def forward(self, x):
        return self.layer(x.flatten(1))


VICTIM = linear((2, 3, 4), 4)
BATCH = cases(VICTIM, 40)
NEAR = {norm: reach(VICTIM, BATCH, norm) for norm in ("linf", "l2")}
X, Y = torch.tensor(BATCH.inputs), torch.tensor(BATCH.labels)


def model(**_):
    return Line(VICTIM).eval()


def radius(norm="linf"):
    """A radius between two distances, so that rounding decides nothing."""
    found = np.sort(NEAR[norm])
    return float((found[19] + found[20]) / 2)


def said(error, call):
    with pytest.raises(error) as caught:
        call()
    return str(caught.value)


# What is true is found


QUICK = {"adversary": "evasion.autopgd", "tactics": {"steps": 10, "loss": "targeted_margin"}}
"""Pushes to every other class: all there is to find on a line."""


@pytest.mark.parametrize("norm", ["linf", "l2"])
def test_exactly_the_cases_within_reach_are_broken(norm):
    eps = radius(norm)
    found = seatrial.attack(model(), X, Y, norm=norm, eps=eps, **QUICK)
    assert ((found.outcome == "broken") == (NEAR[norm] < eps)).all()
    assert found.robust_accuracy == 0.5
    assert found.clean_accuracy == 1.0
    assert found.counts == {"held": 20, "broken": 20, "wrong": 0, "unknown": 0, "untried": 0}
    assert (found.distance <= eps * (1 + 1e-6)).all()
    assert (found.margin[found.outcome == "broken"] < 0).all()
    assert (found.margin[found.outcome == "held"] > 0).all()
    assert {one.by for one in found if one.outcome == "broken"} == {"evasion.autopgd"}


def test_the_standard_set_says_which_part_of_it_broke_a_case():
    near = np.argsort(NEAR["linf"])[15:25]
    found = seatrial.attack(model(), X[near], Y[near], eps=radius(), tier="quick")
    assert found.outcome.tolist() == ["broken"] * 5 + ["held"] * 5
    assert not {one.by for one in found if one.outcome == "broken"} & {"", "evasion.standard"}
    assert "broken by apgd-ce" in found.summary


def test_what_is_returned_breaks_the_model_itself():
    own = model()
    found = seatrial.attack(own, X, Y, eps=radius(), **PGD)
    fell = torch.tensor(found.outcome == "broken")
    with torch.no_grad():
        answers = own(found.adversarial).argmax(dim=1)
    assert isinstance(found.adversarial, torch.Tensor)
    assert found.adversarial.dtype == X.dtype
    assert ((answers != Y) == fell).all()
    assert [one.said for one in found if one.outcome == "broken"] == [str(int(a)) for a in answers[fell]]


def test_cases_that_are_wrong_already_are_counted_and_never_attacked():
    labels = Y.clone()
    labels[:3] = (labels[:3] + 1) % 4
    found = seatrial.attack(model(), X, labels, eps=radius(), **PGD)
    assert found.outcome[:3].tolist() == ["wrong"] * 3
    assert (found.forwards[:3] == 0).all()
    assert (found.backwards[:3] == 0).all()
    assert (found.adversarial[:3] == X[:3]).all()
    assert found.clean_accuracy == 37 / 40
    assert (found.forwards[3:] > 0).all()


def test_costs_are_those_of_the_adversary():
    found = seatrial.attack(model(), X, Y, eps=float(NEAR["linf"].min()) / 2, **PGD)
    assert found.robust_accuracy == 1.0
    assert set(found.forwards.tolist()) == {12}
    assert set(found.backwards.tolist()) == {10}
    assert set(found.queries.tolist()) == {2}


def test_the_curve_of_a_nearest_break_is_the_curve_of_the_truth():
    eps = float(NEAR["l2"].max()) * 1.1
    found = seatrial.attack(model(), X, Y, norm="l2", eps=eps, adversary="evasion.deepfool")
    for radius_, accuracy in found.curve(np.linspace(0, eps, 9)):
        assert accuracy >= (NEAR["l2"] > radius_).mean() - 1e-9
        assert accuracy <= (NEAR["l2"] * 1.15 > radius_).mean() + 1e-9
    assert found.curve()[0] == (0.0, 1.0)
    assert found.curve()[-1][1] == found.robust_accuracy


def test_one_seed_is_one_result_and_shards_do_not_matter_to_an_attack_that_does_not_allocate():
    first, again, small = (seatrial.attack(model(), X, Y, eps=radius(), shard=n, **PGD) for n in (0, 0, 7))
    assert (first.adversarial == again.adversarial).all()
    assert (first.adversarial == small.adversarial).all()
    other = seatrial.attack(model(), X, Y, eps=radius(), seed=1, **PGD)
    assert (first.adversarial != other.adversarial).any()


# Every kind of model


def test_a_function_is_a_black_box_that_gets_what_was_handed_over():
    seen = set()

    def function(x):
        seen.add((type(x), x.dtype))
        return model()(x)

    found = seatrial.attack(function, X, Y, eps=4 * radius(), tier="quick")
    assert found.setting.adversary == "evasion.square"
    assert seen == {(torch.Tensor, torch.float32)}
    assert found.counts["broken"] > 10
    assert found.backwards.sum() == 0
    assert (found.queries == found.forwards).all()


def test_labels_alone_are_searched_along_the_boundary():
    found = seatrial.attack(
        lambda x: model()(torch.tensor(x)).argmax(1).numpy(), X.numpy(), Y.tolist(), eps=0.2, tier="quick"
    )
    assert found.setting.adversary == "evasion.hopskipjump"
    assert found.setting.face.gives == "labels"
    assert found.counts["broken"] > 10
    assert isinstance(found.adversarial, np.ndarray)


class Estimator:
    def predict_proba(self, x):
        return VICTIM.respond(x.astype(np.float32)) @ np.eye(4) * 0 + _softmax(VICTIM.respond(x.astype(np.float32)))


def _softmax(scores):
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def test_an_estimator_is_asked_for_probabilities():
    found = seatrial.attack(Estimator(), X.numpy(), Y.numpy(), eps=4 * radius(), tier="quick")
    assert found.setting.face.gives == "probabilities"
    assert found.counts["broken"] > 10


def test_a_target_is_attacked_as_it_is():
    found = seatrial.attack(VICTIM, X.numpy(), Y.numpy(), eps=radius(), **QUICK)
    assert ((found.outcome == "broken") == (NEAR["linf"] < radius())).all()


@pytest.mark.parametrize(
    "wrap", [lambda m: nn.Sequential(m, nn.Softmax(1)), lambda m: nn.Sequential(m, nn.LogSoftmax(1))]
)
def test_probabilities_and_their_logarithms_are_seen_for_what_they_are(wrap):
    found = seatrial.attack(wrap(model()), X, Y, eps=radius(), **QUICK)
    assert ((found.outcome == "broken") == (NEAR["linf"] < radius())).all()


@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("sure", [False, True])
def test_one_output_for_two_classes(flat, sure):
    victim = linear((5,), 2)
    batch = cases(victim, 20)
    near = reach(victim, batch, "linf")
    eps = float(np.sort(near)[9:11].mean())

    class One(nn.Module):
        def __init__(self):
            super().__init__()
            self.line = Line(victim)

        def forward(self, x):
            scores = self.line(x)
            found = scores[:, 1:] - scores[:, :1]
            found = found.sigmoid() if sure else found
            return found[:, 0] if flat else found

    found = seatrial.attack(One(), batch.inputs, batch.labels.astype(float), eps=eps, **QUICK)
    assert ((found.outcome == "broken") == (near < eps)).all()
    assert found.setting.face.gives == ("probabilities" if sure else "logits")


@pytest.mark.parametrize("sure", [False, True])
def test_many_labels_at_once_fall_when_any_flips(sure):
    weights = torch.tensor([[1.0, -1.0, 0.0], [0.0, 2.0, 1.0]])
    own = nn.Sequential(nn.Linear(3, 2), *([nn.Sigmoid()] if sure else []))
    with torch.no_grad():
        own[0].weight.copy_(weights)
        own[0].bias.copy_(torch.tensor([0.0, -1.5]))
    x = torch.rand(60, 3, generator=torch.Generator().manual_seed(2)) * 0.6 + 0.2
    scores = x @ weights.T + torch.tensor([0.0, -1.5])
    near = scores.abs() / weights.abs().sum(dim=1)
    y = (scores > 0).long()
    found = seatrial.attack(own, x, y, eps=0.05, **QUICK)
    assert found.setting.face.many
    assert ((found.outcome == "broken") == (near.min(dim=1).values < 0.05).numpy()).all()
    one = seatrial.attack(own, x, y, eps=0.05, **QUICK, watch=(1,))
    assert ((one.outcome == "broken") == (near[:, 1] < 0.05).numpy()).all()
    assert one.outcome.tolist() != found.outcome.tolist()


def test_a_number_falls_when_it_leaves_its_tolerance():
    own = nn.Linear(3, 1)
    x = torch.rand(30, 3, generator=torch.Generator().manual_seed(2)) * 0.6 + 0.2
    with torch.no_grad():
        own.weight.copy_(torch.tensor([[1.0, -1.0, 0.5]]))
        y = own(x)[:, 0] + torch.linspace(-0.4, 0.4, 30)
        power = float(own.weight.abs().sum())
    found = seatrial.attack(own, x, y, eps=0.1, tolerance=0.5, **QUICK)
    off = torch.linspace(-0.4, 0.4, 30).abs().numpy()
    assert ((found.outcome == "broken") == (off + 0.1 * power > 0.5)).all()
    assert 0 < found.counts["broken"] < 30
    assert found.clean_accuracy == 1.0


class Wrapped(nn.Module):
    def __init__(self):
        super().__init__()
        self.line = Line(VICTIM)

    def forward(self, x):
        return {"loss": 0.0, "heads": (x, self.line(x * 0.5 + torch.tensor([0.25, 0.5])[:, None, None]))}


def test_one_of_several_outputs_and_a_normalisation_are_declared_once():
    mean, std = (-0.5, -1.0), (2.0, 2.0)
    found = seatrial.attack(
        Wrapped(), X, Y, eps=radius(), mean=mean, std=std, output="heads.1", adversary="evasion.pgd"
    )
    again = seatrial.attack(
        Wrapped(),
        X,
        Y,
        eps=radius(),
        mean=mean,
        std=std,
        output=lambda given: given["heads"][1],
        adversary="evasion.pgd",
    )
    plain = (X - torch.tensor(mean)[:, None, None]) / 2.0 * 0.5 + torch.tensor([0.25, 0.5])[:, None, None]
    with torch.no_grad():
        right = (model()(plain).argmax(1) == Y).numpy()
    assert ((found.outcome == "wrong") == ~right).all()
    assert (found.outcome == again.outcome).all()
    assert found.counts["held"] + found.counts["broken"] == right.sum()


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_half_precision_is_the_models_own_affair(dtype):
    own = model().to(dtype)
    found = seatrial.attack(own, X, Y, eps=0.1, **PGD)
    assert next(own.parameters()).dtype == dtype
    assert found.robust_accuracy < 0.3
    fell = found.outcome == "broken"
    with torch.no_grad():
        answers = own(found.adversarial.to(dtype)).argmax(1)
    assert (answers[torch.tensor(fell)] != Y[torch.tensor(fell)]).all()


def test_few_numbers_may_be_changed_each_to_anything():
    found = seatrial.attack(model(), X[:8], Y[:8], norm="l0", eps=3)
    assert found.setting.adversary == "evasion.sigma_zero"
    assert found.counts["broken"] > 0
    assert ((found.adversarial != X[:8]).flatten(1).sum(1) <= 3).all()
    assert (found.distance == (found.adversarial != X[:8]).flatten(1).sum(1).numpy()).all()


def test_a_thousand_classes():
    own = nn.Linear(6, 1000)
    x = torch.rand(8, 6)
    found = seatrial.attack(own, x, own(x).argmax(1), eps=0.2, **QUICK)
    assert found.counts["broken"] > 0


def test_chance_is_judged_over_draws():
    class Noisy(nn.Module):
        def __init__(self):
            super().__init__()
            self.line = Line(VICTIM)

        def forward(self, x):
            return self.line(x + 0.02 * torch.randn_like(x))

    found, again = (seatrial.attack(Noisy(), X, Y, eps=radius(), **PGD) for _ in range(2))
    assert found.setting.draws == 16
    assert found.setting.face.sampled
    assert any("by chance" in note for note in found.notes)
    assert (found.shares * 16 == np.round(found.shares * 16)).all()
    assert len(set(found.shares.tolist())) > 2
    assert (found.shares == again.shares).all()


def test_another_threat_has_its_own_rules():
    x = torch.rand(4, 1, 8, 8)
    own = nn.Sequential(nn.Flatten(), nn.Linear(64, 3))
    found = seatrial.attack(
        own, x, own(x).argmax(1), adversary="evasion.motion", threat=Motion(degrees=180.0, shift=0.3)
    )
    assert found.setting.threat.degrees == 180.0
    assert len(found) == 4


# Nothing of the user's is changed


def states():
    return random.getstate()[1], np.random.get_state()[1].tobytes(), torch.get_rng_state().numpy().tobytes()  # noqa: NPY002


class Fragile(Line):
    def forward(self, x):
        if not self.training and x.shape[0] and self.calls.item() >= 0:
            self.calls += 1
        return super().forward(x)

    def __init__(self, victim):
        super().__init__(victim)
        self.register_buffer("calls", torch.tensor(0))
        self.norm = nn.BatchNorm1d(3)


@pytest.mark.parametrize("breaks", [False, True])
def test_the_model_and_the_generators_are_untouched_even_after_an_error(breaks):
    own = Fragile(VICTIM).train()
    own.layer.weight.grad = torch.ones_like(own.layer.weight)
    own.layer.bias.requires_grad_(False)
    handle = own.layer.register_forward_hook(lambda *_: None)
    own.norm.eval()
    before = copy.deepcopy(own.state_dict())
    mode = [part.training for part in own.modules()]
    hooks = list(own.layer._forward_hooks)
    kept, settings = states(), (torch.get_num_threads(), torch.get_deterministic_debug_mode())
    x = X.clone().requires_grad_()
    given, labels = x.detach().clone(), Y.clone()
    with torch.no_grad():
        if breaks:
            said(RuntimeError, lambda: seatrial.attack(own, x, Y, eps=0.1, hear=_raise, **PGD))
        else:
            seatrial.attack(own, x, Y, eps=0.1, **QUICK)
        assert not torch.is_grad_enabled()
    assert states() == kept
    assert (torch.get_num_threads(), torch.get_deterministic_debug_mode()) == settings
    assert own.state_dict().keys() == before.keys()
    assert all(torch.equal(value, before[name]) for name, value in own.state_dict().items())
    assert torch.equal(own.layer.weight.grad, torch.ones_like(own.layer.weight))
    assert own.layer.bias.grad is None
    assert [own.layer.weight.requires_grad, own.layer.bias.requires_grad] == [True, False]
    assert [part.training for part in own.modules()] == mode
    assert list(own.layer._forward_hooks) == hooks
    assert torch.equal(x, given)
    assert x.requires_grad
    assert x.grad is None
    assert torch.equal(labels, Y)
    handle.remove()


def _raise(event):
    if isinstance(event, Progress):
        raise RuntimeError("the listener is broken")  # noqa: TRY004


def test_a_model_in_training_mode_is_attacked_in_evaluation_mode_and_that_is_said():
    own = nn.Sequential(nn.Flatten(), nn.Dropout(0.9), model()).train()
    own[2] = nn.Sequential(nn.Unflatten(1, (2, 3, 4)), model())
    found = seatrial.attack(own, X, Y, eps=radius(), **PGD)
    assert any("training mode" in note for note in found.notes)
    assert found.clean_accuracy == 1.0
    assert own.training
    assert not any("training mode" in note for note in seatrial.attack(model(), X, Y, eps=0.01, **PGD).notes)


# Bad input, all mistakes at once


def test_options_are_checked_together():
    found = said(
        InputError,
        lambda: seatrial.attack(
            model(),
            X,
            Y,
            norm="linfty",
            eps=-1,
            tier="best",
            adversary="evasion.pdg",
            bounds=(1, 0),
            std=0,
            gives="logit",
            draws=-1,
            shard=1.5,
            minutes=0,
        ),
    )
    for part in (
        "norm: there is no norm 'linfty' (did you mean linf?)",
        "eps: is -1 (a number from 0 on, in the units of x: 8 / 255)",
        "tier: there is no tier 'best' (there are quick, standard, thorough)",
        "adversary: there is no adversary 'evasion.pdg' (did you mean evasion.pgd",
        "bounds: are (1, 0)",
        "std: is 0",
        "gives: there is no 'logit' (did you mean logits?)",
        "draws: is -1",
        "shard: is 1.5",
        "minutes: is 0",
    ):
        assert part in found, found


def test_cases_and_labels_are_checked_together():
    x = X.clone()
    x[3, 0, 0, 0], x[5, 0, 0, 0], x[6, 0, 0, 0] = 1.5, float("nan"), -2.0
    found = said(InputError, lambda: seatrial.attack(model(), x, Y[:30], norm="l7"))
    assert "norm: there is no norm 'l7'" in found
    assert "x: case 5 holds NaN or infinity" in found
    assert "x: 2 of 40 cases (3, 6) hold numbers outside of bounds=(0.0, 1.0): from -2 to 1.5" in found
    assert "say bounds=(lowest, highest)" in found
    assert "y: has 30 rows for 40 cases" in found


@pytest.mark.parametrize(
    ("x", "y", "part"),
    [
        (
            (X * 255).to(torch.uint8),
            Y,
            "x: holds uint8, and a change between two whole numbers could not be tried (divide first: x / 255",
        ),
        (X.to(torch.int64), Y, "x: holds int64"),
        (X[:0], Y[:0], "x: has no cases"),
        (X[:, 0, 0, 0], Y, "cases come first"),
        ([["a"]], [0], "x: holds <U1"),
        ([[1.0], [1.0, 2.0]], [0, 1], "x: is no array"),
        (X, torch.nn.functional.one_hot(Y), "y: looks one-hot: shape (40, 4) (hand over classes: y.argmax(axis=1);"),
        (
            X,
            [f"class {int(one)}" for one in Y],
            "y: holds texts: 'class 0', 'class 1', 'class 2' ... (number them as the model does",
        ),
        (X, Y + 3, "labels are beyond the model's classes 0 to 3, the first:"),
        (X, Y - 1, "y: holds -1 (classes are whole numbers from 0)"),
        (X, None, "y: is no array of labels"),
        (X, Y[:, None], "y: has shape (40, 1) (one class for each case"),
    ],
)
def test_every_mistake_in_cases_or_labels_says_what_to_do(x, y, part):
    found = said(InputError, lambda: seatrial.attack(model(), x, y))
    assert part in found, found


def test_a_radius_beyond_the_range_is_most_likely_one_of_pixels():
    found = said(InputError, lambda: seatrial.attack(model(), X, Y, eps=8))
    assert "eps: is 8, and no two inputs are further apart than 1: anything may become anything" in found
    assert "8 / 255?" in found
    assert "further apart than 4.89" in said(InputError, lambda: seatrial.attack(model(), X, Y, norm="l2", eps=5))


def test_a_radius_of_nothing_is_the_clean_accuracy():
    found = seatrial.attack(model(), X, Y, eps=0, **QUICK)
    assert found.robust_accuracy == found.clean_accuracy == 1.0
    assert torch.equal(found.adversarial, X)


def test_tactics_that_are_not_there_are_named():
    found = said(PlanError, lambda: seatrial.attack(model(), X, Y, adversary="evasion.pgd", tactics={"stepz": 3}))
    assert "tactics: evasion.pgd has no 'stepz' (did you mean step, steps?; it has steps" in found
    assert "judged by" in said(PlanError, lambda: seatrial.attack(model(), X, Y, adversary="faults.malformed"))


def test_an_adversary_that_does_not_suit_the_model_is_refused_with_the_reason():
    found = said(PlanError, lambda: seatrial.attack(model().forward, X, Y, adversary="evasion.pgd"))
    assert "needs a target that is Differentiable" in found


def test_models_that_cannot_be_asked_are_told_so():
    assert "raised when it was asked about the first cases: RuntimeError" in said(
        TargetError, lambda: seatrial.attack(nn.Linear(7, 2), X, Y)
    )
    assert "is a int, which is no torch module" in said(TargetError, lambda: seatrial.attack(7, X, Y))
    assert "dict of loss, heads, not one tensor" in said(TargetError, lambda: seatrial.attack(Wrapped(), X, Y))
    assert "answers 40 cases with shape (40, 2, 3, 4)" in said(
        TargetError, lambda: seatrial.attack(nn.Identity(), X, Y)
    )
    assert "tolerance: is missing" in said(TargetError, lambda: seatrial.attack(nn.Flatten(), X[:, :1, :1, 0], Y + 0.5))


def test_answers_that_are_no_numbers_are_unknown_and_no_break():
    class Nan(Line):
        def forward(self, x):
            return super().forward(x) * torch.where(x.flatten(1)[:, :1] > 0.5, float("nan"), 1.0)

    found = seatrial.attack(Nan(VICTIM), X, Y, eps=1e-6, **PGD)
    bright = (X.flatten(1)[:, 0] > 0.5 + 1e-5).numpy()
    assert (found.outcome[bright] == "unknown").all()
    assert found.counts["broken"] == 0
    assert found.clean_accuracy <= (~bright).mean() + 0.05


def test_a_gradient_that_is_zero_is_a_sign_of_masking_and_no_robustness():
    class Rounded(Line):
        def forward(self, x):
            return super().forward((x * 30).round() / 30)

    near = np.argsort(NEAR["linf"])[:12]
    found = seatrial.attack(Rounded(VICTIM), X[near], Y[near], eps=0.2, tier="quick")
    assert found.masked
    assert "sign of masking" in found.summary
    assert found.counts["broken"] == 12 - found.counts["wrong"]
    honest = seatrial.attack(model(), X[near], Y[near], eps=0.2, tier="quick")
    assert not honest.masked


@pytest.mark.parametrize("count", [1, 2])
def test_one_case_is_enough(count):
    found = seatrial.attack(model(), X[:count], Y[:count], eps=0.5, **QUICK)
    assert found.counts["broken"] == count


def test_labels_of_one_class_are_enough():
    same = torch.eq(Y, Y[0])
    found = seatrial.attack(model(), X[same], Y[same], eps=radius(), **QUICK)
    assert ((found.outcome == "broken") == (NEAR["linf"][same.numpy()] < radius())).all()


# What ends early is kept


def test_the_budget_ends_it_and_keeps_what_is_done():
    def slow(x):
        threading.Event().wait(0.05)
        return model()(x)

    found = seatrial.attack(slow, X, Y, minutes=0.005, shard=10, tier="quick")
    assert found.counts["untried"] % 10 == 0
    assert found.counts["untried"] > 0
    assert any("the 0.005 minutes were over after" in note for note in found.notes)
    assert "not tried" in found.summary
    assert np.isnan(found.robust_accuracy) == (found.tried == 0)


def test_an_interruption_gives_what_is_done_and_nothing_if_nothing_is():
    def interrupted(after):
        calls = iter(range(10**6))

        def function(x):
            if next(calls) > after:
                raise KeyboardInterrupt
            return model()(x)

        return function

    found = seatrial.attack(
        interrupted(30), X, Y, eps=0.01, shard=10, adversary="evasion.square", tactics={"queries": 10}
    )
    assert 0 < found.tried < 40
    assert any("interrupted after" in note for note in found.notes)
    with pytest.raises(KeyboardInterrupt):
        seatrial.attack(interrupted(3), X, Y, eps=0.01, adversary="evasion.square")


def test_a_model_that_fails_half_way_leaves_cases_unknown_and_says_why():
    calls = iter(range(10**6))

    def failing(x):
        if next(calls) > 25:
            raise ConnectionError("the endpoint is gone")
        return model()(x)

    found = seatrial.attack(failing, X, Y, eps=0.01, shard=10, adversary="evasion.square", tactics={"queries": 10})
    assert found.counts["unknown"] >= 10
    assert found.counts["broken"] + found.counts["held"] >= 10
    assert any("ConnectionError: the endpoint is gone" in note for note in found.notes)


def test_progress_is_heard():
    heard = []
    seatrial.attack(model(), X, Y, eps=0.01, shard=10, hear=heard.append, **PGD)
    steps = [one for one in heard if isinstance(one, Progress)]
    assert [one.done for one in steps if one.done][-1] == 40
    assert {one.total for one in steps} == {40}


class Cut(nn.Module):
    """Scores that need their gradient for a weight, and none for what was put in: a threshold in front of a layer."""

    def __init__(self):
        super().__init__()
        self.inside = [model()]

    def forward(self, x):
        return self.inside[0]((x > 0.5).float())


def test_a_step_that_cuts_the_gradient_off_is_a_sign_of_masking_and_no_error():
    with torch.no_grad():
        right = Cut()(X).argmax(1)
    found = seatrial.attack(Cut().eval(), X, right, eps=0.1, tier="quick")
    assert found.masked
    assert found.counts["unknown"] == 0
    assert "vanishing" in {one.name for one in found.findings if one.found}


def test_answers_that_are_no_numbers_are_said_to_be():
    found = seatrial.attack(lambda x: model()(x).detach() * float("nan"), X[:4], Y[:4], eps=0.1, tier="quick")
    assert found.counts["unknown"] == 4
    assert any("4 answers to untouched cases are ties or no numbers" in note for note in found.notes)


def test_a_number_taken_for_a_chance_is_told_of_the_tolerance():
    text = said(CasesError, lambda: seatrial.attack(lambda x: x.flatten(1).mean(1), X[:9], torch.arange(9)))
    assert "tolerance=" in text


def test_another_threat_is_named_where_it_is_found():
    text = said(PlanError, lambda: seatrial.attack(model(), X, Y, eps=0.1, adversary="evasion.patch"))
    assert "threat=Patch(...), from seatrial.records.threat" in text


def test_wrong_tactics_are_told_before_anything_runs():
    call = lambda: seatrial.attack(model(), X, Y, eps=0.1, adversary="evasion.pgd", tactics={"steps": -4})  # noqa: E731
    assert "is -4 (a whole number from 0 on)" in said(PlanError, call)


class Rounded(nn.Module):
    """A module that hides its gradient: whole steps in front of it."""

    def __init__(self):
        super().__init__()
        self.inside = model()

    def forward(self, x):
        return self.inside((x * 6).round() / 6)


def test_what_held_against_gradients_alone_is_not_told_as_if_somebody_had_asked():
    alone = seatrial.attack(Rounded().eval(), X, Y, eps=0.1, **PGD)
    assert any("nobody asked whether the model hides its gradient" in note for note in alone.notes)
    asked = seatrial.attack(Rounded().eval(), X, Y, eps=0.1, tier="quick")
    assert asked.masked
    assert not any("nobody asked" in note for note in asked.notes)
    assert asked.robust_accuracy < alone.robust_accuracy
    box = seatrial.attack(lambda x: model()(x).detach(), X, Y, eps=0.001, tier="quick")
    assert not any("nobody asked" in note for note in box.notes)
