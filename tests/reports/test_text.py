import re
from dataclasses import replace

import pytest
from tests.reports import dossiers

from seatrial import plugins
from seatrial.reports.reporter import Tried
from seatrial.reports.text import Text
from seatrial.reports.wording import steps


def said(dossier, **options) -> str:
    return Text(**options).render(dossier).decode()


def flat(text: str) -> str:
    return " ".join(text.split())


def test_it_is_found_by_its_name():
    assert plugins.find("reports", "text").make is Text


@pytest.mark.parametrize("name", dossiers.ALL)
@pytest.mark.parametrize("width", [20, 40, 80, 200])
def test_the_decision_comes_first_and_no_line_is_too_long(name, width):
    dossier = dossiers.ALL[name]()
    text = said(dossier, width=width)
    assert text.splitlines()[0][2:].startswith(dossier.decision.upper())
    assert flat(text).index(flat(dossier.sentence)) < flat(text).index(dossier.clauses[0].verdict + " ")
    assert max(map(len, text.splitlines())) <= width


@pytest.mark.parametrize("name", dossiers.ALL)
@pytest.mark.parametrize("width", [20, 40, 55, 56, 80])
def test_a_row_without_a_name_shows_none(name, width):
    lines = said(dossiers.ALL[name](), width=width).splitlines()
    assert [line for line in lines if line.lstrip().startswith(":")] == []


@pytest.mark.parametrize("name", dossiers.ALL)
def test_colour_says_nothing_that_words_do_not(name):
    plain, coloured = said(dossiers.ALL[name]()), said(dossiers.ALL[name](), color=True)
    assert "\x1b" not in plain
    assert "\x1b[" in coloured
    bare = re.sub(r"\x1b\[[0-9;]*m", "", coloured)
    assert flat(bare) == flat(plain)


@pytest.mark.parametrize("width", [46, 60, 80, 200])
def test_commands_can_be_copied_where_they_do_not_fit_a_line(width):
    dossier = dossiers.rejected()
    joined = re.sub(r" \\\n\s*", " ", said(dossier, width=width))
    commands = [command for _, command in steps(dossier) if command]
    shown = [clause.examples[0].command for clause in dossier.clauses if clause.examples]
    assert max(map(len, commands + shown)) > 40
    assert all(re.search(rf"(^|\s){re.escape(one)}$", joined, re.M) for one in commands + shown)


def test_the_terminal_of_the_machine_changes_nothing(monkeypatch):
    before = said(dossiers.rejected())
    monkeypatch.setenv("COLUMNS", "33")
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert said(dossiers.rejected()) == before


def test_a_clause_says_everything():
    text = flat(said(dossiers.rejected()))
    for words in (
        "✗ breached imperceptible-change critical",
        "at least 60 % held_rate >= 0.60 at 95%",
        "42.8 %, 385 of 900 held",
        "40.0 % to 45.8 %, two-sided, 90 %",
        "39.5 %, one-sided, 97.5 %",
        "319 cases: Projected gradient descent",
        "17 cases: wrong before any attack",
        "2 cases: no clear answer",
        "training.pgd",
        "seatrial replay --clause",
        "95 % over all attempts; this one, attempt 1, was tested at 97.5 %",
        "self-attested",
        "origin seatrial.example/digits-reader",
        "3 of 3 planted flaws found",
    ):
        assert words in text, words


def test_a_hold_says_what_settles_it():
    text = flat(said(dossiers.held_back()))
    assert "settles it About 1,300 more cases" in text
    assert "why The control faults.swallows_nan was missed" in text
    for words in ("Unsafe loading was allowed", "Cases were used again", "A control failed", "asks less than before"):
        assert words in text


def test_what_strangers_write_cannot_paint_the_terminal():
    text = said(dossiers.hostile())
    assert not [c for c in text if ord(c) < 32 and c != "\n"]
    assert "\u202e" not in text
    assert "[red]pass[/red]" in flat(text)
    assert "<U+001B>" in flat(text)


def test_a_replay_says_that_nothing_was_spent():
    assert "nothing was spent" in flat(said(replace(dossiers.deployed(), replayed=True)))


def test_what_broke_a_case_has_its_name_even_where_a_smaller_size_of_it_broke_none():
    sizes = [
        Tried("corruption/fog@1", "Fog", "corruption.fog", f"severity {at}", broke) for at, broke in ((1, 0), (3, 8))
    ]
    dossier = dossiers.rejected()
    clause = replace(dossier.clauses[0], tried=tuple(sizes))
    text = said(replace(dossier, clauses=(clause,)), width=200)
    assert "8 cases: Fog (corruption.fog" in text
    assert "The same" not in text
