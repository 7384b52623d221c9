import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from tests.reports import dossiers

from seatrial.reports import notebook

SVG = "{http://www.w3.org/2000/svg}"


class Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in ("img", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def cards(name):
    dossier = dossiers.ALL[name]()
    yield notebook.verdict_card(dossier, page="report.html")
    for clause in dossier.clauses:
        yield from (notebook.example_card(example, clause.name) for example in clause.examples)


@pytest.mark.parametrize("name", dossiers.ALL)
def test_a_card_closes_what_it_opens_loads_nothing_and_runs_nothing(name):
    for card in cards(name):
        tags = Tags(card)
        assert tags.open == []
        assert not [tag for tag, _ in tags.seen if tag in ("script", "link", "iframe", "base", "html", "body")]
        links = [value for _, have in tags.seen for key, value in have.items() if key in ("href", "src")]
        assert all(str(link).startswith(("#", "data:image/png;base64,")) for link in links)
        assert not [key for _, have in tags.seen for key in have if key.startswith("on")]


def test_its_style_stays_inside():
    style = Tags(notebook.verdict_card(dossiers.rejected()))
    assert style.seen[0] == ("div", {"class": "seatrial reject"})
    rules = re.sub(r"@media[^{]*\{(.*?\})\s*\}", r"\1", notebook.read("notebook.css"), flags=re.S)
    for selectors in re.findall(r"([^{}]+)\{", rules):
        assert all(".seatrial" in one or one.strip().startswith("symbol[id^=") for one in selectors.split(",")), (
            selectors
        )


def test_the_card_says_the_sentence_and_every_clause():
    card = notebook.verdict_card(dossiers.held_back(), page="x/report.html")
    dossier = dossiers.held_back()
    for words in (dossier.sentence, "x/report.html", *(clause.name for clause in dossier.clauses), "no number"):
        assert words in card, words


def test_what_strangers_write_is_inert():
    dossier = dossiers.hostile()
    whole = notebook.verdict_card(dossier) + notebook.plot(dossier).svg
    whole += "".join(notebook.example_card(one, clause.name) for clause in dossier.clauses for one in clause.examples)
    assert "<script" not in whole
    assert "<img src=http" not in whole
    assert "\x1b" not in whole


@pytest.mark.parametrize("name", [*dossiers.ALL, "hostile"])
def test_a_plot_is_a_whole_document(name, tmp_path):
    dossier = dossiers.hostile() if name == "hostile" else dossiers.ALL[name]()
    for clause in ("", *(clause.name for clause in dossier.clauses)):
        plot = notebook.plot(dossier, clause)
        root = ET.fromstring(plot.save(tmp_path / "plot.svg").read_bytes())
        assert root.tag == f"{SVG}svg"
        assert plot.svg in plot._repr_html_()
        assert plot._repr_svg_() == plot.svg


def test_a_clause_with_sizes_is_drawn_by_size_and_others_by_their_interval():
    sizes = ET.fromstring(notebook.plot(dossiers.rejected(), "imperceptible-change").svg)
    assert len(sizes.findall(f".//{SVG}circle")) == 4
    alone = ET.fromstring(notebook.plot(dossiers.rejected(), "clean").svg)
    assert len(alone.findall(f".//{SVG}circle")) == 1
    assert len(ET.fromstring(notebook.plot(dossiers.rejected()).svg).findall(f".//{SVG}circle")) == 3


def test_a_sheet_is_a_sentence_a_table_and_notes_with_nothing_loaded():
    rows = (("clean", "held", "3"), ("<i>", "breached", "4"))
    sheet = notebook.Sheet("all <is> well", ("Clause", "Verdict", "Cases"), rows, (2,), ("a note",))
    tags = Tags(notebook.sheet_card(sheet))
    card = notebook.sheet_card(sheet)
    assert tags.open == []
    assert "all &lt;is&gt; well" in card
    assert "&lt;i&gt;" in card
    assert 'class="badge breached"' in card
    assert card.count('class="n"') == 3
    assert "<table" not in notebook.sheet_card(notebook.Sheet("nothing else"))


def test_a_line_of_progress_has_a_bar_only_while_its_length_is_known():
    assert 'value="33"' in notebook.progress_line("shards", 1, 3)
    assert "<progress" not in notebook.progress_line("reading", 0, 0)
    assert "<progress" not in notebook.progress_line("3 shards done", 3, 3, ended=True)
    assert "a &lt;b&gt;" in notebook.progress_line("", 0, 0, ["a <b>"])


def test_cards_follow_the_palette_of_the_site():
    style = notebook.read("notebook.css")
    assert '[data-md-color-scheme="slate"] .seatrial' in style
    assert '[data-md-color-scheme="default"] .seatrial' in style
