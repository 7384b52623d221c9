"""The training loop, written once: every recipe is visited batch by batch, checked, rolled back, put down and taken up.

Order is a function of seed and epoch, noise of seed, epoch, case and turn, and what a module draws itself (dropout) of
seed and step.  So nothing of a generator has to be kept, and a run that was killed ends in the same bytes as one that
was not, on one thread in one environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import asdict, replace
from hashlib import sha256
from json import dumps
from math import isfinite
from time import process_time
from typing import Any, Protocol

import numpy as np
import torch

from seatrial.cases.cases import Cases
from seatrial.errors import HardenError, Problem
from seatrial.harden.checkpoint import Checkpoints
from seatrial.harden.choice import LONG, QUERIES, STEPS, Jury, Seen, collapsed, overfitted
from seatrial.harden.course import Course
from seatrial.harden.ending import chosen, compared
from seatrial.harden.ground import Ground, ground
from seatrial.harden.identity import as_json, differing, identity
from seatrial.harden.lesson import Lesson
from seatrial.harden.pace import Bend, Purse
from seatrial.harden.pilot import piloted, stands
from seatrial.harden.prices import AT, Attack, Prices
from seatrial.harden.remedy import Means, Mended
from seatrial.harden.rule import Checked, Rule
from seatrial.harden.state import State, taken_up
from seatrial.harden.tempo import Route, Tempo
from seatrial.harden.trainee import Trainee
from seatrial.proof.canonical import digest
from seatrial.records.event import Phase, Progress
from seatrial.records.random import Random
from seatrial.records.threat import Ball, Threat

WORTH = 300
"""Updates from which on a run without a budget in time is priced, too, to say how long it will take."""
TRIES = 3
"""Losses that are not finite before a run is given up."""
FALLS = 2
"""Checks in a row that see robust overfitting before it is rolled back."""
WRITTEN = 20.0
"""CPU seconds after which a checkpoint is written even between two checks."""
REPORTS = 40
"""Times that a run says how far it is."""


class Recipe(Protocol):
    """What differs between recipes; a frozen dataclass."""

    @property
    def course(self) -> Course:
        """Settings of the loop."""
        ...

    def visit(self, lesson: Lesson) -> float:
        """Let the model learn from one batch, and return the loss."""
        ...


Rules = Callable[[Ground], Checked]
"""What models are checked against."""


def itself(base: Ground) -> Checked:
    """Return the threat alone."""
    return Checked((Rule(base.threat),))


def trained(
    recipe: Recipe,
    target: Any,
    cases: Cases,
    threat: Threat,
    means: Means,
    *,
    rules: Rules = itself,
    kinds: tuple[type[Any], ...] = (Ball,),
) -> Mended:
    """Return what a recipe makes of a target.

    Args:
        recipe: What is done to a batch.
        target: What failed; it stays as it is.
        cases: Training cases only.
        threat: What it failed against.
        means: Chance, budget, and a folder for checkpoints; a run that lies there is gone on with.
        rules: What its models are checked against.
        kinds: Threats that the recipe answers.

    Raises:
        HardenError: With all that does not fit, before anything is trained; if the budget is too small for one pass
            over the cases; if the loss is not finite and stays so; if a checkpoint cannot be written; or if all
            weights that could be chosen hide their gradient.
    """
    begun = process_time()
    with _alone():
        base = ground(target, cases, threat, recipe.course, unit=means.unit, kinds=kinds)
        run = _Run(recipe, base, means, rules(base), begun)
        run.begin()
        while not run.over():
            run.step()
        return run.end()


@contextmanager
def _alone() -> Iterator[None]:
    """Compute on one thread, and leave number of threads and generators of torch as they were."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        torch.set_num_threads(threads)


