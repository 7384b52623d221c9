"""What a budget pays for where a model is fitted whole: rounds of attack, refitting and judging, and the last look.

A round cannot be cut short, so none is begun that would not be over in time with the last look after it; such a run
ends before its budget rather than at it.  That a round is begun, or no further one, is written down before it counts:
a run that is begun anew after a crash follows it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

from seatrial.errors import HardenError, Problem
from seatrial.harden.budget.pace import Purse
from seatrial.harden.budget.tempo import minutes
from seatrial.harden.foes import Foe
from seatrial.harden.remedy import Means
from seatrial.records.event import Phase
from seatrial.stores.whole import write_whole

FILE = "rounds.json"
"""Name, in the folder of a run, of what was decided."""
GROWTH = 1.2
"""How much dearer the next round is taken to be: there are more rows."""
UNKNOWN = 100
"""Questions that an adversary asks who does not say how many."""


class Allowance:
    """The clock of a run whose model is fitted whole."""

    def __init__(self, means: Means, purse: Purse, *, used: Sequence[bytes] = ()) -> None:
        """Begin to count.

        Args:
            means: Budget, listener, folder.
            purse: The same budget, which counts already.
            used: Digests of the rows that models are fitted on: which run this is.
        """
        self.means, self.purse = means, purse
        self.begun, self.missing = 0, 0
        self.over = False
        """Whether a round was not begun for lack of time."""
        self._run = sha256(means.seed + repr(means.seconds).encode() + b"".join(sorted(used))).hexdigest()
        self._told = self._read()
        self._mark, self._round, self._look, self._first, self._ratio = purse.spent, 0.0, 0.0, 0.0, 1.0

    def counted(self, wanted: int) -> int:
        """Return how many rounds there are at most: those that were asked for by number, else the recipe's."""
        return self.means.steps or wanted

    def court(self, judges: Sequence[Foe], late: Sequence[Foe]) -> None:
        """Note who looks at every model, and who looks again at the best: what that costs follows."""
        self._ratio = sum(map(_questions, late)) / max(1, sum(map(_questions, judges)))

    def looked(self, seconds: float) -> None:
        """Note that a model was judged.

        Args:
            seconds: What judging it took; all else since the last one was fitting and attacking.
        """
        now = self.purse.spent
        self._round, self._look, self._mark = now - self._mark, seconds, now
        self._first = self._first or seconds

    def marked(self) -> None:
        """Note that what was done since a model was judged is no part of a round."""
        self._mark = self.purse.spent

    def afford(self, looks: float) -> None:
        """Refuse what cannot be paid for.

        Args:
            looks: What it takes, in looks at a model.

        Raises:
            HardenError: If there is no time for it and the last look.
        """
        least = self.purse.spent + looks * self._look + self.ending
        if self.means.seconds and least > self.means.seconds and not self._told["begun"]:
            what = f"{self.means.seconds:.3g} CPU seconds are not enough to choose what is fitted"
            raise HardenError(Problem("budget", what, f"give it {minutes(2 * least)} or more"))

    @property
    def judged(self) -> bool:
        """Whether any model was."""
        return self._first > 0

    @property
    def ending(self) -> float:
        """CPU seconds that the last look will take: at the two best, and at the parent."""
        return self._ratio * (2 * self._look + self._first)

    def another(self, left: int, *, attack: float = 0.0) -> bool:
        """Return whether a further model is fitted.

        Args:
            left: Rounds that there are to be yet, this one among them.
            attack: What attacking takes beyond what the last model cost, in looks: where that one was not attacked.

        Raises:
            HardenError: If there is no time for the first one.
        """
        if not self.means.seconds:
            return True
        at = self.begun
        if at >= self._told["begun"]:
            each = GROWTH * (self._round + attack * self._look)
            if at == 0:
                self._say(left, each)
            if self._told["over"] or self.purse.spent + each + self.ending > self.means.seconds:
                self.over, self.missing = True, self.missing + left
                self._write(at, over=True)
                return False
            self._write(at + 1, over=False)
        self.begun += 1
        return True

    def told(self) -> dict[str, Any]:
        """Return what the record says of time, where a budget or a price made it matter."""
        if not (self.means.seconds or self.means.hourly):
            return {}
        spent = self.purse.spent
        whole = spent + self.missing * self._round
        ended = {"ended": "there was no time for a further round"} if self.over else {}
        return {"cpu_seconds": round(spent, 2), "full_cpu_seconds": round(whole, 2), **ended}

    def _say(self, left: int, each: float) -> None:
        """Say what is expected, and refuse what is too little for a single round."""
        seconds = self.means.seconds
        able = int((seconds - self.purse.spent - self.ending) / each) if each else left
        if able < 1 and not self._told["begun"]:
            least = (self.purse.spent + each + self.ending) * 1.1
            what = f"{seconds:.3g} CPU seconds are not enough for one round of attack and refitting"
            raise HardenError(Problem("budget", what, f"give it {minutes(least)} or more"))
        hourly = self.means.hourly
        money = "" if hourly is None else f", {hourly.times(seconds / 3600)}"
        said = f"about {min(able, left):,} of {left:,} rounds, within {minutes(seconds)} of CPU time{money}"
        self.means.hear(Phase(f"hardening expects {said}"))

    def _read(self) -> Mapping[str, Any]:
        nothing = {"begun": 0, "over": False}
        file = None if self.means.folder is None else self.means.folder / FILE
        if file is None or not file.is_file():
            return nothing
        told = json.loads(file.read_bytes())
        return told if told.get("run") == self._run else nothing

    def _write(self, begun: int, *, over: bool) -> None:
        self._told = {"run": self._run, "begun": begun, "over": over}
        if self.means.folder is None:
            return
        try:
            self.means.folder.mkdir(parents=True, exist_ok=True)
            write_whole(self.means.folder / FILE, json.dumps(self._told).encode())
        except OSError as error:
            hint = "make room and give the same command again"
            what = f"cannot be written: {error.strerror or error}"
            raise HardenError(Problem(str(self.means.folder / FILE), what, hint)) from error


def _questions(foe: Foe) -> int:
    """Return about how many questions an adversary asks of a case."""
    tactics = foe[1]
    return int(tactics.get("queries", 2 * tactics["steps"] if "steps" in tactics else UNKNOWN))
