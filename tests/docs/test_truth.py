"""The tables of the truth about attacks are what the recorded claims say, and the picture draws them all."""

import importlib.util
import json
import xml.etree.ElementTree as ET

import pytest
from tests.house.source import ROOT

CLAIMS = sorted((ROOT / "benchmarks" / "truth" / "claims").glob("*.json"))
PAGES = [ROOT / "docs" / "explain" / "evasion.md", ROOT / "benchmarks" / "truth" / "README.md"]


@pytest.fixture(scope="module")
def drawn():
    made = importlib.util.spec_from_file_location("truth", ROOT / "docs" / "truth.py")
    assert made is not None
    assert made.loader is not None
    module = importlib.util.module_from_spec(made)
    made.loader.exec_module(module)
    return module


def test_there_are_claims():
    assert "standard-linf" in [claim.stem for claim in CLAIMS]


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.stem)
def test_the_pages_show_what_was_recorded(drawn, claim):
    shown = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    missing = [line for line in drawn.table(claim.stem) if line not in shown]
    assert not missing, "python docs/truth.py prints the tables:\n" + "\n".join(missing)


def test_the_picture_is_drawn_from_the_claim(drawn):
    made = drawn.picture(drawn.rows_of(drawn.DRAWN))
    assert drawn.PICTURE.read_text(encoding="utf-8") == made
    circles = ET.fromstring(made).findall(".//{http://www.w3.org/2000/svg}circle")
    assert len(circles) == sum("error" not in row for row in drawn.rows_of(drawn.DRAWN))


@pytest.mark.parametrize("claim", CLAIMS, ids=lambda claim: claim.stem)
def test_nothing_that_was_recorded_breaks_the_rules(claim):
    for row in json.loads(claim.read_text(encoding="utf-8"))["rows"]:
        if row["name"].startswith("seatrial"):
            assert row["refused"] == 0
