"""The report as JUnit XML, which every CI server reads: a clause is a test case.

The dialect is `xunit2`, which pytest writes too: `junit-10.xsd` of the Jenkins xUnit plugin.  Breached is a
failure, untried an error; unproven, and whatever is waived, advisory or asks less than before, is skipped with its
reason, because no dialect of JUnit has a word for "not proven".  `time` is seconds on one core.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.figures import figures, interval
from seatrial.reports.reporter import Dossier, Judged, Reporter
from seatrial.reports.texts import shortened
from seatrial.reports.wording import visible

LONGEST = 4000
"""Characters of one text; the rest is left out."""
_KINDS = {"breached": "failure", "untried": "error", "unproven": "skipped"}


@dataclass(frozen=True, slots=True)
class Junit:
    """Renders a dossier as JUnit XML."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the document in UTF-8; no character is in it that XML 1.0 does not allow."""
        cases = [_case(dossier, clause) for clause in dossier.clauses] + list(_held_back(dossier))
        counts = {
            "tests": len(cases),
            "failures": _count(cases, "failure"),
            "errors": _count(cases, "error"),
            "skipped": _count(cases, "skipped"),
        }
        shown = {name: str(count) for name, count in counts.items()}
        time = f"{sum(clause.seconds for clause in dossier.clauses):.3f}"
        top = ET.Element("testsuites", {"name": "seatrial", "time": time, **shown})
        del top.attrib["skipped"]
        about = {"name": _suite(dossier), **shown, "time": time, "package": dossier.system, "id": "0"}
        about |= {"timestamp": dossier.started} if dossier.started else {}
        suite = ET.SubElement(top, "testsuite", {name: text(value) for name, value in about.items()})
        suite.set("file", text(dossier.charter_file))
        suite.append(_properties(dossier))
        suite.extend(cases)
        ET.SubElement(suite, "system-out").text = text(dossier.sentence)
        ET.indent(top)
        return b"%s\n" % ET.tostring(top, encoding="utf-8", xml_declaration=True)


def text(value: str) -> str:
    """Return a text that XML 1.0 can hold, and that hides nothing: what it cannot hold is spelled `<U+0000>`."""
    shown = "".join(f"<U+{ord(c):04X}>" if c in "\ufffe\uffff" else c for c in visible(value))
    return shortened(shown, LONGEST)


def _suite(dossier: Dossier) -> str:
    return f"{dossier.system} {dossier.release}{' (rehearsal)' if dossier.rehearsal else ''}"


def _count(cases: list[ET.Element], kind: str) -> int:
    return sum(case.find(kind) is not None for case in cases)


def _properties(dossier: Dossier) -> ET.Element:
    said = {
        "decision": dossier.decision,
        "rehearsal": str(dossier.rehearsal).lower(),
        "exit_code": str(dossier.exit_code),
        "attempt": str(dossier.attempt),
        "confidence": wording.sure(dossier.confidence),
        "attempt_confidence": wording.sure(dossier.attempt_confidence),
        **{f"digest.{name}": value for name, value in dossier.digests.items()},
        **{f"log.{name}": value for name, value in dossier.log.items()},
        **{f"control.{name}": value for name, value in dossier.controls.items()},
        **{f"environment.{name}": value for name, value in dossier.environment.items() if value},
    }
    block = ET.Element("properties")
    for name, value in said.items():
        ET.SubElement(block, "property", {"name": text(f"seatrial.{name}"), "value": text(value)})
    return block


def _case(dossier: Dossier, clause: Judged) -> ET.Element:
    about = {"classname": dossier.system, "name": clause.name, "time": f"{clause.seconds:.3f}"}
    case = ET.Element("testcase", {name: text(value) for name, value in about.items()})
    kind, message = _outcome(clause)
    if kind:
        found = ET.SubElement(case, kind, {"type": text(clause.verdict), "message": text(message)})
        found.text = text("\n".join(_told(dossier, clause)))
    else:
        ET.SubElement(case, "system-out").text = text("\n".join(_told(dossier, clause)))
    return case


def _outcome(clause: Judged) -> tuple[str, str]:
    """Return the element of a clause and its message; an empty one if it simply passes."""
    seen = f"{clause.name} is {clause.verdict}: {counted(clause)}, asked is {clause.require}"
    if clause.waived and (clause.verdict != "held" or clause.weaker):
        return "skipped", f"waived; {seen}"
    if clause.verdict == "held":
        return (
            ("skipped", f"it asks less than before, and nobody has waived that; {seen}") if clause.weaker else ("", "")
        )
    return ("skipped", f"advisory, it blocks nothing; {seen}") if clause.advisory else (_KINDS[clause.verdict], seen)


def counted(clause: Judged) -> str:
    """Return the counts of a clause in words: `385 of 900 held, 2 unknown`."""
    numbers = figures(clause)
    if numbers is None:
        return "no number to believe"
    unknown = f", {clause.unknown:,} unknown" if clause.unknown else ""
    return f"{numbers.counted(clause.held, clause.n)}{unknown}" if numbers.measured else f"{clause.n:,} cases{unknown}"


def _held_back(dossier: Dossier) -> Iterator[ET.Element]:
    """Yield a case for what holds a model back and is no clause's own fault, such as a clause that is gone."""
    if dossier.decision == "deploy" or any(_outcome(clause)[0] for clause in dossier.clauses):
        return
    case = ET.Element("testcase", {"classname": text(dossier.system), "name": "(decision)", "time": "0.000"})
    ET.SubElement(case, "skipped", {"type": text(dossier.decision), "message": text(dossier.sentence)})
    yield case


def _told(dossier: Dossier, clause: Judged) -> Iterator[str]:
    """Yield what is to be said of a clause, a line each."""
    yield clause.because
    yield f"asked: {clause.require} ({', '.join(wording.standing(clause))})"
    numbers = figures(clause)
    if numbers is not None:
        if numbers.measured:
            yield f"measured: {numbers.measured}, {counted(clause)}"
        yield f"interval: {numbers.floor or '...'} to {numbers.ceiling or '...'} ({interval(dossier.confidence)} %)"
        if numbers.bound:
            yield f"bound at this attempt's {wording.sure(dossier.attempt_confidence)} %: {numbers.bound}"
    for tried in clause.tried:
        yield f"broke {wording.cases(tried.broke)}: {tried.title} ({wording.weapon(tried)})"
    if clause.wrong:
        yield f"{wording.cases(clause.wrong)} wrong before any attack"
    lines = (("waived", clause.waiver), ("next", clause.settle), ("finding", clause.finding))
    yield from (f"{name}: {said}" for name, said in lines if said)
    for at, (what, command) in enumerate(wording.playbook(dossier, clause), 1):
        yield f"step {at}: {what}{f': {command}' if command else ''}"
    if clause.name in dossier.lines:
        yield f"at: {dossier.charter_file}:{dossier.lines[clause.name]}"
    if clause.examples and clause.examples[0].command:
        yield f"reproduce: {clause.examples[0].command}"


CARD: Card[Reporter] = Card(make=Junit, title="JUnit XML for CI servers")
