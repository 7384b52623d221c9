"""Texts that no client should send: empty, very long, control characters, lone surrogates.

Each case gets one kind, chosen by the case's own random stream and made of its own text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.adversaries.adversary import Adversary, Bench
from seatrial.adversaries.kinds import picked
from seatrial.records.batch import Attempts, Batch, Oddities, Texts
from seatrial.records.card import Card
from seatrial.records.threat import Malformed as Anything
from seatrial.targets.target import Target

LONG = 1 << 20
"""Characters of a very long text."""
CONTROLS = "".join(chr(code) for code in (*range(32), *range(127, 160)))

KINDS: Mapping[str, Callable[[str], Any]] = {
    "empty": lambda _: Texts(("",)),
    "blank": lambda _: Texts((" \t\r\n\u00a0\u2003\u3000",)),
    "very long": lambda text: Texts((((text or "a") * (LONG // max(len(text), 1) + 1))[:LONG],)),
    "one long word": lambda _: Texts(("a" * LONG,)),
    "control characters": lambda text: Texts((CONTROLS + text + CONTROLS,)),
    "null in the middle": lambda text: Texts((text[: len(text) // 2] + "\0" + text[len(text) // 2 :],)),
    "lone surrogate": lambda text: Texts((text + "\ud800" + text,)),
    "reversed surrogates": lambda text: Texts((text + "\udc00\ud800",)),
    "right to left": lambda text: Texts(("\u202e" + text + "\u2066\u2067",)),
    "stacked marks": lambda text: Texts(("".join(char + "\u0301" * 100 for char in text[:1000]),)),
    "not characters": lambda text: Texts((text + "\ufffe\uffff\U0010ffff",)),
    "bytes": lambda text: (text.encode("utf-16", "surrogatepass"),),
    "nothing": lambda _: (None,),
    "a number": lambda text: (len(text),),
    "empty batch": lambda _: Texts(()),
}
"""Name -> the malformed argument of `respond` that is made of a text."""


@dataclass(frozen=True, slots=True)
class Garbled:
    """Makes one garbled text of each case: the case's own stream says which kind.

    It asks the target nothing; presenting costs one call of a single text per case, of which some are a million
    characters long.
    """

    kinds: tuple[str, ...] = ()
    """Keys of `KINDS`; none is all."""

    def attack(
        self,
        target: Target[Texts, Any],  # noqa: ARG002 - the protocol has it
        batch: Batch[Texts],
        bench: Bench[Anything],
    ) -> Attempts[Texts]:
        """Return an `Oddities` of one garbled argument of `respond` per case.

        Raises:
            PlanError: If a kind is unknown.
        """
        kinds = picked(self.kinds, KINDS, "faults.garbled")
        chosen = bench.random.keys("kind") % len(kinds)
        made = (KINDS[kinds[kind]](text) for text, kind in zip(batch.inputs, chosen, strict=True))
        return Attempts(stimuli=Oddities(made))  # type: ignore[arg-type]


CARD: Card[Adversary[Any, Any, Any]] = Card(
    Garbled,
    title="Texts that no client should send",
    oracle="sane_answer",
    controls=("faults.garbled",),
    cites=("doi:10.1145/96267.96279", "arXiv:2106.09898"),
    tags=("atlas:AML.T0043", "nist:NISTAML.01", "cwe:CWE-20", "black-box"),
    lies="Each case gets one kind of garbling; an answer of ordinary form may still be a wrong one.",
)
