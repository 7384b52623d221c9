import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from tests.reports import dossiers

from seatrial import plugins
from seatrial.reports.html import Html, policy


class Page(HTMLParser):
    """Every tag with its attributes, and the text that a reader sees."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._silent = False
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        self._silent = tag == "style"

    def handle_endtag(self, tag):
        self._silent = False

    def handle_data(self, data):
        self.text += "" if self._silent else data


def shown(dossier) -> Page:
    return Page(Html().render(dossier))


@pytest.mark.parametrize("name", dossiers.ALL)
def test_equal_dossiers_give_equal_bytes(name):
    assert Html().render(dossiers.ALL[name]()) == Html().render(dossiers.ALL[name]())


def test_it_is_found_by_its_name():
    assert plugins.find("reports", "html").make is Html


@pytest.mark.parametrize("name", dossiers.ALL)
def test_nothing_points_outside_the_page(name):
    page = Html().render(dossiers.ALL[name]()).decode()
    tags = Page(page.encode()).tags
    assert not [tag for tag, _ in tags if tag in ("script", "link", "iframe", "object", "embed", "form", "base")]
    links = [value for _, have in tags for key, value in have.items() if key in ("href", "src", "xlink:href", "srcset")]
    assert links
    assert all(value.startswith(("#", "data:image/png;base64,")) for value in links)
    style = page.split("<style>")[1].split("</style>")[0]
    assert "url(" not in style
    assert "@import" not in style
    assert f'content="{policy(style)}"'.replace("'", "&#39;") in page


@pytest.mark.parametrize("name", dossiers.ALL)
def test_it_obeys_its_own_policy(name):
    for tag, have in shown(dossiers.ALL[name]()).tags:
        assert "style" not in have, f"<{tag}> has a style that the policy forbids"
        assert not [key for key in have if key.startswith("on")]


@pytest.mark.parametrize("name", dossiers.ALL)
def test_the_verdict_comes_first(name):
    dossier = dossiers.ALL[name]()
    text = shown(dossier).text
    assert text.index(dossier.sentence) < min(text.index(clause.because) for clause in dossier.clauses)


@pytest.mark.parametrize("name", dossiers.ALL)
def test_every_drawing_is_described_or_decoration(name):
    tags = shown(dossiers.ALL[name]()).tags
    for tag, have in tags:
        if tag == "svg" and have.get("role") == "img":
            assert have.get("aria-labelledby") or have.get("aria-label")
        if tag == "img":
            assert have["alt"]
    marked = {have["id"] for _, have in tags if "id" in have}
    wanted = [one for _, have in tags for one in (have.get("aria-labelledby") or "").split()]
    assert set(wanted) <= marked
    ids = [have["id"] for _, have in tags if "id" in have]
    assert len(ids) == len(set(ids))


def test_both_confidences_are_explained():
    text = shown(dossiers.deployed()).text
    assert "The charter asks for 95 % over all attempts" in text
    assert "this one, attempt 2, was tested at 99.2 %" in text
    assert "two-sided, 90 %" in text


def test_a_hold_says_what_is_missing_and_what_to_distrust():
    text = shown(dossiers.held_back()).text
    for words in (
        "About 1,300 more cases",
        "Why it is untried",
        "no number",
        "Unsafe loading was allowed",
        "Cases were used again",
        "A control failed",
        "The charter asks less than before",
        "What was not tried",
        "What a pass does not mean",
        "12 cases occur twice",
    ):
        assert words in text, words


def test_a_clause_without_data_has_no_number():
    untried = replace(dossiers.held_back(), clauses=dossiers.held_back().clauses[1:2], controls={})
    page = shown(untried)
    assert not [have for tag, have in page.tags if tag == "svg" and have.get("role") == "img"]
    assert not re.search(r"\bnan\b", page.text, re.IGNORECASE)


def test_an_untried_clause_with_counts_has_no_number_either():
    clause = replace(dossiers.rejected().clauses[0], verdict="untried", settle="a control was missed")
    page = shown(replace(dossiers.rejected(), clauses=(clause,)))
    assert not [have for tag, have in page.tags if tag == "svg" and have.get("role") == "img"]
    assert "42.8 %" not in page.text


def test_a_leak_is_marked_where_the_model_said_it():
    page = Html().render(dossiers.leaked()).decode()
    assert page.count('<mark class="leak">') == 1
    assert re.search(r'<mark class="leak"><span class="hidden">leaked: </span>HERON-4471</mark>', page)


def test_changed_cells_are_marked():
    page = Html().render(dossiers.tabular()).decode()
    assert "<mark>17.912</mark>" in page
    assert "27 others did not change" in page


def test_what_strangers_write_is_inert():
    page = Html().render(dossiers.hostile())
    parsed = Page(page)
    tags = parsed.tags
    assert not [tag for tag, _ in tags if tag == "script"]
    assert not [have for tag, have in tags if tag == "img"]
    assert not [key for _, have in tags for key in have if key.startswith("on")]
    assert "<script>document" in parsed.text
    for hidden in ("\x1b", "\u202e", "\u200b", "\x07"):
        assert hidden not in page.decode()
    assert "<U+202E>" in parsed.text


def test_a_quantile_is_drawn_as_the_share_that_keeps_to_it():
    text = shown(dossiers.held_back()).text
    assert "of cases have latency <= 0.25 s" in text
    assert "399 of 400 cases have latency <= 0.25 s" in text
    assert "at least 99 %" in text


def test_a_run_without_a_clock_has_no_empty_sentence():
    assert "Started" not in shown(replace(dossiers.rejected(), started="", ended="")).text


def beside_pictures(page: bytes) -> int:
    return len(re.sub(rb"data:image/png;base64,[A-Za-z0-9+/=]*", b"", page))


@pytest.mark.parametrize("name", dossiers.ALL)
def test_a_page_is_small_beside_its_pictures(name):
    assert beside_pictures(Html().render(dossiers.ALL[name]())) < 150_000


def test_a_page_of_very_many_clauses_stays_small_and_leaves_no_clause_out():
    one = dossiers.rejected()
    many = tuple(replace(one.clauses[0], name=f"clause {at}") for at in range(40))
    page = Html().render(replace(one, clauses=many, curves=()))
    assert beside_pictures(page) < 300_000
    text = Page(page).text
    assert all(f"clause {at}" in text for at in range(40))
    assert text.count("Told in short") == 32
    assert text.count("Measured 42.8 %, 385 of 900 held") == 32


def test_the_longest_texts_do_not_make_a_page_long():
    talk = dossiers.leaked().clauses[0]
    endless = replace(dossiers.signalling().clauses[0].examples[2], original="a b " * 10**5, perturbed="c d " * 10**5)
    long = replace(endless, before="q " * 1000, after="z " * 1000)
    assert (
        beside_pictures(Html().render(replace(dossiers.leaked(), clauses=(replace(talk, examples=(long,) * 6),))))
        < 150_000
    )


def test_of_many_clauses_those_that_broke_are_told_whole():
    one = dossiers.rejected()
    held = tuple(replace(one.clauses[2], name=f"held {at}") for at in range(12))
    page = Page(Html().render(replace(one, clauses=(*held, one.clauses[0]))))
    assert [have for tag, have in page.tags if tag == "img"]