class _Run:
    """A run in progress."""

    def __init__(self, recipe: Recipe, base: Ground, means: Means, rules: Checked, begun: float) -> None:
        self.recipe, self.ground, self.means = recipe, base, means
        self.jury = Jury(base, rules, _key(means.seed, "check"))
        self.size = len(base.used)
        self.per_epoch = max(1, self.size // base.course.batch)
        self.trainee = Trainee(base)
        parent = digest(base.target.saved(base.module))
        self.identity = identity(recipe, base, means, parent=parent, half=self.trainee.half)
        self.kept = Checkpoints(means.folder, run=digest(dumps(self.identity, sort_keys=True).encode()))
        self.state = State()
        attack = Attack(STEPS, LONG, QUERIES, len(self.jury.rules))
        total = means.steps or base.course.epochs * self.per_epoch
        self.route = Route(total, self.per_epoch, base.course.checks, attack)
        self.tempo = Tempo(Purse(means.seconds, begun=begun), self.route)
        self._order: tuple[int, list[Any]] = (-1, [])
        self._written = 0.0

    def begin(self) -> None:
        """Take up what lies in the folder, or plan."""
        found = self.kept.read()
        if found is not None:
            other = differing(found[1].get("identity", {}), self.identity)
            if not other:
                self._take_up(*found)
                return
            self._tell(f"begins anew: what lies in {self.means.folder} is of another run ({', '.join(other)} differs)")
        if self.means.seconds or self.route.total >= WORTH:
            self._plan()
        self.state.good = self.trainee.tensors()
        self._put_down()

    def _take_up(self, tensors: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        self.state = taken_up(tensors, told["state"])
        self.trainee.restore({name[8:]: one for name, one in tensors.items() if name.startswith("trainee/")})
        purse, tempo = Purse(self.means.seconds, spent=told["tempo"]["spent"]), told["tempo"]
        bends = self.kept.planned() or [Bend(**one) for one in tempo["bends"]]
        self.tempo = Tempo(purse, self.route, told=tempo, bends=bends, done=self.state.step)
        self.jury = replace(self.jury, care=self.tempo.care)
        self._tell(f"goes on after {self.state.step} of {self.tempo.pace.total} updates")

    def _plan(self) -> None:
        """Price looking and updates, and plan as many as a budget in time allows; say what to expect."""
        still = self.trainee.still()
        prices = replace(piloted(self.jury, still, Prices()), parent=stands(self.jury, still))
        self.tempo.plan(prices, self._priced())
        planned = self.kept.planned()
        if planned:
            self.tempo.follow(planned)
        self.jury = replace(self.jury, care=self.tempo.care)
        said = self.tempo.expects(self.means.hourly)
        self._tell(f"expects {said}")
        if self.means.seconds:
            self.kept.plan(self.tempo.pace.known)
            self._event("planned", said=said)

    def _priced(self) -> list[float]:
        """Return CPU seconds of an update at the places `AT` of the run, on a copy; the first one warms up."""
        spare = Trainee(_copied(self.ground), half=self.trainee.half)
        costs, carried = [], dict[str, Any]()
        for number, progress in enumerate((0.5, *AT)):
            begun = process_time()
            self.recipe.visit(self._lesson(spare, number, progress, carried))
            costs.append(process_time() - begun)
        return costs[1:]

    def _lesson(self, trainee: Trainee, step: int, progress: float, carried: dict[str, Any]) -> Lesson:
        epoch, number = divmod(step, self.per_epoch)
        if self._order[0] != epoch:
            keys = Random(self.means.seed, self.ground.used.ids).keys(f"order/{epoch}")
            self._order = epoch, np.array_split(np.argsort(keys, kind="stable"), self.per_epoch)
        rows = self._order[1][number]
        part = self.ground.used.take(rows)
        seed, answer, ball = self.means.seed, self.state.answer, self.ground.ball
        return Lesson(trainee, part, rows, self.size, ball, seed, epoch, step, progress, answer, carried)

    def over(self) -> bool:
        """Return whether there is nothing left to train."""
        return bool(self.state.ended) or self.state.step >= self.tempo.pace.total

    def step(self) -> None:
        """Make one update, and look, plan and put down where it is time to."""
        state = self.state
        progress = self.tempo.pace.progress(state.step)
        torch.manual_seed(int.from_bytes(_key(self.means.seed, f"step/{state.step}")[:8], "big") >> 1)
        loss = self.recipe.visit(self._lesson(self.trainee, state.step, progress, state.carried))
        state.step += 1
        if not isfinite(loss):
            self._not_finite(progress)
            return
        self.tempo.tick()
        self._after(progress)

    def _after(self, progress: float) -> None:
        """Do what is due after an update."""
        now, checks = self.tempo.pace.progress(self.state.step), self.tempo.checks
        looks = int(now * checks) > int(progress * checks)
        if looks:
            self._check(now)
        if int(now * REPORTS) > int(progress * REPORTS):
            self._report()
        if looks or self.tempo.purse.spent - self._written > WRITTEN:
            self._put_down()
        if looks:
            self.tempo.looked()
            self.tempo.sounded(lambda prices: piloted(self.jury, self.trainee.still(), prices, wide=False))
        self._look_at_clock(looked=looks)

    def _look_at_clock(self, *, looked: bool) -> None:
        """Plan again, at beats of a run with a budget and after its checks."""
        step, pace = self.state.step, self.tempo.pace
        if not self.tempo.due(step, looked=looked):
            return
        before = pace.total
        if not pace.followed(step):
            found = self.tempo.decided(step)
            if found is None:
                return
            self.kept.plan((*pace.bends, found))
            pace.bend(found)
        if pace.total != before:
            word = "shortened" if pace.total < before else "lengthened"
            self._event(word, total=pace.total, before=before)

    def _check(self, progress: float) -> None:
        """Attack the model on what is kept for choosing; roll back what collapsed."""
        state = self.state
        still = self.trainee.still()
        seen, best = self.jury.look(still, state.step), state.best
        if collapsed(seen, best):
            state.checks.append(seen)
            state.answer = state.answer.stronger()
            self._roll_back("catastrophic overfitting", seen)
            return
        fell = overfitted(seen, best) and progress > 0.3
        state.falls = state.falls + 1 if fell else 0
        if state.falls == FALLS:
            state.checks.append(seen)
            state.falls, state.answer = 0, state.answer.slower()
            self._roll_back("robust overfitting", seen)
            return
        state.lost = 0
        state.checks.append(seen)
        state.keep(seen, still.state_dict())
        if state.best is seen:
            state.good = self.trainee.tensors()

    def _roll_back(self, found: str, seen: Seen | None) -> None:
        """Return to the last good weights, and say so in the record."""
        best = self.state.best
        self.trainee.restore(self.state.good)
        self.state.carried = {name: one for name, one in self.state.carried.items() if bool(torch.isfinite(one).all())}
        figures = {} if seen is None else seen.to_json()
        back = 0 if best is None else best.step
        self._event(found, **{**figures, "back_to": back, "answer": self.state.answer.to_json()})
        self._tell(f"{found} at update {self.state.step}: back to update {back}")

    def _not_finite(self, progress: float) -> None:
        state = self.state
        state.lost += 1
        state.answer = state.answer.slower()
        self._roll_back("the loss is not a finite number", None)
        if state.lost < TRIES:
            return
        if not state.candidates:
            hint = "lower `rate`, or look at the weights and the inputs that it begins with"
            raise HardenError(Problem(f"update {state.step}", "the loss is not a finite number", hint))
        state.ended = f"the loss was not a finite number {TRIES} times, the last at {progress:.0%} of the run"

    def end(self) -> Mended:
        """Choose, and return weights and record."""
        self._report()
        if not self.state.candidates or (self.state.checks[-1].step != self.state.step and not self.state.ended):
            self._check(1.0)
        able = [one for one in self.state.checks if one.step in self.state.candidates]
        module, judged, all_judged = chosen(self.jury, able, self._candidate)
        figures = judged.to_json()
        record = {
            **self.identity,
            **{name: figures[name] for name in ("clean", "robust", "one_step", "black_box", "signs")},
            "validation_cases": figures["cases"],
            "before": compared(self.jury, self.ground.target.module(), judged),
            "chosen": judged.seen.step,
            "steps": self.state.step,
            "passes": round(self.state.step / self.per_epoch, 2),
            "ended": self.state.ended,
            "plan": [asdict(bend) for bend in self.tempo.pace.bends],
            "checks": [one.to_json() for one in self.state.checks],
            "judged": [one.to_json() for one in all_judged],
            "events": self.state.events,
            "cpu_seconds": round(self.tempo.purse.spent, 2),
        }
        return Mended(self.ground.target.saved(module), as_json(record))

    def _candidate(self, step: int) -> Any:
        """Return the module with the weights of a candidate."""
        made = self.trainee.still()
        made.load_state_dict(self.state.candidates[step])
        return made

    def _put_down(self) -> None:
        """Write a checkpoint."""
        self._written = self.tempo.purse.spent
        if self.means.folder is None:
            return
        tensors = {f"trainee/{name}": one for name, one in self.trainee.tensors().items()}
        told = {
            "identity": self.identity,
            "state": self.state.to_json(),
            "tempo": self.tempo.to_json(),
        }
        self.kept.write(tensors | self.state.tensors(), told)

    def _event(self, found: str, **figures: Any) -> None:
        self.state.events.append({"found": found, "step": self.state.step, **figures})

    def _report(self) -> None:
        last = self.state.checks[-1] if self.state.checks else None
        seen = "" if last is None else f"clean {last.clean:.1%}, robust {last.robust:.1%} at update {last.step}"
        self.means.hear(Progress("harden", min(self.state.step, self.tempo.pace.total), self.tempo.pace.total, seen))

    def _tell(self, said: str) -> None:
        self.means.hear(Phase(f"hardening {said}"))


def _copied(base: Ground) -> Ground:
    return replace(base, module=deepcopy(base.module))


def _key(seed: bytes, purpose: str) -> bytes:
    return sha256(seed + b"seatrial/harden/" + purpose.encode()).digest()
