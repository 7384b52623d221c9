"""The words that every report shares, so that a page and a terminal never say different things."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from shlex import quote

from seatrial.charter.steps import brief
from seatrial.decision.sentence import sure as sure  # noqa: PLC0414 - templates say wording.sure
from seatrial.records.finding import Finding
from seatrial.reports.reporter import Dossier, Judged, Tried

DECISIONS: Mapping[str, str] = {
    "deploy": "Every clause that can block is held or waived.",
    "hold": "Nothing that must hold is broken for certain, but not everything is proven. Missing data is never a pass.",
    "reject": "A critical clause is broken beyond the doubt that the charter allows.",
}
"""What each decision means."""

VERDICTS: Mapping[str, str] = {
    "held": "the bound meets what the charter asks",
    "breached": "the data exclude what the charter asks",
    "unproven": "the data neither prove it nor exclude it",
    "untried": "it was not tried, and that is never a pass",
}
"""What each verdict on a clause means."""

WAYS: Mapping[str, str] = {
    "better": "▲ better",
    "worse": "▼ worse",
    "same": "= no clear change",
    "new": "+ new",
    "gone": "- no longer asked",
}
"""How a clause moved from one decision to another: a sign, and its word."""

NOT_MEANT: Mapping[str, str] = {
    "It is not safe against everything.": (
        "It held against the adversaries named here, at the strength named here. A stronger or a different attack may "
        "still break it."
    ),
    "The world may differ from the cases.": (
        "The bounds speak about cases like those tried. If live traffic looks different, they say little about it."
    ),
    "A bound is a bound.": (
        "A rate of at least 90 % still allows one failure in ten; and the stated confidence leaves its own small doubt."
    ),
    "It speaks about these bytes only.": (
        "Another model, another preprocessing step or another charter needs a trial of its own."
    ),
    "The record proves what was recorded.": (
        "It cannot prove that the runner told the truth about what the model answered, that there was no other log, "
        "when it happened, or, where the submitter holds the log key or the gate cases, that nobody tried nonces or "
        "chose the model on those cases beforehand. A separate runner, and a replay by somebody else, speak to that."
    ),
}
"""What a pass does not mean: a claim, and why."""

_UNSAFE = (
    "The charter let this model be loaded from a format that can run code. Whatever it ran could have touched the "
    "trial itself."
)
_REUSED = (
    "The charter allowed cases that had been opened before, so the confidence is nominal: it does not cover choosing "
    "a model on those cases."
)
_MISSED = "did not come out as planted, so this adversary proves nothing here: what rests on it is untried."
_WEAKER = "an earlier charter of this model, or that of the last deploy, was stricter."
_LAPSED = (
    "the waiver that let this decision pass was withdrawn, or has expired since. What is decided stays on record; "
    "`seatrial status` refuses the licence."
)
_WAIVED = "somebody signed for this risk; that does not make it held."


def visible(text: str) -> str:
    """Return text in which nothing hides: control, format and surrogate characters are spelled `<U+202E>`.

    What a model says can carry terminal escapes, bidirectional overrides or invisible letters; line feeds stay.
    """
    return "".join(c if c == "\n" or unicodedata.category(c) not in _HIDDEN else f"<U+{ord(c):04X}>" for c in text)


_HIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def confidence(dossier: Dossier) -> str:
    """Return what the two confidence numbers mean, for a reader who has never met them."""
    doubt = sure(100 - dossier.confidence)
    nominal = " Both numbers are nominal, because cases were used again." if dossier.reuse else ""
    return (
        f"The charter asks for {sure(dossier.confidence)} % over all attempts: however often a model that truly breaks "
        f"a clause is sent in, the chance that luck alone ever lets it through stays at or under {doubt} %. Every "
        "further attempt is therefore tested more strictly than the one before; this one, attempt "
        f"{dossier.attempt}, was tested at {sure(dossier.attempt_confidence)} %.{nominal}"
    )


def warnings(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    """Return what a reader must know before believing anything else: a short name, and a sentence."""
    missed = ", ".join(name for name, outcome in dossier.controls.items() if outcome != "found")
    weaker = ", ".join(clause.name for clause in dossier.clauses if clause.weaker)
    waived = ", ".join(clause.name for clause in dossier.clauses if clause.waived)
    lapsed = ", ".join(clause.name for clause in dossier.clauses if clause.lapsed)
    found = (
        (dossier.unsafe, "Unsafe loading was allowed", _UNSAFE),
        (dossier.reuse, "Cases were used again", _REUSED),
        (missed, "A control failed", f"{missed} {_MISSED}"),
        (weaker, "The charter asks less than before", f"{weaker}: {_WEAKER}"),
        (lapsed, "A waiver has ended", f"{lapsed}: {_LAPSED}"),
        (waived, "Waived by a person", f"{waived}: {_WAIVED}"),
    )
    return tuple((name, sentence) for there, name, sentence in found if there)


def notes(dossier: Dossier) -> tuple[str, ...]:
    """Return what else a reader must know."""
    reused = "An earlier result of the same trial was reused: nothing was spent, and no attempt was added."
    took = f"What it took: {dossier.spent}."
    return ((reused,) if dossier.replayed else ()) + ((took,) if dossier.spent else ()) + dossier.notes


def duration(seconds: float) -> str:
    """Return a time in words: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"


