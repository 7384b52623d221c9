import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.text.changes import BESIDE
from seatrial.adversaries.text.typos import Typos
from seatrial.controls.rules import TextRule
from seatrial.errors import PlanError
from seatrial.records.batch import Batch, Texts
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Edits
from seatrial.trial.distance import edits

TARGET = TextRule(len)


def typed(texts, share=0.1, *, seed=bytes(32), **tactics):
    column = Texts(texts)
    batch = Batch(column_digests(column), column)
    return Typos(**tactics).attack(TARGET, batch, Bench(Edits(share), Random(seed, batch.ids))).stimuli


def test_as_many_mistakes_as_the_threat_allows() -> None:
    text = "the harbour opens at six and closes at ten, but never on a sunday in winter"
    for share, most in ((0.01, 1), (0.1, 8), (0.3, 23)):
        (made,) = typed((text,), share)
        assert most - 2 <= edits(text, made) <= most
    assert typed(("a",), kinds=("double",)) == ("aa",)


def test_the_mistakes_are_of_the_wanted_kind() -> None:
    text = "abcdefghijklmnopqrstuvwxyz"
    (beside,) = typed((text,), 1.0, kinds=("neighbour",))
    assert len(beside) == len(text)
    assert all(new in BESIDE[old] for old, new in zip(text, beside, strict=True))
    (swapped,) = typed((text,), 1.0, kinds=("swap",))
    assert sorted(swapped) == sorted(text)
    assert swapped != text
    assert typed((text,), 1.0, kinds=("drop",)) == ("",)


def test_what_has_no_letters_stays() -> None:
    assert typed(("", "?! ...", "\U0001f600")) == ("", "?! ...", "\U0001f600")


def test_another_seed_makes_other_mistakes() -> None:
    assert typed(("the harbour opens at six",)) != typed(("the harbour opens at six",), seed=b"\1" * 32)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(PlanError, match=r"text\.typos: kinds"):
        typed(("a",), kinds=("swop",))


def test_a_very_long_text_is_done() -> None:
    text = "the harbour opens at six " * 400
    (made,) = typed((text,), 0.1)
    assert 800 < edits(text, made) <= 1000
