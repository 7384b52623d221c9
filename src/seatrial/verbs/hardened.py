"""What a remedy made, and what is known of it before it is gated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from shlex import quote
from typing import Any

from seatrial.decision.decision import EXIT_CODES
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.beside import Descent
from seatrial.verbs.plan import Planned

UNLIKELY, LEAST = 0.05, 0.01
"""Below this, chance hardly explains a difference between a model and its parent; below that, no figure is shown."""


@dataclass(frozen=True, slots=True)
class Hardened:
    """What a remedy made, and where it is."""

    clause: str
    remedy: str
    weights: Path
    record: Mapping[str, Any]
    """How it was made; the same stands beside the weights as JSON."""
    entry: int | None = None
    """Entry of the log that says where the weights come from; None if there was no log to write to."""
    descent: Descent | None = None
    """How the child stands beside its parent, clause by clause; None if nothing was compared."""
    planned: Planned | None = None
    """What a gate of it would be."""
    note: str = ""
    """Why nothing was compared."""

    @property
    def page(self) -> Path:
        """The page that lays it beside its parent."""
        return self.weights.with_suffix(".html")

    @property
    def exit_code(self) -> int:
        """0, or 3 if a clause that can block was lost beyond the charter."""
        return EXIT_CODES["hold"] if self.descent is not None and self.descent.beyond else EXIT_CODES["deploy"]

    @property
    def sentence(self) -> str:
        """What was done, in words, and what to do next."""
        return "\n".join((self.answer, *self.beside, self.next))

    @property
    def answer(self) -> str:
        """What was done, in words."""
        told = self._figures() + self._happened()
        return f"{self.remedy} answers clause {self.clause}.{told}"

    @property
    def beside(self) -> tuple[str, ...]:
        """How it stands beside its parent, in words, a line each; empty if nothing was compared and nobody minds."""
        if self.descent is None:
            return (f"Not compared: {self.note}",) if self.note else ()
        lines = (f"Beside its parent on {self.descent.where}:", self.descent.sentence, self.descent.clocked)
        return tuple(filter(None, (*lines, *self.descent.notes)))

    @property
    def next(self) -> str:
        """What to do with it, in words."""
        command = f"seatrial gate --weights {quote(str(self.weights))}"
        made = f"New weights: {self.weights}, and {self.page.name} beside them."
        if self.exit_code:
            return f"{made} A gate would spend an attempt on a model that has lost something. All the same:\n{command}"
        return f"{made} They have to pass the gate:\n{command}"

    def _figures(self) -> str:
        """What it is worth beside its parent, in words."""
        before = self.record.get("before", {})
        told = [
            f"{name} {self.record[name]:.1%}" + (f" ({before['who']} {before[name]:.1%})" if name in before else "")
            for name in ("clean", "robust")
            if name in self.record
        ]
        shown = f" On training cases that were kept aside: {', '.join(told)}." if told else ""
        shown += _by_part(self.record.get("parts", {}), before)
        return shown + (_beside(before["cases"], before["pairs"]["clean"]) if before else "")

    def _happened(self) -> str:
        """What went wrong on the way and was answered, in words."""
        rolled = [one["found"] for one in self.record.get("events", ()) if "back_to" in one]
        ended = self.record.get("ended", "")
        said = f" Rolled back {len(rolled)} times: {', '.join(dict.fromkeys(rolled))}." if rolled else ""
        return f"{said} Ended early: {ended}." if ended else said

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        plain = {"clause": self.clause, "remedy": self.remedy, "weights": str(self.weights)}
        told = {"beside": self.record.get("beside"), "plan": self.planned.to_json() if self.planned else None}
        return {**plain, "page": str(self.page), "entry": self.entry, **told, "record": dict(self.record)}

    def _repr_html_(self) -> str:
        rows = tuple((name, _in_words(value)) for name, value in self.record.items())
        return sheet_card(Sheet(self.sentence, ("Record", ""), rows))


def _by_part(parts: Mapping[str, float], before: Mapping[str, Any]) -> str:
    """Return in words what each of several threats leaves standing; empty if there is one."""
    was = before.get("parts", {})
    told = [f"{name} {one:.1%}" + (f" ({before['who']} {was[name]:.1%})" if name in was else "")
            for name, one in parts.items()]  # fmt: skip
    return f" Threat by threat: {', '.join(told)}." if told else ""


def _beside(cases: int, clean: Mapping[str, Any]) -> str:
    """Return in words in which cases a model and its parent differ before any attack."""
    unlike = "a difference that chance hardly explains" if clean["chance"] < UNLIKELY else "chance explains that"
    lost = f"Without an attack {clean['lost']} of {cases:,} cases were lost and {clean['won']} won"
    chance = f"= {clean['chance']:.2f}" if clean["chance"] >= LEAST else f"< {LEAST}"
    return f" {lost}: {unlike} (sign test, p {chance})."


def _in_words(value: Any) -> str:
    """Return a value of the record as a notebook shows it: digests cut, mappings without brackets."""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {_in_words(one)}" for name, one in value.items())
    text = str(value).removeprefix("sha256:")
    return text[:12] if len(text) == 64 else text