def number(count: int) -> str:
    """Return a count with its thousands apart: `12,800`."""
    return f"{count:,}"


def cases(count: int) -> str:
    """Return `1 case` or `1,200 cases`."""
    return f"{number(count)} {'case' if count == 1 else 'cases'}"


def standing(clause: Judged) -> tuple[str, ...]:
    """Return what else stands beside a verdict: severity, advisory, waived, weaker, signs of masking."""
    signs = any(one.found for one in clause.masking)
    extra = [
        (clause.advisory, "advisory"),
        (clause.waived, "waived"),
        (clause.weaker, "weaker than before"),
        (signs, "signs of masking"),
    ]
    return (clause.severity, *(word for there, word in extra if there))


def cost(clause: Judged) -> str:
    """Return what a clause cost: queries and passes."""
    parts = [(clause.queries, "queries"), (clause.forwards, "forward passes"), (clause.backwards, "gradient passes")]
    told = ", ".join(f"{number(count)} {name}" for count, name in parts if count) or "no queries to attack with"
    return f"{told}; {clause.spent} for all answers" if clause.spent else told


def steps(dossier: Dossier) -> tuple[tuple[str, str], ...]:
    """Return what to do now: a sentence, and what to type (empty if there is nothing to type)."""
    found = [*_mending(dossier)]
    order = sorted(dossier.clauses, key=lambda clause: clause.verdict != "breached")
    worst = next((one.command for clause in order for one in clause.examples if one.command), "")
    if worst:
        found.append(("Look at the worst case, as it was and as it was changed.", worst))
    if dossier.again:
        found.append(("Run this trial again and compare every byte with the record.", dossier.again))
    if dossier.decision == "deploy":
        found.append(
            (
                "Hand the evidence to whoever must believe it.",
                f"seatrial export evidence.tar{_named(dossier, '--charter')}",
            )
        )
    return tuple(found)


def _named(dossier: Dossier, option: str = "") -> str:
    """Return the charter as a command names it that is typed beside it; empty if it is the usual one."""
    name = dossier.charter_file.rpartition("/")[2]
    return "" if name == "charter.yaml" else f"{f' {option}' if option else ''} {quote(name)}"


def _mending(dossier: Dossier) -> Iterator[tuple[str, str]]:
    place = {name: at for at, (name, _) in enumerate(dossier.first)}
    lacking = [clause for clause in dossier.clauses if clause.verdict != "held" and not clause.waived]
    lacking.sort(key=lambda clause: place.get(clause.name, len(place)))
    if dossier.first:
        name, why = dossier.first[0]
        yield f"Begin with {name}: by a rule of thumb it takes most risk away for its cost ({why}).", ""
    again = f"seatrial gate{_named(dossier)} --again"
    for clause in lacking:
        if clause.verdict == "breached":
            yield from _answering(dossier, clause)
    for clause in dossier.clauses:
        if clause.weaker and not clause.waived:
            said = f"--until DAY --reason WHY --key FILE{_named(dossier, '--charter')}"
            what = f"Ask of {clause.name} what was asked before, or have the weaker clause waived and judge again."
            yield what, f"seatrial waive {quote(clause.name)} {said}"
    if any(clause.verdict == "unproven" and not clause.advisory for clause in lacking):
        yield "Open more cases, where the clauses below say that these would settle it.", again
    if any(clause.finding for clause in lacking):
        listing = f"seatrial finding list{_named(dossier, '--charter')} --rank"
        yield "See who answers for what is not held, until when, and what to do first.", listing
    if any(clause.verdict == "untried" for clause in lacking):
        yield "Find out why a clause could not be tried: it says so below. Nothing untried is ever a pass.", ""


