"""The training loop, written once: every recipe is visited batch by batch, checked, rolled back, put down and taken up.

Order is a function of seed and epoch, noise of seed, epoch, case and turn, and what a module draws itself (dropout) of
seed and step.  So nothing of a generator has to be kept, and a run that was killed ends in the same bytes as one that
was not, on one thread in one environment.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from time import process_time
from typing import Any

import torch

from seatrial.cases.cases import Cases
from seatrial.harden.ground import Ground, ground
from seatrial.harden.ranks.together import joined
from seatrial.harden.remedy import Means, Mended
from seatrial.harden.rule import Checked, Rule
from seatrial.harden.run import Recipe, Run
from seatrial.records.threat import Ball, Threat

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
    with _alone():
        begun, size = process_time(), means.place.world
        base = ground(
            target, cases, threat, recipe.course, unit=means.unit, kinds=kinds, parts=means.workers > 0, world=size
        )
        with joined(means.place) as ranks, closing(Run(recipe, base, means, rules(base), ranks, begun=begun)) as run:
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
