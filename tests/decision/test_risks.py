"""The register of risks: scores, verdicts, the worst first."""

import pytest

from seatrial.decision.risks import risks, seen
from seatrial.proof.fields import IMPACTS, LIKELIHOODS
from seatrial.proof.people import Words
from seatrial.proof.statement import Statement
from seatrial.proof.trust import Trust

PLAIN = {
    "id": "R-1",
    "title": "t",
    "exploit": "e",
    "likelihood": "possible",
    "impact": "moderate",
    "owner": "ada",
    "treatment": "mitigate",
    "residual": "",
    "status": "open",
    "scenarios": ["a/b"],
    "clauses": [],
    "findings": [],
    "review": "",
    "note": "",
    "by": "ada",
    "at": 1,
}


def register(*changes: dict[str, object]):
    said = [Statement("risk-entry", "", PLAIN | change) for change in changes]
    return risks(Words(said, lambda seq: {"ada"} if seq else set(), str, Trust("o", b"", "")))


@pytest.mark.parametrize(
    ("likelihood", "impact", "score", "band"),
    [(0, 0, 1, "low"), (3, 0, 4, "low"), (4, 0, 5, "medium"), (2, 2, 9, "medium"), (1, 4, 10, "high"),
     (3, 3, 16, "high"), (4, 3, 20, "extreme"), (4, 4, 25, "extreme")],
)  # fmt: skip
def test_a_score_is_likelihood_times_impact(likelihood, impact, score, band) -> None:
    (one,) = register({"likelihood": LIKELIHOODS[likelihood], "impact": IMPACTS[impact]})
    assert (one.score, one.band) == (score, band)


def test_the_last_word_counts_and_the_others_are_kept() -> None:
    (one,) = register({}, {"impact": "severe", "note": "a child was near"}, {"status": "closed", "impact": "severe"})
    assert (one.impact, one.status) == ("severe", "closed")
    assert [(c.entry, c.changed, c.signed) for c in one.changes] == [
        (0, (), False),
        (1, ("impact",), True),
        (2, ("status",), True),
    ]


@pytest.mark.parametrize(
    ("links", "verdict", "untried"),
    [
        ({"scenarios": ["a/b"]}, "held", ()),
        ({"scenarios": ["a/b@7"]}, "held", ()),
        ({"scenarios": ["a/b", "c/d"]}, "breached", ()),
        ({"scenarios": ["a/b", "x/y"]}, "untried", ("x/y",)),
        ({"scenarios": ["c/d", "x/y"]}, "breached", ("x/y",)),
        ({"scenarios": [], "clauses": ["near"]}, "held", ()),
        ({"scenarios": [], "clauses": ["gone"]}, "untried", ("gone",)),
        ({"scenarios": []}, "untried", ()),
        ({"scenarios": ["e/f"]}, "untried", ("e/f",)),
    ],
)
def test_a_risk_is_as_the_worst_clause_that_tries_it(links, verdict, untried) -> None:
    clauses = {"near": ("held", ["a/b@1"]), "far": ("breached", ["c/d@2"]), "odd": ("untried", ["e/f@1"])}
    (one,) = seen(register(links), clauses)
    assert (one.verdict, one.untried) == (verdict, untried)


def test_the_worst_stands_first_and_what_is_closed_last() -> None:
    severe = {"impact": "severe"}
    every = register(
        {"id": "held"} | severe,
        {"id": "closed", "status": "closed", "likelihood": "almost certain"} | severe,
        {"id": "small", "scenarios": ["c/d"]},
        {"id": "broken", "scenarios": ["c/d"]} | severe,
    )
    order = seen(every, {"near": ("held", ["a/b@1"]), "far": ("breached", ["c/d@2"])})
    assert [one.risk.id for one in order] == ["broken", "held", "small", "closed"]


def test_a_day_that_is_over_is_said_of_open_risks_only() -> None:
    still, closed = register({"review": "2027-03-01"}, {"id": "R-2", "review": "2027-03-01", "status": "closed"})
    assert (still.overdue("2027-03-01"), still.overdue("2027-03-02"), closed.overdue("2027-03-02")) == (
        False,
        True,
        False,
    )