def _answering(dossier: Dossier, clause: Judged) -> Iterator[tuple[str, str]]:
    """Yield what the playbook of a clause that is breached says to do."""
    told = playbook(dossier, clause)
    if not told:
        yield f"Mend {clause.name}: the charter names no remedy for it.", ""
    elif len(told) == 1 and clause.remedy:
        what = f"Mend {clause.name} with the remedy that the charter names, {clause.remedy}; then gate the result."
        yield what, told[0][1]
    else:
        for at, (what, command) in enumerate(told, 1):
            yield f"{clause.name}, step {at} of its playbook: {what}.", command


def playbook(dossier: Dossier, clause: Judged) -> tuple[tuple[str, str], ...]:
    """Return each step of a clause's playbook: in words, and what to type (empty if there is nothing to type)."""
    return tuple((str(step), _command(dossier, clause, at)) for at, step in enumerate(clause.steps, 1))


def _command(dossier: Dossier, clause: Judged, at: int) -> str:
    """Return what to type for a step: what does it, or what records that it was done."""
    step, charter = clause.steps[at - 1], _named(dossier, "--charter")
    if step.action == "harden" and not any(one.action == "harden" for one in clause.steps[: at - 1]):
        weights = f" --weights {quote(dossier.weights)}" if dossier.weights else ""
        return f"seatrial harden{_named(dossier)} --clause {quote(clause.name)}{weights}"
    if not clause.finding:
        return ""
    if step.action == "escalate":
        within = f" --within {brief(step.within)}" if step.within else ""
        return f"seatrial finding assign {quote(clause.finding)} --to {quote(step.what)}{within}{charter}"
    return f"seatrial finding step {quote(clause.finding)} {at} --evidence FILE{charter}"


def named(tried: Tried, before: Tried | None) -> tuple[str, str]:
    """Return the name and the detail of a stage; where its title is that of the stage before, only what differs."""
    if before is None or tried.title != before.title:
        return tried.title, weapon(tried)
    return f"The same, {tried.threat if tried.threat != before.threat else tried.adversary}", ""


def weapon(tried: Tried) -> str:
    """Return an adversary and its threat: `evasion.pgd · Linf, eps 0.2`."""
    return f"{tried.adversary} · {tried.threat}" if tried.threat else tried.adversary


def masked(clause: Judged) -> tuple[str, ...]:
    """Return a line for each sign that the model hides its weakness, with its figures, and what was switched on."""
    signs = tuple(_sign(one) for one in clause.masking if one.found)
    return (*signs, switched(clause)) if signs else ()


def switched(clause: Judged) -> str:
    """Return what signs of masking had switched on, each answer once; empty if there are no signs."""
    found = [one for one in clause.masking if one.found]
    answers = " ".join(dict.fromkeys(one.answer for one in found if one.answer))
    return f"Because of it: {answers or 'nothing was switched on.'}" if found else ""


def unmasked(clause: Judged) -> str:
    """Return in words how many questions about masking were asked, if none of them found a sign; else an empty text."""
    asked = [one for one in clause.masking if one.cases]
    if not asked or any(one.found for one in asked):
        return ""
    return f"{len(asked)} questions were asked about hidden gradients, and none found a sign of them."


def _sign(one: Finding) -> str:
    figures = f"{one.name}: {one.figure:.3g}, counts above {one.limit:.3g}, {cases(one.cases)} probed"
    return " ".join(part for part in (one.said, f"({figures}.)") if part)
