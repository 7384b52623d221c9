"""How long a run is: planned from what a step costs, planned again on the way, and followed when it is gone on with.

The clock decides how many steps there are, and nothing else.  Every decision is written down before it counts, and a
run that goes on after a crash follows what was written as far as it reaches (DESIGN: the clock never steers what is
hashed).  What is counted are CPU seconds of this process, so a busy machine makes a run later, not shorter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import process_time

BEATS = 40
"""Times that a run with a budget looks whether it will end inside it."""
ALIKE = 0.01
"""A plan that is off by less than this share is not changed."""


@dataclass(frozen=True, slots=True)
class Bend:
    """A decision about the length of the run."""

    step: int
    """Updates that were made when it was taken."""
    progress: float
    """Share of the run that was over."""
    total: int
    """Updates in all from then on."""
    looks: int = 0
    """How closely the run looks, of the first decision: a place in `prices.CARES`."""


class Purse:
    """CPU seconds that may be spent, and those that are."""

    def __init__(self, seconds: float, *, spent: float = 0.0, begun: float | None = None, world: int = 1) -> None:
        """Begin to count.

        Args:
            seconds: The budget; 0 is none.
            spent: By an earlier process on the same run.
            begun: Since when, as `process_time` told it; from now on by default.
            world: Ranks that train together; what one spends, the others are taken to spend until they say it.
        """
        self.seconds = seconds
        self.workers = 0.0
        """CPU seconds of the data workers of this process."""
        self._begun = process_time() if begun is None else begun
        self._world, self._before = world, spent
        self._met, self._mark = spent, 0.0

    @property
    def here(self) -> float:
        """CPU seconds of this process and its workers."""
        return process_time() - self._begun + self.workers

    @property
    def spent(self) -> float:
        """CPU seconds so far, of all ranks."""
        return self._met + self._world * (self.here - self._mark)

    @property
    def settled(self) -> float:
        """The same, as every rank knows it: up to where they last met."""
        return self.spent if self._world == 1 else self._met

    @property
    def waited(self) -> float:
        """CPU seconds so far, if the other ranks have only waited since they last met."""
        return self._met + self.here - self._mark

    def meet(self, everybody: float) -> None:
        """Take what all ranks have spent in this process's time."""
        self._met, self._mark = self._before + everybody, self.here

    @property
    def left(self) -> float:
        """CPU seconds until the budget is used up."""
        return self.seconds - self.spent


class Pace:
    """How many steps there are, and which share of the run is over after each."""

    def __init__(self, bends: Sequence[Bend], *, done: int = 0) -> None:
        """Take decisions.

        Args:
            bends: In order, at least the first; those beyond `done` are followed when they are reached.
            done: Updates that were made.
        """
        self.bends = [bend for bend in bends if bend.step <= done] or list(bends[:1])
        self._ahead = [bend for bend in bends if bend not in self.bends]

    @property
    def total(self) -> int:
        """Updates in all, as far as decided."""
        return self.bends[-1].total

    @property
    def known(self) -> tuple[Bend, ...]:
        """All decisions, those that lie ahead among them."""
        return (*self.bends, *self._ahead)

    def progress(self, step: int) -> float:
        """Return the share of the run that is over after so many updates, 0 to 1."""
        bend = self.bends[-1]
        if step >= bend.total:
            return 1.0
        return bend.progress + (1 - bend.progress) * (step - bend.step) / (bend.total - bend.step)

    def followed(self, step: int) -> bool:
        """Return whether the length is a matter of record here; a decision that was taken at this step is followed."""
        if self._ahead and self._ahead[0].step <= step:
            self.bends.append(self._ahead.pop(0))
            return True
        return bool(self._ahead)

    def decided(self, step: int, *, left: float, price: float) -> Bend | None:
        """Return the decision to be taken after so many updates, or None if the plan is good as it is.

        Args:
            step: Updates that were made.
            left: CPU seconds for updates.
            price: CPU seconds of one.
        """
        wanted = max(0, int(left / price))
        planned = self.total - step
        if abs(wanted - planned) <= max(1.0, ALIKE * planned):
            return None
        return Bend(step, self.progress(step), step + wanted)

    def bend(self, decision: Bend) -> None:
        """Follow a decision from now on."""
        self.bends.append(decision)
