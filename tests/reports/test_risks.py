"""Risks that a release touches, in the reports that show them."""

import json
import re
from dataclasses import replace

from tests.reports.dossiers import ALL

from seatrial.reports.html import Html
from seatrial.reports.json import Json
from seatrial.reports.markdown import Markdown
from seatrial.reports.reporter import Risk

NASTY = "<script>alert(1)</script> | ![x](http://evil.example/x.png)"
SMALL = Risk("R-2", "lamps", 6, "medium", "ada", "accept", "", "held", "held: near", "")


def touched(*risks: Risk, untouched: int = 0):
    return replace(ALL["reject"](), risks=risks, untouched=untouched)


def test_the_section_stands_where_a_risk_is_open_and_nowhere_else() -> None:
    for reporter in (Html(), Markdown()):
        assert "Risks that this release touches" in reporter.render(touched(SMALL)).decode()
        assert "Risks that this release touches" in reporter.render(touched(untouched=2)).decode()
        assert "Risks that this release touches" not in reporter.render(touched()).decode()
    assert "risks" not in json.loads(Json().render(touched()))


def test_every_risk_is_a_row_with_its_score_and_what_the_decision_says() -> None:
    found = {"verdict": "breached", "says": "breached: far"}
    large = replace(SMALL, id="R-1", title="stickers", score=20, band="extreme", **found)
    page = Html().render(touched(large, SMALL, untouched=1)).decode()
    assert page.index("stickers") < page.index("lamps")
    assert "20 extreme" in page
    assert "1 more risk is open that no clause of this decision tries" in page
    rows = [line for line in Markdown().render(touched(large, SMALL)).decode().splitlines() if "**R" in line]
    assert [row.count("|") for row in rows] == [8, 8]
    told = json.loads(Json().render(touched(large, SMALL, untouched=1)))
    assert [(one["id"], one["score"]) for one in told["risks"]] == [("R-1", 20), ("R-2", 6)]
    assert told["untouched"] == 1


def test_what_people_wrote_is_text_and_nothing_else() -> None:
    bad = Risk(NASTY, NASTY, 25, "extreme", NASTY, "mitigate", NASTY, "breached", f"breached: {NASTY}", NASTY)
    page = Html().render(touched(bad)).decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    markdown = Markdown().render(touched(bad)).decode()
    assert not re.search(r"(?<!\\)<script|(?<!\\)!\[x", markdown)
    (row,) = [line for line in markdown.splitlines() if line.startswith("| **")]
    assert len(re.findall(r"(?<!\\)\|", row)) == 8
