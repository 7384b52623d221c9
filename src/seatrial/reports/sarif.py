"""The report as SARIF 2.1.0 (errata 01), for code scanning: an annotation on the line of the promise that broke.

One result per clause and scenario that broke it, located at the criterion in the charter.  A result's fingerprint
is made of system, clause and scenario, so it is the same alert from run to run whatever the numbers do.  Waived
findings are there as accepted suppressions, never left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any
from urllib.parse import quote

from seatrial.records.card import Card
from seatrial.reports import wording
from seatrial.reports.findings import OWN, Finding, findings
from seatrial.reports.reporter import Dossier, Reporter
from seatrial.reports.wording import visible

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
ROOT = "%SRCROOT%"
LONGEST = 3000
"""Characters of one message."""
TAGS = 20
"""Tags that GitHub takes for one rule."""
SEVERITY = {"critical": "9.5", "major": "8.0", "minor": "5.0"}
"""Severity of a clause -> what GitHub sorts by: critical from 9, high from 7, medium from 4, low below."""
ADVISORY = "2.0"
TAXONOMIES = {
    "atlas": ("MITRE ATLAS", "MITRE", "https://atlas.mitre.org/"),
    "nist": ("NIST AI 100-2", "NIST", "https://csrc.nist.gov/pubs/ai/100/2/e2025/final"),
    "owasp": ("OWASP Top 10 for LLM Applications", "OWASP", "https://genai.owasp.org/llm-top-10/"),
    "avid": ("AVID", "AI Vulnerability Database", "https://avidml.org/"),
}
"""Scheme of a tag -> its name, who keeps it, where it is published."""
_LEVELS = ("note", "warning", "error")


@dataclass(frozen=True, slots=True)
class Sarif:
    """Renders a dossier as SARIF 2.1.0."""

    def render(self, dossier: Dossier, /) -> bytes:
        """Return the log, UTF-8, with one run."""
        value = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(dossier)]}
        return json.dumps(_cleaned(value), ensure_ascii=False, indent=1, allow_nan=False).encode("utf-8") + b"\n"


def _run(dossier: Dossier) -> dict[str, Any]:
    found = findings(dossier)
    rules = {rule: [one for one in found if one.rule == rule] for rule in dict.fromkeys(one.rule for one in found)}
    taxonomies = _taxonomies(found)
    order = list(taxonomies)
    driver: dict[str, Any] = {
        "name": "seatrial",
        "version": version("seatrial"),
        "informationUri": "https://github.com/seatrial/seatrial",
        "rules": [_rule(rule, ones, order) for rule, ones in rules.items()],
    }
    if order:
        driver["supportedTaxonomies"] = [
            {"name": TAXONOMIES[scheme][0], "index": at} for at, scheme in enumerate(order)
        ]
    run: dict[str, Any] = {
        "tool": {"driver": driver},
        "automationDetails": _automation(dossier),
        "invocations": [_invocation(dossier)],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository, or the charter's folder."}}},
        "artifacts": [{"location": _place(dossier), "roles": ["analysisTarget"]}],
        "results": [_result(dossier, one, list(rules).index(one.rule)) for one in found],
        "columnKind": "unicodeCodePoints",
        "properties": _properties(dossier),
    }
    if order:
        run["taxonomies"] = list(taxonomies.values())
    return run


def _automation(dossier: Dossier) -> dict[str, Any]:
    """Return what run this is: GitHub takes all before the last slash as the category, one per system and kind."""
    kind = "rehearsal" if dossier.rehearsal else "gate"
    about = f"{'Rehearsal' if dossier.rehearsal else 'Gate'} of {dossier.system} {dossier.release}"
    return {"id": f"seatrial/{dossier.system}/{kind}/{dossier.attempt}", "description": {"text": about}}


def _invocation(dossier: Dossier) -> dict[str, Any]:
    untried = [clause for clause in dossier.clauses if clause.verdict == "untried"]
    missed = [name for name, outcome in dossier.controls.items() if outcome != "found"]
    told = [f"{clause.name} was not tried: {clause.settle or 'there is no data'}" for clause in untried]
    told += [f"The planted flaw {name} was {dossier.controls[name]}." for name in missed]
    said: dict[str, Any] = {
        "executionSuccessful": not untried,
        "exitCode": dossier.exit_code,
        "exitCodeDescription": dossier.sentence,
        "toolExecutionNotifications": [
            *({"level": "error", "message": {"text": one}} for one in told),
            *({"level": "note", "message": {"text": one}} for one in wording.notes(dossier)),
        ],
    }
    said |= {"startTimeUtc": dossier.started} if dossier.started else {}
    return said | ({"endTimeUtc": dossier.ended} if dossier.ended else {})


def _place(dossier: Dossier) -> dict[str, Any]:
    return {"uri": quote(dossier.charter_file.encode("utf-8", "backslashreplace")), "uriBaseId": ROOT}


def _result(dossier: Dossier, one: Finding, rule: int) -> dict[str, Any]:
    clause, mark = one.clause, one.fingerprint(dossier.system)
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": rule,
        "kind": "fail",
        "level": one.level,
        "message": {"text": _message(dossier, one)},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {**_place(dossier), "index": 0},
                    "region": {"startLine": dossier.lines.get(clause.name, 1)},
                },
                "logicalLocations": [{"name": clause.name, "fullyQualifiedName": f"clauses.{clause.name}.require"}],
            }
        ],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark[:16]}:1", "seatrial/v1": mark},
        "properties": {
            "clause": clause.name,
            "verdict": clause.verdict,
            "severity": clause.severity,
            "cases": clause.n,
            "held": clause.held,
            "unknown": clause.unknown,
            "broke": sum(tried.broke for tried in one.tried),
        },
    }
    if clause.waived:
        why = clause.waiver or "a waiver in the evidence log covers this clause"
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _message(dossier: Dossier, one: Finding) -> str:
    clause = one.clause
    shown = [example for example in clause.examples if example.command and (not one.tried or _shows(one, example))]
    other = clause.name not in dossier.lines
    parts = (
        (True, one.says),
        (clause.because, f"Why it is asked: {clause.because}."),
        (clause.verdict == "unproven" and clause.settle, f"What settles it: {clause.settle}."),
        (clause.steps, f"The charter's playbook: {_playbook(dossier, clause)}."),
        (shown, f"The worst case: `{shown[0].command if shown else ''}`"),
        (other, "The charter in this tree is not the one that was judged."),
    )
    return " ".join(part for there, part in parts if there)


def _playbook(dossier: Dossier, clause: Any) -> str:
    """Return the steps of a playbook on one line, each with what to type."""
    told = enumerate(wording.playbook(dossier, clause), 1)
    return "; ".join(f"{at}. {what}{f' (`{command}`)' if command else ''}" for at, (what, command) in told)


def _shows(one: Finding, example: Any) -> bool:
    return any(tried.scenario == example.scenario for tried in one.tried)


def _rule(rule: str, found: Sequence[Finding], order: Sequence[str]) -> dict[str, Any]:
    title, says, helps, tags = _about(rule, found)
    level = max((one.level for one in found), key=_LEVELS.index)
    secure = any(tag.partition(":")[0] in TAXONOMIES for tag in tags)
    shown = ["security", "machine-learning", *tags] if secure else ["machine-learning", *tags]
    properties: dict[str, Any] = {"tags": shown[:TAGS], "precision": "very-high"}
    if secure:
        properties["security-severity"] = max(map(_severity, found), key=float)
    else:
        properties["problem.severity"] = {"error": "error", "warning": "warning", "note": "recommendation"}[level]
    made: dict[str, Any] = {
        "id": rule,
        "name": "".join(part.capitalize() for part in rule.replace("/", "-").replace("_", "-").split("-")),
        "shortDescription": {"text": title},
        "fullDescription": {"text": says},
        "help": {"text": f"{says} {helps}", "markdown": f"**{title}**\n\n{says}\n\n{helps}"},
        "defaultConfiguration": {"level": level},
        "properties": properties,
    }
    linked = [(tag.partition(":")[0], tag.partition(":")[2]) for tag in tags if tag.partition(":")[0] in order]
    if linked:
        made["relationships"] = [
            {
                "target": {
                    "id": name,
                    "toolComponent": {"name": TAXONOMIES[scheme][0], "index": list(order).index(scheme)},
                },
                "kinds": ["relevant"],
            }
            for scheme, name in linked
        ]
    return made


def _about(rule: str, found: Sequence[Finding]) -> tuple[str, str, str, tuple[str, ...]]:
    """Return the title of a rule, what it says, what helps, and its tags."""
    if not found[0].tried:
        return (*OWN[rule], ())
    first = found[0].tried[0]
    helps = f"Known to help: {'; '.join(first.defences)}." if first.defences else "The catalog names no remedy."
    return first.title, first.objective or first.title, helps, tuple(sorted(set(first.tags)))


def _severity(one: Finding) -> str:
    return ADVISORY if one.clause.advisory else SEVERITY.get(one.clause.severity, ADVISORY)


def _taxonomies(found: Sequence[Finding]) -> dict[str, dict[str, Any]]:
    """Return the taxonomies that the rules point into, with the entries that are named."""
    named: dict[str, set[str]] = {}
    for tag in (tag for one in found for tried in one.tried for tag in tried.tags):
        scheme, _, name = tag.partition(":")
        if scheme in TAXONOMIES and name:
            named.setdefault(scheme, set()).add(name)
    return {
        scheme: {
            "name": TAXONOMIES[scheme][0],
            "organization": TAXONOMIES[scheme][1],
            "informationUri": TAXONOMIES[scheme][2],
            "shortDescription": {"text": TAXONOMIES[scheme][0]},
            "isComprehensive": False,
            "taxa": [{"id": name} for name in sorted(names)],
        }
        for scheme, names in sorted(named.items())
    }


def _properties(dossier: Dossier) -> Mapping[str, Any]:
    return {
        "decision": dossier.decision,
        "rehearsal": dossier.rehearsal,
        "attempt": dossier.attempt,
        "confidence": dossier.confidence,
        "attemptConfidence": dossier.attempt_confidence,
        "digests": dict(dossier.digests),
        "log": dict(dossier.log),
    }


def _cleaned(value: Any) -> Any:
    """Return the same with every text visible, and no longer than a reader takes."""
    if isinstance(value, dict):
        return {_cleaned(name): _cleaned(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_cleaned(part) for part in value]
    if not isinstance(value, str):
        return value
    shown = visible(value)
    return shown if len(shown) <= LONGEST else f"{shown[:LONGEST]} ..."


CARD: Card[Reporter] = Card(make=Sarif, title="SARIF 2.1.0 for code scanning")
