"""One model attacked in one line, without a charter: for a researcher, in a notebook or a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from typing import Any

from seatrial import plugins
from seatrial.errors import CasesError, InputError, PlanError, Problem, SeatrialError
from seatrial.plan.compile import SHARD
from seatrial.plan.fit import misfits, plays_by
from seatrial.records.batch import Batch
from seatrial.records.event import Listener, Phase
from seatrial.records.threat import Threat
from seatrial.targets.adopted import Adopted, adopted, kept
from seatrial.targets.metered import stopwatch
from seatrial.targets.target import Differentiable, Target
from seatrial.targets.wants import Asked, Wants
from seatrial.trial.stage import TRUE, Cast, cast, queries
from seatrial.verbs.assault import Run, assault
from seatrial.verbs.attacked import Attacked, Setting
from seatrial.verbs.gathering import gathered
from seatrial.verbs.material import material, strange
from seatrial.verbs.rules import Rules, ranged, ruled, wide
from seatrial.verbs.tactics import there, unfit
from seatrial.verbs.ticker import ticker
from seatrial.verbs.told import told

DRAWS = 16
"""Presentations of each attempt to a model that answers by chance."""
QUERIES = {"quick": 300, "standard": 1000, "thorough": 5000}
"""Queries per case of a search by scores or labels, by tier."""
LEADER, SPARSE = "evasion.standard", "evasion.sigma_zero"
"""Who attacks with gradients by default, and who in l0."""


def attack(
    model: Any,
    x: Any,
    y: Any,
    *,
    norm: str = "linf",
    eps: float = 8 / 255,
    tier: str = "standard",
    adversary: str = "",
    tactics: Mapping[str, Any] | None = None,
    threat: Threat | None = None,
    bounds: tuple[float, float] = (0.0, 1.0),
    mean: Any = (),
    std: Any = (),
    output: Any = "",
    gives: str = "",
    many: bool | None = None,
    watch: tuple[int, ...] = (),
    tolerance: float = 0.0,
    queries: int = 0,
    draws: int = 0,
    seed: int = 0,
    shard: int = 0,
    minutes: float | None = None,
    device: str = "",
    surrogates: Mapping[str, Any] | None = None,
    hear: Listener | None = None,
) -> Attacked:
    """Attack a model, and return what became of each case; a summary of it prints like the table of a paper.

    The trial is that of a gate: attempts are held to the threat in float64, presented to the model afresh, and judged
    by the same oracle; what each case cost is counted.  A module is copied: its weights, gradients, mode and hooks, and
    the generators of Python, numpy and torch are afterwards what they were, even after an error.  Ctrl-C gives what is
    done by then.

    Args:
        model: A `torch.nn.Module` (attacked in evaluation mode), a fitted estimator, any function of a batch that
            returns scores or labels (a black box), or a target.
        x: The cases, floats (taken as float32), cases first; numpy or torch, of any shape.
        y: The true classes, whole numbers from 0; `(n, outputs)` of 0 and 1 for a model of many labels at once; the
            true numbers for one that gives a value.
        norm: `linf`, `l2`, `l1` or `l0`.
        eps: Radius in that norm, in the units of x.
        tier: `quick`, `standard` or `thorough`: how much is spent on those who stand.
        adversary: Id on the shelf; by default `evasion.standard` (in l0 `evasion.sigma_zero`), for a black box a search
            by scores or by labels.
        tactics: Its fields, where they are not the defaults.
        threat: Other rules than a ball; then norm, eps and queries are not used.
        bounds: Smallest and largest legal input.
        mean: Is taken from the inputs before a module sees them, one number or one per channel; attacks stay in x.
        std: Then divides them.
        output: Which part of what the model returns is its answer: a key, a position, a function.
        gives: `logits`, `probabilities`, `labels` or `value`; by default it is seen from the answers.
        many: Whether several labels may be true at once; by default it is seen from y.
        watch: Of many labels, the outputs of which a flip counts; by default all.
        tolerance: Of a value, how far from the true one is still right.
        queries: Queries allowed per case; 0 is no limit.
        draws: Presentations of each attempt; 0 is 1, or 16 for a model that answers by chance.
        seed: All chance follows from it.
        shard: Cases that are attacked together; 0 is what the adversary prefers.
        minutes: After so many nothing is asked any more, and what is done is returned.
        device: Where a module computes; by default where it is.
        surrogates: Other models that the attacker has at home, by name, for adversaries that need them.
        hear: Is told what happens; by default a bar in a notebook, and a line on a terminal.

    Raises:
        InputError: With all that is wrong with what was handed over, before anything is attacked.
        TargetError: If the model cannot be asked, or its answers cannot be judged.
        TrialError: If an adversary does not keep to the rules.

    Examples:
        >>> x = [[0.9, 0.1], [0.55, 0.5]]
        >>> result = seatrial.attack(lambda x: x, x, [0, 0], eps=0.1, tier="quick")
        >>> result.outcome.tolist(), result.robust_accuracy
        (['held', 'broken'], 0.5)
    """
    rules = Rules(norm, eps, bounds, queries, threat, tier, adversary, mean, std, gives, draws, shard, minutes)
    ball, batch = _handed(rules, x, y, numbers=gives == "value" or tolerance > 0, many=bool(many))
    low, high = map(float, bounds)
    wired = Wants(low, high, _numbers(mean), _numbers(std), output=output, device=device)
    wants = replace(wired, gives=gives, many=many, watched=tuple(watch), tolerance=float(tolerance))
    passed, asked = stopwatch(), Asked(batch.inputs, batch.labels)
    with kept(), ticker(hear) as listener:
        hearing = told(listener)
        hearing(Phase("looking at the model"))
        own = adopted(model, x, asked, wants)
        helpers = {name: adopted(one, x, asked, wants).target for name, one in (surrogates or {}).items()}
        one, setting = _cast(own, batch, (ball, rules), (tactics or {}, seed), helpers)
        card = plugins.find("adversaries", setting.adversary)
        size = len(batch) if card.scope == "whole" else shard or max(SHARD, card.prefers)
        done, notes = assault(own.target, batch, Run(one, size, hearing, card.scope == "whole", minutes))
    return gathered(setting, batch, done, notes=(*own.notes, *notes), x=x, seconds=passed())


def _handed(rules: Rules, x: Any, y: Any, *, numbers: bool, many: bool) -> tuple[Threat, Batch[Any]]:
    """Return the threat that is meant, and the cases.

    Raises:
        InputError: With all that is wrong with options and cases.
    """
    problems: list[Problem] = []
    threat = batch = None
    try:
        threat = ruled(rules)
    except InputError as error:
        problems += error.problems
    try:
        batch = material(x, y, ranged(rules), numbers=numbers, many=many)
    except CasesError as error:
        problems += error.problems
    if threat is not None and batch is not None:
        problems += wide(threat, batch.inputs.shape[1:])
    if problems or threat is None or batch is None:
        raise InputError(*problems)
    return threat, batch


def _cast(
    own: Adopted, batch: Batch[Any], how: tuple[Threat, Rules], more: tuple[Mapping[str, Any], int], helpers: Any
) -> tuple[Cast, Setting]:
    """Return who plays, and what it is called.

    Raises:
        PlanError: With every reason why it cannot play.
        CasesError: If the labels are not those of such a model.
    """
    (threat, rules), (tactics, seed), face = how, more, own.target.face
    if problems := list(strange(batch.labels, face)):
        raise CasesError(*problems)
    name = rules.adversary or _chosen(own.target, threat)
    card = plugins.find("adversaries", name)
    given = {**_tiered(name, rules), **tactics}
    problems = [*_unfit(name, own.target, threat), *_unready(name, given, helpers)]
    if problems:
        raise PlanError(*problems)
    draws = rules.draws or (DRAWS if face.sampled else 1)
    try:
        parts = cast(name, given, "within" if face.gives == "value" else card.oracle, {})
    except (TypeError, ValueError) as error:
        raise PlanError(Problem(f"tactics of {name}", str(error))) from error
    except SeatrialError as error:
        raise PlanError(*error.problems) from error
    key = sha256(b"seatrial/attack/v1\x00" + str(int(seed)).encode()).digest()
    one = Cast(threat=threat, seed=key, draws=draws, share=queries(threat), helpers=helpers, **parts)
    return one, Setting(threat, name, given, int(seed), draws, face)


def _chosen(target: Target[Any, Any], threat: Threat) -> str:
    """Return the adversary that suits what a target can do, and the threat."""
    if target.face.gives == "labels":
        return "evasion.hopskipjump"
    if not isinstance(target, Differentiable):
        return "evasion.square"
    return SPARSE if getattr(threat, "norm", "") == "l0" else LEADER


def _tiered(name: str, rules: Rules) -> dict[str, Any]:
    """Return the tactics that a tier stands for."""
    known = there(name)
    if "tier" in known:
        return {"tier": rules.tier}
    return {"queries": QUERIES[rules.tier]} if "queries" in known and not rules.adversary else {}


def _unfit(name: str, target: Target[Any, Any], threat: Threat) -> Iterator[Problem]:
    """Yield why an adversary cannot be sent; where only the kind of threat is wrong, with what to hand over."""
    kinds = [kind.__name__ for kind in plays_by(name) if isinstance(kind, type)]
    rules = type(threat).__name__
    for problem in misfits(name, target, threat):
        if kinds and rules not in kinds and "plays by" in problem.what:
            hint = f"threat={kinds[0]}(...), from seatrial.records.threat"
            yield Problem(problem.where, problem.what, hint)
        else:
            yield problem


def _unready(name: str, given: Mapping[str, Any], helpers: Mapping[str, Any]) -> Iterator[Problem]:
    card = plugins.find("adversaries", name)
    yield from unfit(name, given)
    if card.oracle not in TRUE:
        what = f"{name} is judged by {card.oracle}, and this is about answers that must stay right"
        yield Problem("adversary", what, "try it in a charter: seatrial.gate")
    if card.helpers and not helpers:
        yield Problem("surrogates", f"are missing, and {name} works on them", "surrogates={'small': other_model}")


def _numbers(value: Any) -> tuple[float, ...]:
    """Return one number, or several, as a tuple."""
    listed = value.tolist() if hasattr(value, "tolist") else value
    return tuple(map(float, listed)) if isinstance(listed, list | tuple) else (float(listed),)
