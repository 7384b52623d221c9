"""The report as GitHub Markdown, for a comment on a pull request or the summary of a job.

The verdict first, a table of clauses, what changed, then what folds away.  GitHub takes 65,536 characters: whatever
does not fit any more is left out whole and named, so that the page is never cut in the middle of anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from seatrial.decision.decision import WORST_FIRST
from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.corruptions import Errors, errors
from seatrial.reports.escape import block, code, markup, prose
from seatrial.reports.figures import figures, interval
from seatrial.reports.reporter import Comparison, Dossier, Example, Judged, Reporter, changes

MOST = 65_000
"""Bytes of the page; the limit is in characters, of which there are never more."""
MARKS = {"held": "✅", "breached": "❌", "unproven": "❔", "untried": "⛔", "deploy": "✅", "hold": "⏸️", "reject": "❌"}
"""A mark always stands beside its word."""
_WOULD = {"deploy": "every clause would be held", "hold": "not settled", "reject": "would be rejected"}
_SHOWN = 2
"""Cases shown for a clause."""


@dataclass(frozen=True, slots=True)
class Markdown:
    """Renders a dossier as GitHub Markdown."""

    most: int = MOST
    """Bytes that the page may have."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the page in UTF-8; its first line is a comment by which a bot finds its own page again."""
        parts = [*_head(dossier), *_table(dossier, self.most // 2)]
        left = self.most - sum(_size(part) for part in parts) - 400
        dropped = []
        for name, part in _sections(dossier):
            if _size(part) <= left:
                parts.append(part)
                left -= _size(part)
            else:
                dropped.append(name)
        if dropped:
            named = f"{', '.join(dropped[:3])}{f' and {len(dropped) - 3} more' if len(dropped) > 3 else ''}"
            parts.append(f"_Left out because the page would be too long: {prose(named, 200)}. The HTML report has it._")
        return ("\n\n".join(parts) + "\n").encode("utf-8")


def marker(dossier: Dossier) -> str:
    """Return the comment that a page begins with: the same for every page about one system of one kind."""
    kind = "rehearsal" if dossier.rehearsal else "gate"
    name = "".join(c if c.isascii() and (c.isalnum() or c in "._") else "-" for c in dossier.system)
    return f"<!-- seatrial:{kind}:{name[:100]} -->"


def _size(part: str) -> int:
    return len(part.encode("utf-8")) + 2


def _head(dossier: Dossier) -> Iterator[str]:
    yield marker(dossier)
    subject = f"{prose(dossier.system, 100)} {prose(dossier.release, 100)}"
    word = f"Rehearsal: {_WOULD[dossier.decision]}" if dossier.rehearsal else dossier.decision.capitalize()
    yield f"## {MARKS[dossier.decision]} {word} · {subject}"
    yield f"**{prose(dossier.sentence, 1000)}**"
    for name, sentence in wording.warnings(dossier):
        yield f"> ⚠️ **{prose(name)}.** {prose(sentence, 600)}"


def _table(dossier: Dossier, room: int) -> Iterator[str]:
    """Yield the table of clauses: in the order of the charter, or, if it is too long, the worst first."""
    sure = interval(dossier.confidence)
    rows = [
        "| | clause | asked | measured | interval | broke it |",
        "|---|---|---|---|---|---|",
    ]
    lines = [(clause, _row(clause)) for clause in dossier.clauses]
    left = room - sum(_size(row) for row in rows)
    if sum(_size(row) for _, row in lines) > left:
        lines.sort(key=lambda one: WORST_FIRST.index(one[0].verdict))
    for _, row in lines:
        if (left := left - _size(row)) < 0:
            break
        rows.append(row)
    yield "\n".join(rows)
    if len(rows) - 2 < len(lines):
        yield f"_{len(lines) - len(rows) + 2:,} more clauses are left out for length; the worst stand first._"
    tested = wording.sure(dossier.attempt_confidence)
    which = "judged as a first attempt would be" if dossier.rehearsal else f"attempt {dossier.attempt}"
    yield f"<sub>Intervals are two-sided at {sure} %; the verdict is the one-sided bound at {tested} %, {which}.</sub>"


def _row(clause: Judged) -> str:
    numbers = figures(clause)
    asked = code(clause.require, 80, table=True)
    measured = ends = "-"
    if numbers is not None:
        counts = prose(numbers.counted(clause.held, clause.n), 80)
        measured = f"{numbers.measured}<br>{counts}" if numbers.measured else f"{clause.n:,} cases"
        ends = f"{numbers.floor or '…'} to {numbers.ceiling or '…'}"
    standing = ", ".join(word for word in wording.standing(clause) if word != "major")
    name = f"**{prose(clause.name, 80)}**" + (f"<br>{prose(standing, 80)}" if standing else "")
    verdict = f"{MARKS[clause.verdict]} {clause.verdict}"
    return f"| {verdict} | {name} | {asked} | {measured} | {ends} | {_broke(clause)} |"


def _broke(clause: Judged) -> str:
    counts = [(tried.broke, prose(tried.title, 60)) for tried in clause.tried]
    counts += [(clause.wrong, "wrong before any attack"), (clause.unknown, "no clear answer")]
    worst = sorted((one for one in counts if one[0]), key=lambda one: -one[0])
    told = [f"{count:,} · {what}" for count, what in worst[:3]]
    return "<br>".join([*told, *(["…"] if len(worst) > 3 else [])]) or "-"


def _sections(dossier: Dossier) -> Iterator[tuple[str, str]]:
    """Yield what folds away or is left out, the most wanted first: a name, and the text."""
    for name, told in changes(dossier):
        title = "the last deploy" if name == "live" else "the previous decision"
        yield f"what changed since {title}", _changed(told, title)
    for clause in sorted(dossier.clauses, key=lambda one: WORST_FIRST.index(one.verdict)):
        if clause.verdict != "held" or clause.waiver:
            yield clause.name, _clause(dossier, clause)
    for clause in dossier.clauses:
        if signs := wording.masked(clause):
            lines = "\n".join(f"* {prose(line, 600)}" for line in signs)
            yield f"signs of masking in {clause.name}", _folded(f"Signs of masking: {clause.name}", lines)
    if (found := errors(dossier)) is not None:
        yield "errors by corruption and severity", _corruptions(found)
    if dossier.risks or dossier.untouched:
        yield "risks that this release touches", _risks(dossier)
    yield "digests, evidence and environment", _record(dossier)
    if dossier.not_tried:
        rows = [f"* {prose(what)}" for what in dossier.not_tried]
        yield "what was not tried", _folded("What was not tried", "\n".join(rows))
    means = "A pass means that it held against what is named here, at that strength, on cases like these; no more."
    yield "what a pass means", f"<sub>{means}</sub>"


def _corruptions(found: Errors) -> str:
    lines = ["| corruption | untouched | 1 | 2 | 3 | 4 | 5 | mean |", "|---|--:|--:|--:|--:|--:|--:|--:|"]
    for one in found.types:
        cells = (prose(one.title, 80), one.clean or "-", *(error or "-" for error in one.errors), one.said)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n\n".join((f"**Mean corruption error: {found.said}**", "\n".join(lines), f"<sub>{found.note}</sub>"))


def _risks(dossier: Dossier) -> str:
    lines = [
        "| risk | score | owner | treatment | this decision says | left | review |",
        "|---|--:|---|---|---|---|---|",
    ]
    for one in dossier.risks:
        texts = (one.owner, one.treatment, one.says, one.residual or "-", one.review or "-")
        name, cells = f"**{prose(one.id, 80)}** {prose(one.title, 200)}", [prose(text, 200) for text in texts]
        lines.append(f"| {' | '.join((name, f'{one.score} {one.band}', *cells))} |")
    more = f"{dossier.untouched} open risks of the register are tried by no clause of this decision."
    parts = ("### Risks that this release touches", "\n".join(lines) if dossier.risks else "")
    return "\n\n".join(part for part in (*parts, f"<sub>{more}</sub>" if dossier.untouched else "") if part)


def _changed(compared: Comparison, title: str) -> str:
    rows = [f"### Since {title}: {prose(compared.before, 100)}", prose(compared.sentence, 1000)]
    moved = [one for one in compared.clauses if one.change != "same"]
    told = [f"* **{prose(one.name, 80)}** {one.change}: {prose('; '.join(one.said), 600)}" for one in moved]
    rows += ["\n".join(told[:20])] if told else []
    if len(told) > 20:
        rows.append(f"_and {len(told) - 20} more_")
    return "\n\n".join(rows)


def _clause(dossier: Dossier, clause: Judged) -> str:
    parts = [prose(clause.because, 600)]
    stages = [
        f"* {prose(one.title, 200)} ({code(wording.weapon(one), 200)}): broke {wording.cases(one.broke)}"
        for one in clause.tried
    ]
    parts.append("\n".join(stages))
    said = (("Waived", clause.waiver), ("What settles it", clause.settle), ("Finding", clause.finding))
    parts += [f"{name}: {prose(text, 800)}" for name, text in said if text]
    parts.append(_playbook(dossier, clause))
    if clause.name in dossier.lines:
        parts.append(f"At {code(f'{dossier.charter_file}:{dossier.lines[clause.name]}')}")
    for at, example in enumerate(clause.examples[:_SHOWN], 1):
        parts.append(_example(at, example))
    return _folded(f"{clause.name}: {clause.verdict}", "\n\n".join(part for part in parts if part))


def _playbook(dossier: Dossier, clause: Judged) -> str:
    """Return the steps of a clause's playbook, each with what to type; empty if there are none."""
    lines = [
        f"{at}. {prose(what, 400)}{f': {code(command, 400)}' if command else ''}"
        for at, (what, command) in enumerate(wording.playbook(dossier, clause), 1)
    ]
    return "\n".join(["What the charter says to do:", "", *lines]) if lines else ""


def _example(at: int, example: Example) -> str:
    """Return one broken case; what a model said is shown as code, so that it says nothing to GitHub."""
    before = f" {code(example.before, 200)} before," if example.before else ""
    size = f", {prose(example.distance, 80)}" if example.distance else ""
    answers = f"{before} {code(example.after, 200)} after"
    truth = f"; true is {code(example.label, 100)}" if example.label else ""
    head = f"Worst case {at}, {code(example.case[:12])}: the model said{answers}{truth}{size}."
    shown = [head]
    if isinstance(example.perturbed, str):
        shown.append(block(example.perturbed, 800))
    if example.command:
        shown.append(f"```console\n$ {_typed(example.command)}\n```")
    return "\n\n".join(shown)


def _typed(command: str) -> str:
    """Return a command on one line, unable to close the fence around it."""
    return " ".join(wording.visible(command).split()).replace("```", "'''")[:600]


def _record(dossier: Dossier) -> str:
    rows = ["| | |", "|---|---|"]
    groups: Sequence[tuple[str, object]] = [
        *dossier.digests.items(),
        *((f"log {name}", value) for name, value in dossier.log.items()),
        *((f"control {name}", value) for name, value in dossier.controls.items()),
        *dossier.environment.items(),
        ("started", dossier.started),
        ("ended", dossier.ended),
    ]
    rows += [f"| {prose(str(name), 80)} | {code(str(value), 160, table=True)} |" for name, value in groups if value]
    notes = "\n".join(f"* {prose(note, 600)}" for note in wording.notes(dossier))
    sure = "" if dossier.rehearsal else prose(wording.confidence(dossier), 1200)
    check = f"Run again: {code(dossier.again)}" if dossier.again else ""
    parts = ["\n".join(rows), notes, sure, check]
    return _folded("Digests, evidence and environment", "\n\n".join(part for part in parts if part))


def _folded(title: str, body: str) -> str:
    return f"<details><summary>{markup(title, 200)}</summary>\n\n{body}\n\n</details>"


CARD: Card[Reporter] = Card(make=Markdown, title="Markdown for a pull request")
