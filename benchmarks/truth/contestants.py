"""What each contestant does with a task: `attack(model, x, y, task) -> points`; peers are imported when they play.

The calls are those of each project's own documentation, at the numbers that its authors publish; a task's `numbers`
override them.  In a warm-up (`task["warm"]`) two cases are attacked as shortly as possible, so that imports, first
calls and caches are not timed.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

Attack = Callable[[Any, torch.Tensor, torch.Tensor, dict[str, Any]], torch.Tensor]
BATCH = 250
NORMS = {"linf": "Linf", "l2": "L2", "l1": "L1"}


def find(name: str) -> Attack:
    """Return a contestant."""
    return CONTESTANTS[name]


def batched(x: torch.Tensor, y: torch.Tensor, work: Callable[[torch.Tensor, torch.Tensor], torch.Tensor]) -> Any:
    """Return what a peer that takes batches makes of all cases."""
    return torch.cat([work(some, labels) for some, labels in zip(x.split(BATCH), y.split(BATCH), strict=True)])


def numbers(task: dict[str, Any], **default: Any) -> dict[str, Any]:
    """Return the numbers of an attack: the defaults, and what the task says."""
    return {**default, **task.get("numbers", {})}


def bare_pgd(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
    """PGD as one would write it by hand; Linf."""
    told = numbers(task, steps=40, step=0.1)
    eps = task["eps"]

    def work(some: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        low, high = (some - eps).clamp(0, 1), (some + eps).clamp(0, 1)
        point = (some + torch.empty_like(some).uniform_(-eps, eps)).clamp(0, 1)
        for _ in range(2 if task.get("warm") else told["steps"]):
            point.requires_grad_()
            loss = torch.nn.functional.cross_entropy(model(point), labels, reduction="sum")
            (slope,) = torch.autograd.grad(loss, point)
            point = torch.min(torch.max(point.detach() + told["step"] * eps * slope.sign(), low), high)
        return point

    return batched(x, y, work)


def reference(version: str) -> Attack:
    """AutoAttack, the reference (pyautoattack repackages it; AUTOATTACK names a folder with the original)."""

    def attack(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
        made = _autoattack()(
            model, norm=NORMS[task["norm"]], eps=task["eps"], version="custom" if version else "standard",
            **({"attacks": [version]} if version else {}), device="cpu", seed=0,
        )  # fmt: skip
        made.verbose = False
        if version == "square":
            made.square.n_queries = numbers(task, queries=5000)["queries"]
        if task.get("warm"):
            made.apgd.n_iter = made.apgd_targeted.n_iter = made.fab.n_iter = 3
            made.square.n_queries = 5
        found = made.run_standard_evaluation(x, y, **{_batch_word(): BATCH})
        return found[0] if isinstance(found, tuple) else found

    return attack


def _autoattack() -> Any:
    if "AUTOATTACK" in os.environ:
        import sys

        sys.path.insert(0, os.environ["AUTOATTACK"])
        from autoattack import AutoAttack
    else:
        from pyautoattack.autoattack import AutoAttack
    return AutoAttack


def _batch_word() -> str:
    return "bs" if "AUTOATTACK" in os.environ else "batch_size"


def torchattacks_auto(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
    """AutoAttack of torchattacks; its gradient attacks run 10 steps where the reference runs 100."""
    from torchattacks import AutoAttack

    made = AutoAttack(model, norm=NORMS[task["norm"]], eps=task["eps"], version="standard", n_classes=10, seed=0)
    return batched(x, y, made)


def torchattacks_pgd(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
    """PGD of torchattacks."""
    from torchattacks import PGD

    told = numbers(task, steps=40, step=0.1)
    steps = 2 if task.get("warm") else told["steps"]
    made = PGD(model, eps=task["eps"], alpha=told["step"] * task["eps"], steps=steps)
    return batched(x, y, made)


def torchattacks_square(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
    """Square of torchattacks."""
    from torchattacks import Square

    queries = 5 if task.get("warm") else numbers(task, queries=1000)["queries"]
    made = Square(model, norm=NORMS[task["norm"]], eps=task["eps"], n_queries=queries, n_restarts=1, p_init=0.8, seed=0)
    return batched(x, y, made)


def foolbox_attack(make: Callable[[Any, dict[str, Any], bool], Any], *, minimal: bool = False) -> Attack:
    """Return an attack of Foolbox."""

    def attack(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
        import foolbox

        wrapped = foolbox.PyTorchModel(model, bounds=(0, 1), device="cpu")
        made = make(foolbox.attacks, task, bool(task.get("warm")))
        eps = None if minimal else task["eps"]

        def work(some: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
            with torch.no_grad():
                right = model.inner(some).argmax(1) == labels
            found = some.clone()
            if bool(right.any()):
                found[right] = made(wrapped, some[right], labels[right], epsilons=eps)[1]
            return found

        return batched(x, y, work)

    return attack


def _foolbox_pgd(attacks: Any, task: dict[str, Any], warm: bool) -> Any:
    told = numbers(task, steps=40, step=0.1)
    return attacks.LinfPGD(steps=2 if warm else told["steps"], rel_stepsize=told["step"], random_start=True)


def _foolbox_hsj(attacks: Any, task: dict[str, Any], warm: bool) -> Any:
    steps = 1 if warm else numbers(task, steps=20)["steps"]
    return attacks.HopSkipJumpAttack(steps=steps, constraint=task["norm"], init_attack=_blended(attacks))


def _blended(attacks: Any) -> Any:
    return attacks.LinearSearchBlendedUniformNoiseAttack(steps=50)


def _foolbox_minimal(name: str) -> Callable[[Any, dict[str, Any], bool], Any]:
    def make(attacks: Any, task: dict[str, Any], warm: bool) -> Any:
        return getattr(attacks, name)(steps=3 if warm else numbers(task, steps=100)["steps"])

    return make


def art_attack(make: Callable[[Any, Any, dict[str, Any], bool], Any]) -> Attack:
    """Return an attack of the Adversarial Robustness Toolbox."""

    def attack(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
        import art.attacks.evasion as attacks
        from art.estimators.classification import PyTorchClassifier

        loss = torch.nn.CrossEntropyLoss()
        shape = tuple(x.shape[1:])
        wrapped = PyTorchClassifier(model, loss, shape, 10, clip_values=(0.0, 1.0), device_type="cpu")
        made = make(attacks, wrapped, task, bool(task.get("warm")))
        found = made.generate(x.numpy(), np.eye(10, dtype=np.float32)[y.numpy()])
        return torch.from_numpy(np.asarray(found, dtype=np.float32))

    return attack


def _art_norm(task: dict[str, Any]) -> Any:
    return {"linf": np.inf, "l2": 2, "l1": 1}[task["norm"]]


def _art_pgd(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    told = numbers(task, steps=40, step=0.1)
    steps = 2 if warm else told["steps"]
    return attacks.ProjectedGradientDescentPyTorch(
        wrapped, norm=_art_norm(task), eps=task["eps"], eps_step=told["step"] * task["eps"], max_iter=steps,
        num_random_init=1, batch_size=BATCH, verbose=False,
    )  # fmt: skip


def _art_square(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    queries = 5 if warm else numbers(task, queries=1000)["queries"]
    return attacks.SquareAttack(
        wrapped, norm=_art_norm(task), eps=task["eps"], max_iter=queries, p_init=0.8, batch_size=BATCH, verbose=False
    )


def _art_hsj(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    steps = 1 if warm else numbers(task, steps=20)["steps"]
    return attacks.HopSkipJump(wrapped, norm=_art_norm(task), max_iter=steps, verbose=False)


def _art_probable(wrapped: Any) -> Any:
    """Let a wrapped network answer with probabilities, as some attacks of ART ask for."""
    logits = wrapped.predict
    wrapped.predict = lambda x, **more: _softmax(logits(x, **more))
    return wrapped


def _softmax(scores: Any) -> Any:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return raised / raised.sum(axis=1, keepdims=True)


def _art_simba(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    told = numbers(task, basis="dct", epsilon=0.2, steps=650)
    steps = 2 if warm else told["steps"]
    size = min(wrapped.input_shape[-2:])
    return attacks.SimBA(
        _art_probable(wrapped), attack=told["basis"], max_iter=steps, epsilon=told["epsilon"], freq_dim=size // 2,
        stride=1, verbose=False,
    )  # fmt: skip


def _art_geoda(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    told = numbers(task, queries=1000, dimensions=10)
    queries = 500 if warm else told["queries"]
    setattr(np, "mat", np.asmatrix)  # noqa: B010 - it calls a name that numpy 2 has dropped
    return attacks.GeoDA(wrapped, norm=_art_norm(task), max_iter=queries, sub_dim=told["dimensions"], verbose=False)


def _art_boundary(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    steps = 1 if warm else numbers(task, steps=30)["steps"]
    return attacks.BoundaryAttack(wrapped, targeted=False, max_iter=steps, verbose=False)


def _art_signopt(attacks: Any, wrapped: Any, task: dict[str, Any], warm: bool) -> Any:
    limit = 300 if warm else numbers(task, queries=1000)["queries"]
    return attacks.SignOPTAttack(wrapped, targeted=False, query_limit=limit, num_trial=20, k=40, verbose=False)


def _foolbox_boundary(attacks: Any, task: dict[str, Any], warm: bool) -> Any:
    steps = 2 if warm else numbers(task, steps=900)["steps"]
    return attacks.BoundaryAttack(steps=steps, init_attack=_blended(attacks))


def advlib_attack(name: str, make: Callable[[dict[str, Any], bool], dict[str, Any]]) -> Attack:
    """Return an attack of adversarial-library."""

    def attack(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
        from adv_lib import attacks

        told = make(task, bool(task.get("warm")))
        return batched(x, y, lambda some, labels: getattr(attacks, name)(model, some, labels, **told))

    return attack


def _advlib_pgd(task: dict[str, Any], warm: bool) -> dict[str, Any]:
    told = numbers(task, steps=40, step=0.1)
    return {"\u03b5": task["eps"], "steps": 2 if warm else told["steps"], "relative_step_size": told["step"]}


def _advlib_steps(word: str, **more: Any) -> Callable[[dict[str, Any], bool], dict[str, Any]]:
    def make(task: dict[str, Any], warm: bool) -> dict[str, Any]:
        return {word: 3 if warm else numbers(task, steps=100)["steps"], **more}

    return make


def _advlib_normed(task: dict[str, Any], warm: bool) -> dict[str, Any]:
    power = {"linf": float("inf"), "l2": 2, "l1": 1, "l0": 0}[task["norm"]]
    word = "num_steps" if task["contestant"].endswith("primal_dual") else "steps"
    return {"norm": power, word: 3 if warm else numbers(task, steps=100)["steps"]}


def ours(adversary: str) -> Attack:
    """Return an adversary of the catalog, under the harness's own meter and rules."""

    def attack(model: Any, x: torch.Tensor, y: torch.Tensor, task: dict[str, Any]) -> torch.Tensor:
        from seatrial import plugins
        from seatrial.adversaries.adversary import Bench
        from seatrial.records.batch import Array, Batch
        from seatrial.records.digest import column_digests
        from seatrial.records.random import Random
        from seatrial.records.threat import Ball
        from seatrial.targets.metered import Ledger, meter
        from seatrial.targets.target import Face
        from seatrial.targets.torch import TorchTarget

        target = TorchTarget(model.inner, Face(Array, "logits", tuple(x.shape[1:]), 0.0, 1.0, 10))
        with torch.no_grad():
            right = model.inner(x).argmax(1) == y
        ids = column_digests(x[right].numpy())
        ledger = Ledger.empty(len(ids))
        made = plugins.find("adversaries", adversary).made(task.get("numbers", {}))
        left = int(task.get("queries", 0))
        size = (x[0].numel() if task["norm"] == "l0" else 1e9) if task["eps"] is None else task["eps"]
        bench = Bench(Ball(task["norm"], size, queries=left), Random(bytes(32), ids), left)
        found = x.clone()
        attempts = made.attack(meter(target, ledger, most=left), Batch(ids, x[right].clone(), y[right]), bench)
        found[right] = attempts.stimuli
        attack.counted = int(ledger.forwards.sum()), int(ledger.backwards.sum())  # type: ignore[attr-defined]
        return found

    return attack


