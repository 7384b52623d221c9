"""An elastic deformation, searched for by scores or labels alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import array_api_compat

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.bend import Elastic as Grid
from seatrial.adversaries.bend import bent
from seatrial.adversaries.chase import Chase
from seatrial.adversaries.through import Through, centred_bench, images
from seatrial.records.batch import Array, Attempts, Batch, plain
from seatrial.records.card import Card
from seatrial.records.threat import Flow
from seatrial.targets.target import AIMED, Target


@dataclass(frozen=True)
class Elastic:
    """Pull the nodes of a grid to and fro, and keep what the model stands worse: the image between them follows.

    Elastic distortions (Simard, Steinkraus and Platt, doi:10.1109/ICDAR.2003.1227801) are drawn there to train with;
    here the worst is searched for.  A first draw pulls every node as far as the threat allows, in a direction of its
    own; then a few nodes at a time are pulled anew, fewer and fewer, and what lowers the margin is kept.  The nodes
    stand so far apart that two neighbours never move apart by more than the threat allows.  It needs no gradient; by
    labels alone it is a plain random search.  Cost of a case that stands: `queries` forward passes.
    """

    queries: int = 200
    """Queries per case, the untouched one among them."""
    nodes: int = 7
    """Nodes along each side at most; fewer where they would stand too close."""

    def attack(self, target: Target[Array, Array], batch: Batch[Array], bench: Bench[Flow]) -> Attempts[Array]:
        """Return every image as it broke, or as the margin was smallest, with its field.

        Raises:
            CasesError: If the cases are no images, or have no labels.
        """
        x: Any = batch.inputs
        images(x, "an elastic deformation")
        xp, far = array_api_compat.array_namespace(x), float(bench.threat.pixels)
        grid = Grid.under(bench.threat, x, self.nodes)
        still = xp.zeros((x.shape[0], 2, *grid.shape), dtype=x.dtype, device=array_api_compat.device(x))
        chase = Chase(Through(target, grid), replace(batch, inputs=still), centred_bench(bench, far))
        for query in range(self.queries):
            if chase.over():
                break
            chase.ask(self._next(chase, query, blind=target.face.gives == "labels") if query else chase.room.x)
            if query == 0:
                chase.forget()
        field = grid.field(chase.attempts().stimuli)
        return Attempts(stimuli=bent(x, field)[0], recipe=plain(field))

    def _next(self, chase: Any, query: int, *, blind: bool) -> Any:
        """Return the best grids with some of their nodes pulled anew, to an end of their room; all if it is blind."""
        best, random = chase.best, chase.random
        xp, shape = array_api_compat.array_namespace(best), tuple(best.shape[1:])
        count = shape[1] * shape[2]
        pulled = random.signs("evasion.elastic/pull", shape, best, start=query * 2 * count) * chase.room.ball.eps
        if blind or query == 1:
            return chase.room.inside(pulled)
        share = max(1.0 / count, 0.5 * (1 - query / self.queries) ** 2)
        toss = random.uniform("evasion.elastic/which", (1, *shape[1:]), best, start=query * count)
        one = xp.argmin(xp.reshape(toss, (toss.shape[0], -1)), axis=1)
        nodes = xp.arange(count, device=array_api_compat.device(best))[None, :]
        first = xp.reshape(nodes == one[:, None], toss.shape)
        return chase.room.inside(xp.where((toss < share) | first, pulled, best))


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Elastic,
    "The worst elastic deformation",
    oracle="same_label",
    controls=("evasion.bent",),
    reads=AIMED,
    cites=("doi:10.1109/ICDAR.2003.1227801",),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    rank=3,
    lies=(
        "It draws a few hundred deformations of a coarse grid: a finer one may be worse, and too few queries look like "
        "robustness."
    ),
)
