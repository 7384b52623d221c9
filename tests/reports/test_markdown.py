from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from tests.reports import dossiers
from tests.reports.strangers import strange
from tests.reports.test_escape import PAGE

from seatrial import plugins
from seatrial.records.card import Card
from seatrial.reports.markdown import MOST, Markdown, marker
from seatrial.reports.reporter import Comparison, Moved

OURS = ("<details>", "</details>", "<summary>", "</summary>", "<sub>", "</sub>", "<br>", "<code>", "</code>")


def rendered(dossier) -> str:
    return Markdown().render(dossier).decode("utf-8")


def elements(text: str) -> list[str]:
    """All HTML on a page, the marker and what is ours left out."""
    pieces = [child for token in PAGE.parse(text) for child in [token, *(token.children or [])]]
    found = "".join(one.content for one in pieces if one.type in ("html_block", "html_inline"))
    for tag in OURS:
        found = found.replace(tag, "")
    return [part for part in found.split() if "<" in part and not part.startswith("<!--")]


def rows(text: str) -> list[list[str]]:
    table = text.partition("|---|---|---|---|---|---|\n")[2].partition("\n\n")[0]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in table.splitlines()]


def test_it_is_found_by_its_name() -> None:
    card: Card = plugins.find("reports", "markdown")
    assert card.make is Markdown


@pytest.mark.parametrize("name", dossiers.ALL)
def test_the_verdict_comes_first_and_every_clause_has_its_row(name) -> None:
    dossier = dossiers.ALL[name]()
    text = rendered(dossier)
    lines = text.splitlines()
    assert lines[0] == marker(dossier)
    assert dossier.decision.capitalize() in lines[2]
    assert [row[0].split()[1] for row in rows(text)] == [clause.verdict for clause in dossier.clauses]
    assert elements(text) == []
    assert Markdown().render(dossier) == Markdown().render(dossier)


def test_a_row_tells_what_was_asked_measured_and_broken() -> None:
    first = rows(rendered(dossiers.rejected()))[0]
    assert first[1] == "**imperceptible-change**<br>critical"
    assert first[2:5] == ["`held_rate >= 0.60 at 95%`", "42.8 %<br>385 of 900 held", "40.0 % to 45.8 %"]
    assert first[5].startswith("319 · Projected gradient descent, 40 steps<br>174 · One gradient step<br>")


def test_the_worst_cases_fold_away_with_the_command_that_shows_them() -> None:
    text = rendered(replace(dossiers.rejected(), lines={"imperceptible-change": 12}))
    part = text.partition("<summary>imperceptible-change: breached</summary>")[2].partition("</details>")[0]
    assert "the model said `3` before, `8` after; true is `3`" in part
    assert "```console\n$ seatrial replay --clause imperceptible-change --case" in part
    assert "`charter.yaml:12`" in part
    assert "1. harden with training.pgd: `seatrial harden --clause imperceptible-change`" in part
    assert "<summary>weather" not in text


def test_what_changed_since_the_previous_decision() -> None:
    moved = (
        Moved("clean", "worse", None, None, ("the intervals lie apart: more than chance",)),
        Moved("weather", "same", None, None, ()),
    )
    change = Comparison("entry 5 (attempt 1)", "", ("deploy", "reject"), "Deploy became reject.", moved, {}, (), None)
    text = rendered(replace(dossiers.rejected(), compared={"previous": change}))
    assert "### Since the previous decision: entry 5 (attempt 1)" in text
    assert "Deploy became reject." in text
    assert "* **clean** worse: the intervals lie apart: more than chance" in text
    assert "**weather** same" not in text
    assert text.index("Since the previous") < text.index("<details>")
    twice = rendered(replace(dossiers.rejected(), compared={"previous": change, "live": change}))
    assert twice == text, "the decision before is the last deploy, and is told once"
    other = replace(change, before="entry 2 (attempt 1)")
    assert "### Since the last deploy: entry 2" in rendered(
        replace(dossiers.rejected(), compared={"previous": change, "live": other})
    )


def test_a_rehearsal_never_looks_like_a_decision() -> None:
    one = replace(dossiers.deployed(), rehearsal=True, sentence="Rehearsal: it would hold.")
    text = rendered(one)
    assert "## ✅ Rehearsal: every clause would be held" in text
    assert "Deploy" not in text
    assert marker(one) != marker(dossiers.deployed())


def test_warnings_stand_above_the_table() -> None:
    text = rendered(dossiers.held_back())
    assert text.index("Unsafe loading was allowed") < text.index("| clause |")


@pytest.mark.parametrize("most", [3_000, 8_000, MOST])
def test_it_is_never_too_long_and_never_cut_in_the_middle(most) -> None:
    many = dossiers.rejected()
    bad = replace(many.clauses[0], because="ж" * 500)
    clauses = tuple(replace(bad, name=f"clause-{at}") for at in range(150))
    held = tuple(replace(many.clauses[1], name=f"fine-{at}") for at in range(150))
    data = Markdown(most).render(replace(many, clauses=(*held, *clauses)))
    text = data.decode("utf-8")
    assert len(data) <= most
    assert text.count("<details>") == text.count("</details>")
    assert text.count("```") % 2 == 0
    assert "left out for length" in text
    assert "Left out because the page would be too long" in text
    assert rows(text)[0][1].startswith("**clause-0**"), "the worst stand first where not all fit"


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(dossier=strange())
def test_anything_at_all_gives_a_page_without_markup_of_strangers(dossier) -> None:
    text = rendered(dossier)
    assert len(text.encode()) <= MOST
    assert elements(text) == []
    kinds = {child.type for token in PAGE.parse(text) for child in token.children or ()}
    assert not kinds & {"link_open", "image"}
    assert len(rows(text)) == len(dossier.clauses)
