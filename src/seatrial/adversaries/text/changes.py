"""Single edits of a text, as people and forgers make them: each is one edit in optimal string alignment.

Edits of one text have places of their own, so that so many edits are at most that distance from the original.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.kinds import picked
from seatrial.errors import PlanError, Problem
from seatrial.records.batch import Texts
from seatrial.records.random import Random
from seatrial.records.threat import Edits

KEYS = ("1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm")
"""Rows of the keyboard, each half a key further to the right than the one above."""
CHUNK = 64
"""Random words that are made at once."""


@dataclass(frozen=True, slots=True)
class Change:
    """One edit of the original text."""

    at: int
    size: int
    """Characters that are replaced, 1 or 2."""
    new: str

    @property
    def places(self) -> range:
        """Positions of the original that it takes up."""
        return range(self.at, self.at + self.size)


def changed(text: str, changes: Iterable[Change]) -> str:
    """Return a text with edits whose places do not overlap."""
    for change in sorted(changes, key=lambda one: one.at, reverse=True):
        text = text[: change.at] + change.new + text[change.at + change.size :]
    return text


def _beside() -> dict[str, str]:
    """Return for each key those that touch it."""
    at = {key: (row, 2 * place + row) for row, keys in enumerate(KEYS) for place, key in enumerate(keys)}
    near = {
        key: "".join(k for k, (r, x) in at.items() if abs(r - row) <= 1 and 0 < abs(x - place) + abs(r - row) <= 2)
        for key, (row, place) in at.items()
    }
    return near | {key.upper(): keys.upper() for key, keys in near.items() if key.isalpha()}


BESIDE = _beside()
"""Key of a QWERTY keyboard -> its neighbours."""
ALIKE: Mapping[str, str] = {
    **dict(
        zip(
            "acehijopqsvwxy",
            "\u0430\u0441\u0435\u04bb\u0456\u0458\u043e\u0440\u051b\u0455\u0475\u051d\u0445\u0443",
            strict=True,
        )
    ),
    **dict(zip("dglmnu", "\u0501\u0261\u04cf\u217f\u0578\u057d", strict=True)),
    **dict(
        zip(
            "ABCEHIJKMNOPSTXYZ",
            "\u0410\u0412\u0421\u0415\u041d\u0406\u0408\u041a\u041c\u039d\u041e\u0420\u0405\u0422\u0425\u03a5\u0396",
            strict=True,
        )
    ),
}
"""Latin letter -> a Cyrillic, Greek or Armenian one that looks the same in most fonts (Unicode TR 39, confusables)."""
UNSEEN = "\u200b\u200c\u200d\u2060"
"""Characters without width: zero-width space, non-joiner, joiner, word joiner."""


def _neighbour(text: str, at: int, pick: int) -> Change | None:
    near = BESIDE.get(text[at], "")
    return Change(at, 1, near[pick % len(near)]) if near else None


def _swap(text: str, at: int, pick: int) -> Change | None:  # noqa: ARG001 - all kinds have one signature
    pair = text[at : at + 2]
    return Change(at, 2, pair[::-1]) if pair.isalnum() and len(set(pair)) == 2 else None


def _drop(text: str, at: int, pick: int) -> Change | None:  # noqa: ARG001 - all kinds have one signature
    return Change(at, 1, "") if text[at].isalnum() else None


def _double(text: str, at: int, pick: int) -> Change | None:  # noqa: ARG001 - all kinds have one signature
    return Change(at, 1, text[at] * 2) if text[at].isalnum() else None


def _lookalike(text: str, at: int, pick: int) -> Change | None:  # noqa: ARG001 - all kinds have one signature
    return Change(at, 1, ALIKE[text[at]]) if text[at] in ALIKE else None


def _unseen(text: str, at: int, pick: int) -> Change | None:
    return Change(at, 1, text[at] + UNSEEN[pick % len(UNSEEN)]) if text[at].isalnum() else None


KINDS: Mapping[str, Callable[[str, int, int], Change | None]] = {
    "neighbour": _neighbour,
    "swap": _swap,
    "drop": _drop,
    "double": _double,
    "lookalike": _lookalike,
    "unseen": _unseen,
}
"""Name -> the edit that it makes at a place, or None if it can make none there."""


def known(kinds: Sequence[str], where: str) -> tuple[str, ...]:
    """Return these kinds.

    Raises:
        PlanError: If there are none, or one is no key of `KINDS`.
    """
    if not kinds:
        raise PlanError(Problem(f"{where}: kinds", "no kind of edit", f"there are {', '.join(KINDS)}"))
    return picked(kinds, KINDS, where)


def draws(random: Random, purpose: str) -> Iterator[int]:
    """Yield the random words of one case, each in 0..2^32-1, without end.

    Args:
        random: The streams of one case (`Random.at([row])`).
        purpose: Names the stream.
    """
    for block in count():
        yield from map(int, random.words(purpose, (CHUNK,), np.zeros(1), start=block * CHUNK)[0])


def scattered(text: str, kinds: Sequence[str], most: int, random: Random, purpose: str) -> tuple[Change, ...]:
    """Return so many edits at random places, each of a random kind that fits there; fewer if the text has no room.

    Args:
        text: What is edited.
        kinds: Keys of `KINDS`.
        most: Edits wanted.
        random: The streams of one case.
        purpose: Names the stream.
    """
    words = random.words(purpose, (len(text), 3), np.zeros(1))[0]
    made: list[Change] = []
    taken: set[int] = set()
    for at in np.argsort(words[:, 0], kind="stable"):
        if len(made) >= most:
            break
        first, pick = int(words[at, 1]) % len(kinds), int(words[at, 2])
        for kind in (*kinds[first:], *kinds[:first]):
            change = KINDS[kind](text, int(at), pick)
            if change is not None and not taken.intersection(change.places):
                made.append(change)
                taken.update(change.places)
                break
    return tuple(made)


def strewn(texts: Texts, kinds: Sequence[str], bench: Bench[Edits], purpose: str) -> Texts:
    """Return every text with as many edits at random places of its own stream as the threat allows.

    Args:
        texts: The cases.
        kinds: Keys of `KINDS`.
        bench: Its threat and its random streams.
        purpose: Names the streams.
    """
    return Texts(
        changed(text, scattered(text, kinds, bench.threat.most(text), bench.random.at([at]), purpose))
        for at, text in enumerate(texts)
    )
