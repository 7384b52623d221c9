"""A first charter from Python: written, told, kept when it is there, and nobody is asked."""

from html.parser import HTMLParser

import numpy as np
import pytest

import seatrial
from seatrial.errors import InputError

MODEL = "def predict(x):\n    return (x.reshape(len(x), -1)[:, 0] > 0.5).astype(int)\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.random.default_rng(1).random((800, 4), dtype=np.float32)
    np.savez(tmp_path / "cases.npz", x=x, y=(x[:, 0] > 0.5).astype(int))
    (tmp_path / "model.py").write_text(MODEL)
    return tmp_path


def drafted(folder, **more):
    return seatrial.draft(folder / "charter.yaml", model="model.py:predict", data="cases.npz", **more)


def test_a_draft_is_a_charter_that_lint_passes(folder) -> None:
    heard = []
    made = drafted(folder, name="gate-keeper", owner="me", hear=heard.append)
    assert heard
    assert made.charter == folder / "charter.yaml"
    assert "name: gate-keeper" in str(made)
    assert seatrial.lint(made.charter) == ()
    assert dict(made.taken).keys() <= {"--eps", "--classes", "--label", "--columns"}
    card = made._repr_html_()
    HTMLParser().feed(card)
    assert "first draft" in card
    assert all(value in card for _, value in made.taken)


def test_a_charter_that_is_there_is_kept(folder) -> None:
    (folder / "charter.yaml").write_text("mine")
    made = drafted(folder)
    assert "is kept" in made.told[0][1]
    assert "is kept" in made._repr_html_()
    assert str(made) == "mine"


def test_what_has_no_default_is_refused_and_nothing_is_written(folder) -> None:
    with pytest.raises(InputError, match="--model: has no default"):
        seatrial.draft(folder, model="", data="cases.npz")
    assert not (folder / "charter.yaml").exists()