CONTESTANTS: dict[str, Attack] = {
    "bare.pgd": bare_pgd,
    "autoattack.standard": reference(""),
    "autoattack.square": reference("square"),
    "torchattacks.auto": torchattacks_auto,
    "torchattacks.pgd": torchattacks_pgd,
    "torchattacks.square": torchattacks_square,
    "foolbox.pgd": foolbox_attack(_foolbox_pgd),
    "foolbox.hopskipjump": foolbox_attack(_foolbox_hsj, minimal=True),
    "foolbox.ddn": foolbox_attack(_foolbox_minimal("DDNAttack"), minimal=True),
    "foolbox.fmn_l0": foolbox_attack(_foolbox_minimal("L0FMNAttack"), minimal=True),
    "foolbox.fmn_l1": foolbox_attack(_foolbox_minimal("L1FMNAttack"), minimal=True),
    "foolbox.fmn_l2": foolbox_attack(_foolbox_minimal("L2FMNAttack"), minimal=True),
    "foolbox.fmn_linf": foolbox_attack(_foolbox_minimal("LInfFMNAttack"), minimal=True),
    "art.pgd": art_attack(_art_pgd),
    "art.square": art_attack(_art_square),
    "art.hopskipjump": art_attack(_art_hsj),
    "art.simba": art_attack(_art_simba),
    "art.geoda": art_attack(_art_geoda),
    "art.boundary": art_attack(_art_boundary),
    "art.signopt": art_attack(_art_signopt),
    "foolbox.boundary": foolbox_attack(_foolbox_boundary, minimal=True),
    "advlib.pgd": advlib_attack("pgd_linf", _advlib_pgd),
    "advlib.ddn": advlib_attack("ddn", _advlib_steps("steps", levels=None)),
    "advlib.sigma_zero": advlib_attack("sigma_zero", _advlib_steps("num_steps")),
    "advlib.fmn": advlib_attack("fmn", _advlib_normed),
    "advlib.primal_dual": advlib_attack("pdpgd", _advlib_normed),
    **{
        f"seatrial.{name}": ours(f"evasion.{name}")
        for name in (
            "pgd", "square", "hopskipjump", "standard", "autopgd", "fab", "ddn", "fmn", "primal_dual", "sigma_zero",
            "simba", "nes", "spsa", "bandits", "coordinates", "boundary", "surfree", "rays",
        )
    },
}  # fmt: skip
