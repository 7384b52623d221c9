"""The worst edits of a text, searched by the answers."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, TypeAlias

import numpy as np

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.lockstep import Hunt, Try, hunted
from seatrial.adversaries.text.changes import KINDS, Change, changed, draws, known
from seatrial.records.batch import Attempts, Batch, Texts
from seatrial.records.card import Card
from seatrial.records.threat import Edits
from seatrial.targets.target import CLASSIFIES, Target

Span: TypeAlias = tuple[int, int]
"""First and last position of a word, the last one not in it."""
LUCK = 8
"""Random places that are looked at for one edit before it is given up."""


@dataclass(frozen=True, slots=True)
class Search:
    """Find the words that the answer rests on, and misspell them one after the other, each in the worst of some ways.

    First every word is left out once, to see how far the true class falls back (the scoring of DeepWordBug, Gao et
    al., arXiv:1801.04354, and TextBugger, Li et al., arXiv:1812.05271).  Then, most telling word first, some random
    edits of the word are tried and the worst is kept, until the text falls or has all the edits that the threat
    allows; then the search begins again, one word further down, with other draws.  Where no word alone makes a
    difference, as with labels, it leaves out more and more until the answer turns over, and puts back what it can: what
    stays out comes first.  Leaving words out takes at most half of the queries.  A case that stands costs `queries`, or
    what the threat leaves if that is less; one that falls, what it took.
    """

    kinds: tuple[str, ...] = ("neighbour", "swap", "drop", "double")
    """Keys of `changes.KINDS`; add `lookalike` and `unseen` for a forger."""
    tries: int = 4
    """Edits that are tried per word."""
    queries: int = 200
    """Questions per case."""

    def attack(self, target: Target[Texts, Any], batch: Batch[Texts], bench: Bench[Edits]) -> Attempts[Texts]:
        """Return every text as it fell, or with the edits of smallest margin.

        Raises:
            CasesError: If the cases have no labels.
            PlanError: If a kind is unknown.
        """
        known(self.kinds, "text.search")
        most = min(self.queries, bench.left or self.queries)
        hunts = [
            self._hunt(text, bench.threat.most(text), draws(bench.random.at([at]), "text.search"), most)
            for at, text in enumerate(batch.inputs)
        ]
        found = hunted(target, batch, bench, hunts, lambda _, texts: Texts(texts), most=most)
        return Attempts(
            stimuli=Texts(old if new is None else new for old, new in zip(batch.inputs, found, strict=True))
        )

    def _hunt(self, text: str, most: int, luck: Iterator[int], queries: int) -> Hunt[str]:
        """Search one text, for as long as anything can be tried."""
        words = [match.span() for match in re.finditer(r"\w+", text)]
        order = yield from _weighed(text, words, luck, queries // 2)
        for start in count():
            here = start % max(len(order), 1)
            if not (yield from self._round(text, [*order[here:], *order[:here]], most, luck)):
                return

    def _round(self, text: str, order: list[Span], most: int, luck: Iterator[int]) -> Generator[Try[str], float, bool]:
        """Make as many edits as are allowed, word by word and then again; return whether any could be made."""
        kept: tuple[Change, ...] = ()
        least, before = np.inf, -1
        while len(kept) < most and len(kept) > before:
            before = len(kept)
            for word in order:
                if len(kept) >= most:
                    break
                worst: tuple[float, Change] | None = None
                for change in self._edits(text, word, kept, luck):
                    number = yield Try(changed(text, (*kept, change)))
                    worst = (number, change) if worst is None or number < worst[0] else worst
                if worst is not None and worst[0] <= least:
                    least, kept = worst[0], (*kept, worst[1])
        return bool(kept)

    def _edits(self, text: str, word: Span, kept: tuple[Change, ...], luck: Iterator[int]) -> list[Change]:
        """Return some random edits inside a word, where no other edit is."""
        taken = {place for change in kept for place in change.places}
        found: list[Change] = []
        for _ in range(self.tries * LUCK):
            at = word[0] + next(luck) % (word[1] - word[0])
            change = KINDS[self.kinds[next(luck) % len(self.kinds)]](text, at, next(luck))
            if change is not None and change not in found and not taken.intersection(change.places):
                found.append(change)
            if len(found) >= self.tries:
                break
        return found


def _weighed(text: str, words: list[Span], luck: Iterator[int], most: int) -> Generator[Try[str], float, list[Span]]:
    """Return the words, most telling first: by the lead that is left without them; ties and the rest as drawn.

    Where no word makes a difference by itself, as with labels alone, those come first that do together.
    """
    order = sorted(words, key=lambda _: next(luck))
    leads: dict[Span, float] = {}
    for word in order[:most]:
        leads[word] = yield Try(_without(text, [word]), counts=False)
    if len(leads) > 1 and len(set(leads.values())) == 1 and min(leads.values()) > 0:
        return (yield from _together(text, order, most - len(leads)))
    return sorted(leads, key=leads.__getitem__) + order[len(leads) :]


def _together(text: str, order: list[Span], most: int) -> Generator[Try[str], float, list[Span]]:
    """Return the words with those first without which the answer is another one, and no fewer of them would do.

    Words are left out, one more each time, until the text falls; then each is put back, if it falls without the word
    all the same.
    """
    gone: list[Span] = []
    for word in order[:most]:
        gone.append(word)
        if (yield Try(_without(text, gone), counts=False)) < 0:
            break
    else:
        return order
    for word in gone[: max(0, most - len(gone))]:
        fewer = [other for other in gone if other != word]
        if (yield Try(_without(text, fewer), counts=False)) < 0:
            gone = fewer
    return gone + [word for word in order if word not in gone]


def _without(text: str, words: list[Span]) -> str:
    return changed(text, [Change(first, last - first, "") for first, last in words])


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Search,
    title="The worst misspellings",
    oracle="same_label",
    controls=("text.keyword",),
    cites=("arXiv:1801.04354", "arXiv:1812.05271"),
    tags=("atlas:AML.T0043.001", "nist:NISTAML.025", "black-box"),
    reads=CLASSIFIES,
    lies=(
        "The search is greedy and tries a few edits per word: two edits that only hurt together are found by luck. "
        "Against labels alone it sees no progress before it has won. Words are changed, never replaced by synonyms."
    ),
)
