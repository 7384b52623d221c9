"""A run in progress: update by update, looked at, rolled back, put down and taken up, by one rank or by several.

Every rank does the same in the same order.  What is slow and belongs to all (checks, files, the last choice) is done by
the first one, which tells the others.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import asdict, replace
from hashlib import sha256
from json import dumps, loads
from math import isfinite
from time import process_time
from typing import Any, Protocol

from safetensors.torch import load as load_tensors

from seatrial.errors import HardenError, Problem
from seatrial.harden import checkup
from seatrial.harden.batches.feed import feed
from seatrial.harden.batches.order import Order
from seatrial.harden.budget.pace import Bend, Purse
from seatrial.harden.budget.prices import AT, Attack, Prices
from seatrial.harden.budget.tempo import Route, Tempo
from seatrial.harden.checkpoint import Checkpoints, opened
from seatrial.harden.choice.ending import chosen, compared
from seatrial.harden.choice.jury import LONG, STEPS, Jury
from seatrial.harden.choice.pilot import piloted, stands
from seatrial.harden.course import Course
from seatrial.harden.ground import Ground
from seatrial.harden.identity import as_json, differing, identity
from seatrial.harden.lesson import Lesson
from seatrial.harden.ranks.place import BY_ITSELF, Ranks, agreed
from seatrial.harden.ranks.pooled import exchanged, gathered, own
from seatrial.harden.remedy import Means, Mended
from seatrial.harden.rule import QUERIES, Checked
from seatrial.harden.scores import confidence
from seatrial.harden.state import State, taken_up
from seatrial.harden.trainee import Trainee
from seatrial.proof.canonical import digest
from seatrial.records.event import Phase, Progress, silent
from seatrial.targets.torchwired import Wired

WORTH = 300
"""Updates from which on a run without a budget in time is priced, too, to say how long it will take."""
SAID = ("clean", "robust", "one_step", "parts", "black_box", "signs")
"""Figures of the last check that stand at the top of the record."""
WRITTEN = 20.0
"""CPU seconds of each rank after which a checkpoint is written even between two checks."""
REPORTS = 40
"""Times that a run says how far it is."""
MEET = 20
"""Updates after which ranks compare their weights."""


class Recipe(Protocol):
    """What differs between recipes; a frozen dataclass."""

    @property
    def course(self) -> Course:
        """Settings of the loop."""
        ...

    def visit(self, lesson: Lesson) -> float:
        """Let the model learn from one batch, and return the loss: what `lesson.learn` returned."""
        ...


class Run:
    """A run in progress."""

    def __init__(
        self, recipe: Recipe, base: Ground, means: Means, asks: Checked, ranks: Ranks, *, begun: float
    ) -> None:
        """Begin nothing yet.

        Args:
            recipe: What is done to a batch.
            base: Model, cases and rules.
            means: Chance, budget, folder.
            asks: What its models are checked against.
            ranks: Who trains.
            begun: When, as `process_time` told it.

        Raises:
            HardenError: If the ranks were not started alike, or there is no folder for checkpoints.
        """
        self.recipe, self.ground, self.means, self.ranks = recipe, base, means, ranks
        self.first = ranks.place.rank == 0
        self.hear = means.hear if self.first else silent
        self.jury = Jury(base, asks, _key(means.seed, "check"))
        self.size = len(base.used)
        self.order = Order(means.seed, base.used.ids, base.course.batch, world=ranks.place.world)
        self.feed = feed(base.used, self._rows, means.workers)
        self.trainee = Trainee(base, ranks=ranks)
        parent = digest(base.target.saved(base.module))
        self.identity = identity(recipe, base, means, parent=parent, half=self.trainee.half)
        _alike(ranks, self.identity)
        run = sha256(dumps(self.identity, sort_keys=True).encode()).hexdigest()
        self.kept = Checkpoints(means.folder if self.first else None, run=run)
        self.state = State()
        sloped = sum(rule.sloped for rule in self.jury.rules)
        attack = Attack(STEPS, LONG, QUERIES, max(1, sloped))
        total = means.steps or base.course.epochs * self.order.updates
        self.route = Route(total, self.order.updates, base.course.checks, attack)
        self.tempo = Tempo(Purse(means.seconds, begun=begun, world=ranks.place.world), self.route)
        self._written = 0.0

    def _rows(self, step: int) -> Any:
        """Return the positions of the cases of an update that are this rank's."""
        return self.order.parts(step)[self.ranks.place.rank]

    def begin(self) -> None:
        """Take up what lies in the folder, or plan."""
        found = self.ranks.first(self.kept.read)
        if found:
            self._take_up(*opened(found))
            return
        for other in agreed(self.ranks, lambda: [one.get("identity", {}) for one in self.kept.others()]):
            unlike = ", ".join(differing(other, self.identity))
            self.tell(f"begins anew: what lies in {self.means.folder} is of another run ({unlike} differs)")
        if self.means.seconds or self.route.total >= WORTH:
            self._plan()
        self.state.good = self.trainee.tensors()
        self._put_down()

    def _take_up(self, tensors: Mapping[str, Any], told: Mapping[str, Any]) -> None:
        self.state = taken_up(tensors, told["state"])
        self.state.carried = own(self.ranks, _below(tensors, "carried/"))
        self.trainee.restore(_below(tensors, "trainee/"))
        tempo, world = told["tempo"], self.ranks.place.world
        purse = Purse(self.means.seconds, spent=tempo["spent"], world=world)
        bends = self._planned() or [Bend(**one) for one in tempo["bends"]]
        self.tempo = Tempo(purse, self.route, told=tempo, bends=bends, done=self.state.step)
        self.jury = replace(self.jury, care=self.tempo.care)
        self.tell(f"goes on after {self.state.step} of {self.tempo.pace.total} updates")

    def _planned(self) -> list[Bend]:
        """Return the decisions that were written down."""
        return [Bend(**one) for one in agreed(self.ranks, lambda: [asdict(bend) for bend in self.kept.planned()])]

    def _plan(self) -> None:
        """Price looking and updates, and plan as many as a budget in time allows; say what to expect."""
        costs = self._priced()
        told = agreed(self.ranks, lambda: self._first_plan(costs))
        self.tempo.follow([Bend(**one) for one in told["bends"]])
        self.jury = replace(self.jury, care=self.tempo.care)
        self.tell(f"expects {told['said']}")
        if self.means.seconds:
            self.event("planned", said=told["said"])

    def _first_plan(self, costs: list[float]) -> dict[str, Any]:
        """Return decisions that were written down, and what the run will take, in words."""
        still = self.trainee.still()
        prices = replace(piloted(self.jury, still, Prices()), parent=stands(self.jury, still))
        self.tempo.plan(prices, costs)
        if planned := self.kept.planned():
            self.tempo.follow(planned)
        if self.means.seconds:
            self.kept.plan(self.tempo.pace.known)
        bends = [asdict(bend) for bend in self.tempo.pace.known]
        return {"bends": bends, "said": self.tempo.expects(self.means.hourly)}

    def _priced(self) -> list[float]:
        """Return CPU seconds of an update of all ranks at the places `AT` of the run, on a copy; the first warms up."""
        copy = replace(self.ground, module=deepcopy(self.ground.module))
        spare = Trainee(copy, half=self.trainee.half, ranks=BY_ITSELF)
        costs, carried = [], dict[str, Any]()
        for number, progress in enumerate((0.5, *AT)):
            begun = process_time()
            part = self.ground.used.take(self._rows(number))
            self.recipe.visit(self._lesson(spare, number, progress, carried, part))
            costs.append(process_time() - begun)
        everybody = [loads(one) for one in self.ranks.told(dumps(costs[1:]).encode())]
        return [sum(one) for one in zip(*everybody, strict=True)]

    def _lesson(self, trainee: Trainee, step: int, progress: float, carried: dict[str, Any], part: Any) -> Lesson:
        rows, epoch = self._rows(step), step // self.order.updates
        seed, answer, ball = self.means.seed, self.state.answer, self.ground.ball
        share = len(rows) / len(self.order.whole(step))
        return Lesson(trainee, part, rows, self.size, ball, seed, epoch, step, progress, answer, carried, share)

    def over(self) -> bool:
        """Return whether there is nothing left to train."""
        return bool(self.state.ended) or self.state.step >= self.tempo.pace.total

    def step(self) -> None:
        """Make one update, and look, plan and put down where it is time to."""
        state, progress = self.state, self.tempo.pace.progress(self.state.step)
        lesson = self._lesson(self.trainee, state.step, progress, state.carried, self.feed.batch(state.step))
        self.trainee.draw_by(_number(self.means.seed, state.step, self.ranks.place.rank))
        loss = self.recipe.visit(lesson)
        exchanged(self.ranks, state.carried, self.order.parts(state.step), self.size)
        state.step += 1
        if not isfinite(loss):
            checkup.not_finite(self, progress)
            return
        self.tempo.purse.workers = self.feed.spent
        self.tempo.tick()
        self._after(progress)

    def _after(self, progress: float) -> None:
        """Do what is due after an update."""
        now, checks = self.tempo.pace.progress(self.state.step), self.tempo.checks
        looks = int(now * checks) > int(progress * checks)
        if looks or self.state.step % MEET == 0 or self.tempo.due(self.state.step, looked=False):
            self._meet()
        rang = not looks and checkup.rings(self, progress, now)
        if looks or rang:
            checkup.check(self, now, rang=rang)
        if int(now * REPORTS) > int(progress * REPORTS):
            self._report()
        if looks or rang or self.tempo.purse.settled - self._written > WRITTEN * self.ranks.place.world:
            self._put_down()
        if (looks or rang) and self.first:
            self.tempo.looked()
        if looks and self.first:
            self.tempo.sounded(lambda prices: piloted(self.jury, self.trainee.still(), prices, wide=False))
        self._look_at_clock(looked=looks)

    def _look_at_clock(self, *, looked: bool) -> None:
        """Plan again, at beats of a run with a budget and after its checks."""
        step, pace = self.state.step, self.tempo.pace
        if not self.tempo.due(step, looked=looked):
            return
        before = pace.total
        if not pace.followed(step):
            found = agreed(self.ranks, lambda: self._decided(step))
            if found is None:
                return
            pace.bend(Bend(**found))
        if pace.total != before:
            word = "shortened" if pace.total < before else "lengthened"
            self.event(word, total=pace.total, before=before)

    def _decided(self, step: int) -> dict[str, Any] | None:
        """Return a decision about the length that was written down, or None if all is well."""
        found = self.tempo.decided(step)
        if found is None:
            return None
        self.kept.plan((*self.tempo.pace.bends, found))
        return asdict(found)

    def _meet(self) -> None:
        """Compare the weights of all ranks, and hear what each has spent."""
        if self.ranks.place.world == 1:
            return
        mine = {"spent": self.tempo.purse.here, "weights": self.trainee.digest()}
        said = [loads(one) for one in self.ranks.told(dumps(mine).encode())]
        strays = [at for at, one in enumerate(said) if one["weights"] != said[0]["weights"]]
        if strays:
            what = f"its weights are not those of rank 0 after {self.state.step} updates"
            hint = f"a recipe or a module changes them apart from the loop; up to {MEET} updates before they were equal"
            raise HardenError(*(Problem(f"rank {at}", what, hint) for at in strays))
        self.tempo.purse.meet(sum(one["spent"] for one in said))

    def close(self) -> None:
        """End what it has started."""
        self.feed.close()

    def end(self) -> Mended:
        """Choose, and return weights and record."""
        self.close()
        self._report()
        if not self.state.candidates or (self.state.checks[-1].step != self.state.step and not self.state.ended):
            checkup.check(self, 1.0)
        self._meet()
        made = list[bytes]()
        record = agreed(self.ranks, lambda: self._judged(made.append))
        return Mended(self.ranks.first(lambda: made[0]), record, kept=self.ground.kept.ids)

    def _judged(self, hand_out: Callable[[bytes], None]) -> Any:
        """Choose, hand out the weights, and return the record."""
        able = [one for one in self.state.checks if one.step in self.state.candidates]
        module, judged, all_judged = chosen(self.jury, able, self._candidate)
        figures = judged.to_json()
        before, parent = compared(self.jury, self.ground.target.module(), judged)
        weights = self.ground.target.saved(module)
        hand_out(weights)
        record = {
            **self.identity,
            **{name: figures[name] for name in SAID if name in figures},
            "validation_cases": figures["cases"],
            "before": before,
            "calibration": confidence(parent.seen.sure, judged.seen.sure),
            "chosen": judged.seen.step,
            "chosen_checkpoint": digest(weights),
            "checkpoints": {str(step): name for step, name in sorted(self.state.candidates.items())},
            "steps": self.state.step,
            "passes": round(self.state.step / self.order.updates, 2),
            "ended": self.state.ended,
            "plan": [asdict(bend) for bend in self.tempo.pace.bends],
            "checks": [one.to_json() for one in self.state.checks],
            "judged": [one.to_json() for one in all_judged],
            "events": self.state.events,
            "glances": self.state.watch.count,
            "cpu_seconds": round(self.tempo.purse.waited, 2),
            **({"full_cpu_seconds": round(self.tempo.whole(), 2)} if self.means.seconds else {}),
        }
        return as_json(record)

    def _candidate(self, step: int) -> Any:
        """Return the module with the weights of a candidate."""
        made = self.trainee.still()
        inside = made.inner if isinstance(made, Wired) else made
        inside.load_state_dict(load_tensors(self.kept.weights(self.state.candidates[step])))
        return made

    def _put_down(self) -> None:
        """Write a checkpoint."""
        self._meet()
        self._written = self.tempo.purse.settled
        carried = gathered(self.ranks, self.state.carried, self.size)
        tensors = {f"trainee/{name}": one for name, one in self.trainee.tensors().items()} | self.state.tensors()
        tensors |= {f"carried/{name}": one for name, one in carried.items()}
        told = {"identity": self.identity, "state": self.state.to_json(), "tempo": self.tempo.to_json()}
        needs = self.state.candidates.values()
        self.ranks.first(lambda: self.kept.write(tensors, told, needs=needs).encode())

    def event(self, found: str, /, **figures: Any) -> None:
        """Write down that something happened, and after how many updates."""
        self.state.events.append({"found": found, "step": self.state.step, **figures})

    def _report(self) -> None:
        last = self.state.checks[-1] if self.state.checks else None
        seen = "" if last is None else f"clean {last.clean:.1%}, robust {last.robust:.1%} at update {last.step}"
        total = self.tempo.pace.total
        self.hear(Progress("harden", min(self.state.step, total), total, seen))

    def tell(self, said: str, /) -> None:
        """Say something to whoever listens."""
        self.hear(Phase(f"hardening {said}"))


def _alike(ranks: Ranks, mine: Mapping[str, Any]) -> None:
    """Refuse ranks that do not do the same in the same environment."""
    if ranks.place.world == 1:
        return
    all_ = [loads(one) for one in ranks.told(dumps(mine).encode())]
    unlike = {at: ", ".join(names) for at, one in enumerate(all_) if (names := differing(one, all_[0]))}
    hint = "start all ranks by the same command, with the same packages, on processors of one kind"
    if unlike:
        raise HardenError(
            *(Problem(f"rank {at}", f"differs from rank 0: {names}", hint) for at, names in unlike.items())
        )


def _below(tensors: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    return {name.removeprefix(prefix): one for name, one in tensors.items() if name.startswith(prefix)}


def _number(seed: bytes, step: int, rank: int) -> int:
    """Return what torch's generator is set to before an update: dropout differs between ranks."""
    purpose = f"step/{step}/{rank}" if rank else f"step/{step}"
    return int.from_bytes(_key(seed, purpose)[:8], "big") >> 1


def _key(seed: bytes, purpose: str) -> bytes:
    return sha256(seed + b"seatrial/harden/" + purpose.encode()).digest()
