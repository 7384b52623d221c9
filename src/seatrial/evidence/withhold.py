"""Samples that stay at home: which are left out of a bundle, and how one of them is shown later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from seatrial.errors import InputError, Problem
from seatrial.evidence.log import Log
from seatrial.proof import bundle, rests, samples
from seatrial.proof.samples import Listed

TEXTS: Final = "texts"
STIMULI: Final = "stimuli"
"""Words for all samples that are texts or conversations, and for all samples."""
_CASE: Final = re.compile(r"[0-9a-f]{4,64}")


@dataclass(frozen=True, slots=True)
class Withheld:
    """What becomes of the kept samples of a decision in one bundle."""

    shown: tuple[str, ...]
    """Digests of those that go along."""
    kept_back: tuple[str, ...]
    """Digests of those that do not."""
    indexes: tuple[str, ...]
    """Digests of the indexes that name them; they always go along."""


def withheld(log: Log, decision: int, words: Iterable[str]) -> Withheld:
    """Return which samples of a decision are left out; also those that this copy of the log was restored without.

    Args:
        log: The system's log.
        decision: Its entry.
        words: `texts`, `stimuli`, or the first digits of cases.

    Raises:
        InputError: If a word is neither, or no kept sample is of such a case; with every such word.
    """
    asked = [word.strip().lower().removeprefix("sha256:") for word in words]
    listed = list(kept(log, decision))
    if wrong := [*_wrong(asked, [one.case.hex() for _, one in listed])]:
        raise InputError(*wrong)
    shown: list[str] = []
    back: list[str] = []
    before = bundle.digests(log.beside(bundle.WITHHELD) or b"")
    for _, one in listed:
        (back if _picked(one, asked) or one.commitment in before else shown).append(one.commitment)
    return Withheld(tuple(shown), tuple(back), tuple(index for index, _ in indexes(log, decision)))


def disclosure(log: Log, decision: int, case: str) -> bytes:
    """Return a file with every kept sample of one case, for who has a bundle in which they were withheld.

    Args:
        log: The system's log.
        decision: Entry of the decision.
        case: The first digits of the case.

    Raises:
        InputError: If no kept sample is of such a case, or samples of several are.
        StoreError: If it was withheld from this log, too.
    """
    word = case.strip().lower().removeprefix("sha256:")
    listed = [one for _, one in kept(log, decision)]
    if wrong := [*_wrong([word], [one.case.hex() for one in listed])]:
        raise InputError(*wrong)
    found = [one for one in listed if one.case.hex().startswith(word)]
    if len({one.case for one in found}) > 1:
        raise InputError(Problem("case", f"samples of several cases begin with {word}", "write more of its digits"))
    files = {f"blobs/{one.commitment.removeprefix('sha256:')}": log.store.get(one.commitment) for one in found}
    return bundle.pack(files)


def kept(log: Log, decision: int) -> Iterator[tuple[str, Listed]]:
    """Yield every kept sample of a decision, with the digest of the index that names it."""
    for index, data in indexes(log, decision):
        yield from ((index, one) for one in samples.read(data))


def indexes(log: Log, decision: int) -> Iterator[tuple[str, bytes]]:
    """Yield digest and bytes of every index of kept samples of a decision."""
    statements = log.statements()
    links = rests.chain(statements[:decision], statements[decision].predicate["run_result"])
    for seq in links.run_results:
        for shard in statements[seq].predicate["shards"]:
            if shard["stimuli"] is not None:
                yield shard["stimuli"], log.store.get(shard["stimuli"])


def _wrong(words: Sequence[str], cases: Sequence[str]) -> Iterator[Problem]:
    for word in words:
        if word in (TEXTS, STIMULI):
            continue
        if not _CASE.fullmatch(word):
            yield Problem(word, "is no case", "write at least four of the hexadecimal digits that reports show")
        elif not any(case.startswith(word) for case in cases):
            yield Problem(word, f"no kept sample is of a case that begins so; {len(cases)} samples are kept")


def _picked(one: Listed, words: Sequence[str]) -> bool:
    text = TEXTS in words and one.form == samples.TEXT
    return STIMULI in words or text or any(one.case.hex().startswith(word) for word in words)
