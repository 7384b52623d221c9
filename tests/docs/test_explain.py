"""What the explanations say is what the code does."""

import re
import shlex
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

from seatrial.proof.bounds import lower, rejected
from seatrial.records.threat import KINDS

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "explain"
COMPARED = re.compile(r"<!-- compared: (.+?) -->\n```text\n(.*?)```", re.DOTALL)
DOUBT = Fraction(1, 40)


def test_what_a_page_says_a_command_prints_is_what_it_prints() -> None:
    found = [block for page in PAGES.glob("*.md") for block in COMPARED.findall(page.read_text(encoding="utf-8"))]
    assert found
    for command, shown in found:
        words = shlex.split(command)
        assert words[0] == "python"
        run = subprocess.run([sys.executable, *words[1:]], cwd=ROOT, check=True, capture_output=True, text=True)
        assert run.stdout == shown


def test_every_threat_is_explained() -> None:
    text = (PAGES / "threat-models.md").read_text(encoding="utf-8")
    assert [kind for kind in KINDS if f"| `{kind}` |" not in text] == []


def test_the_bound_in_the_page_is_the_bound() -> None:
    text = (PAGES / "statistics.md").read_text(encoding="utf-8")
    assert f"{100 * lower(400, 365, DOUBT):.1f} %" == "88.0 %"
    needed = next(x for x in range(401) if rejected(400, x, Fraction(9, 10), DOUBT))
    assert needed == 372
    assert "88.0 %" in text
    assert f"it takes {needed}" in text
