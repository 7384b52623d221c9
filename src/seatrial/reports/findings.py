"""What stands against a model, one finding per clause and scenario that broke it: what a code scanner would list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from seatrial.reports import wording
from seatrial.reports.figures import figures
from seatrial.reports.reporter import Dossier, Judged, Tried

OWN = {
    "seatrial/wrong-before-attack": (
        "Wrong before any attack",
        "Cases were answered wrongly although nothing was done to them; no adversary was needed.",
        "Look at the clean rate first: no robustness makes up for it.",
    ),
    "seatrial/unproven": (
        "Not proven",
        "The data neither prove what the clause asks nor exclude it. Missing data is never a pass.",
        "More cases of the same kind settle it; the message says how many.",
    ),
    "seatrial/untried": (
        "Not tried",
        "A control was missed, shards failed, or there is no data: silence proves nothing.",
        "Mend what the message names and run it again.",
    ),
    "seatrial/breached": (
        "Breached",
        "The data exclude what the clause asks.",
        "The report shows the cases.",
    ),
    "seatrial/masked": (
        "Signs of masking",
        "The model hides its weakness from attacks that follow gradients; what held may have held for that alone.",
        "Take the hiding step out and try again; the report says what the attack switched on.",
    ),
    "seatrial/weaker": (
        "Asks less than before",
        "An earlier charter of this model, or that of the last deploy, was stricter, and nobody has waived that.",
        "Ask as much as before, or have it waived by somebody who may.",
    ),
}
"""Rule of ours -> its title, what it says, what helps."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that stands against a model."""

    rule: str
    """`family/name` of the scenario that broke the clause, or a key of `OWN`."""
    clause: Judged
    tried: tuple[Tried, ...]
    """Its stages that broke something; none for a rule of ours."""
    says: str
    """What was found, in a sentence or two."""

    @property
    def level(self) -> str:
        """`error` for a breach that blocks, `note` for what is advisory, else `warning`."""
        if self.clause.advisory:
            return "note"
        if self.rule == "seatrial/masked":
            return "warning"
        return "error" if self.clause.verdict in ("breached", "untried") else "warning"

    def fingerprint(self, system: str) -> str:
        """Return what stays the same while the same clause of a system breaks by the same scenario."""
        said = f"{system}\x00{self.clause.name}\x00{self.rule}"
        return sha256(said.encode("utf-8", "backslashreplace")).hexdigest()


def findings(dossier: Dossier) -> tuple[Finding, ...]:
    """Return all findings of a dossier, in the order of its clauses; waived ones are among them."""
    return tuple(one for clause in dossier.clauses for one in _of(clause))


def unversioned(scenario: str) -> str:
    """Return `family/name` of `family/name@2`: a new version of a scenario is the same rule."""
    return scenario.partition("@")[0]


def _of(clause: Judged) -> Iterator[Finding]:
    if clause.weaker:
        yield Finding("seatrial/weaker", clause, (), f"{clause.name} asks less than before: {clause.require}.")
    if signs := wording.masked(clause):
        yield Finding("seatrial/masked", clause, (), f"Signs of masking in {clause.name}: {' '.join(signs)}")
    if clause.verdict == "held":
        return
    broken = () if clause.verdict == "untried" else tuple(_broken(clause))
    yield from broken
    if not broken:
        wrong = clause.wrong > 0 and clause.verdict != "untried"
        rule = "seatrial/wrong-before-attack" if wrong else f"seatrial/{clause.verdict}"
        yield Finding(rule, clause, (), _sentence(clause, _alone(clause)))


def _broken(clause: Judged) -> Iterator[Finding]:
    stages: dict[str, list[Tried]] = {}
    for tried in clause.tried:
        if tried.broke:
            stages.setdefault(unversioned(tried.scenario), []).append(tried)
    for rule, found in stages.items():
        how = "; ".join(f"{wording.weapon(one)}: {one.broke:,}" for one in found)
        total = sum(one.broke for one in found)
        yield Finding(rule, clause, tuple(found), _sentence(clause, f"{found[0].title} broke {total:,} ({how})"))


def _alone(clause: Judged) -> str:
    """Return what is to be said of a clause that no scenario broke."""
    if clause.verdict == "untried":
        return clause.settle or "there is no data"
    return f"{wording.cases(clause.wrong)} wrong before any attack" if clause.wrong else clause.settle


def _sentence(clause: Judged, what: str) -> str:
    numbers = figures(clause)
    seen = "" if numbers is None else f" {numbers.counted(clause.held, clause.n)}, asked is {clause.require}."
    told = f"{clause.name} is {clause.verdict}:{seen or f' asked is {clause.require}.'} {what}"
    return told if told.endswith(".") else f"{told}."
