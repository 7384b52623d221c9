"""Signs of masking, from a dossier to every report."""

from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial.proof import canonical
from seatrial.records.finding import Finding
from seatrial.reports import wording
from seatrial.reports.html import Html
from seatrial.reports.json import Json
from seatrial.reports.markdown import Markdown
from seatrial.reports.sarif import Sarif
from seatrial.reports.text import Text

SAID, ANSWER = "90 % of the gradients are zero in every number.", "Gradients were estimated from answers."
SIGN = Finding("vanishing", found=True, figure=0.9, limit=0.1, cases=16, said=SAID, answer=ANSWER)
NONE = Finding("one-step", found=False, figure=0.0, limit=0.25, cases=16, said="For 0 % of the cases one step won.")


def dossier(*masking):
    made = dossiers.deployed()
    return replace(made, clauses=(replace(made.clauses[0], masking=masking), *made.clauses[1:]))


@pytest.mark.parametrize("reporter", [Text(width=200), Markdown(), Html(), Json(), Sarif()])
def test_every_report_tells_the_question_the_figure_the_limit_and_what_was_switched_on(reporter) -> None:
    told = reporter.render(dossier(SIGN, NONE)).decode()
    for what in (SAID, ANSWER, "0.9", "0.1"):
        assert what in told
    assert SAID not in reporter.render(dossier(NONE)).decode()


def test_a_page_says_that_it_was_asked_and_nothing_found() -> None:
    assert wording.unmasked(dossier(NONE).clauses[0]) in Html().render(dossier(NONE)).decode()
    assert wording.unmasked(dossier(NONE, SIGN).clauses[0]) == ""
    assert wording.unmasked(dossier().clauses[0]) == ""


def test_what_a_model_said_in_a_finding_cannot_break_a_page() -> None:
    nasty = replace(SIGN, said="<script>alert(1)</script>", answer="`|\n# big")
    assert "<script>alert" not in Html().render(dossier(nasty)).decode()
    assert "\n# big" not in Markdown().render(dossier(nasty)).decode()


def test_a_program_reads_all_questions_back() -> None:
    said = canonical.loads(Json().render(dossier(SIGN, NONE)))["clauses"][0]["masking"]
    assert [one["name"] for one in said] == ["vanishing", "one-step"]
    assert said[0] == {**SIGN.to_json()}
    assert "masking" not in canonical.loads(Json().render(dossier()))["clauses"][0]


def test_what_was_switched_on_is_said_once_however_many_signs_there_are() -> None:
    more = replace(SIGN, name="planted", said="90 % of the planted points were not found.")
    for reporter in (Text(width=200), Markdown(), Html()):
        assert reporter.render(dossier(SIGN, more)).decode().count(ANSWER) == 1


def test_signs_that_switched_nothing_on_say_so() -> None:
    assert "nothing was switched on" in Text(width=200).render(dossier(replace(SIGN, answer=""))).decode()


def test_a_sign_stands_beside_the_verdict_at_the_first_glance() -> None:
    assert wording.standing(dossier(SIGN).clauses[0])[-1] == "signs of masking"
    assert "signs of masking" not in wording.standing(dossier(NONE).clauses[0])
