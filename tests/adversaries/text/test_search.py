"""The search finds the word that decides, within its queries; the same through labels alone."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.text.search import Search
from seatrial.controls.rules import TextRule
from seatrial.errors import CasesError, PlanError
from seatrial.records.batch import Batch, Texts
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Edits
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Face
from seatrial.trial import referee
from seatrial.trial.distance import edits

LONG = "we waited for hours at the harbour and then the refund never came to anybody at all"


@dataclass(frozen=True)
class LabelsOnly:
    rule: TextRule

    @property
    def face(self) -> Face:
        return Face(Texts, "labels", classes=2)

    def respond(self, inputs: Any, /) -> Any:
        return np.argmax(self.rule.respond(inputs), axis=1)


def searched(target, texts, threat, *, left=0, seed=bytes(32), **tactics):
    column = Texts(texts)
    batch = Batch(column_digests(column), column, np.ones(len(texts), dtype=np.int64))
    ledger = Ledger.empty(len(texts))
    bench = Bench(threat, Random(seed, batch.ids), left)
    made = Search(**tactics).attack(meter(target, ledger, most=left), batch, bench)
    referee.check(threat, batch, made)
    return made.stimuli, ledger.queries


def holds(word):
    return TextRule(lambda text: text.split().count(word) - 0.5)


def test_it_finds_the_one_word_with_one_edit_and_stops_there() -> None:
    (made,), spent = searched(holds("refund"), (LONG,), Edits(0.001))
    assert "refund" not in made.split()
    assert edits(LONG, made) == 1
    assert spent[0] == len(LONG.split()) + 1


def test_it_finds_it_through_labels_too() -> None:
    (made,), spent = searched(LabelsOnly(holds("refund")), (LONG,), Edits(0.001))
    assert "refund" not in made.split()
    assert spent[0] == len(LONG.split()) + 1


def test_it_adds_edits_until_enough_words_are_gone() -> None:
    target = TextRule(lambda text: sum(word in LONG.split() for word in text.split()) - 11.5)
    (made,), _ = searched(target, (LONG,), Edits(0.08))
    assert target.score(made) < 0
    assert edits(LONG, made) == 6
    (weaker,), spent = searched(target, (LONG,), Edits(0.05))
    assert target.score(weaker) == 0.5, "five edits: five words less"
    assert spent[0] == 200


def test_one_text_does_not_change_the_fate_of_another() -> None:
    texts = (LONG, "no such word here", "a refund", "")
    whole, spent = searched(holds("refund"), texts, Edits(0.001), queries=30)
    for at, text in enumerate(texts):
        (alone,), cost = searched(holds("refund"), (text,), Edits(0.001), queries=30)
        assert (alone, cost[0]) == (whole[at], spent[at])
    assert whole[3] == ""
    assert spent[3] == 0


def test_labels_alone_and_no_telling_word_make_it_a_random_search_within_its_queries() -> None:
    target = LabelsOnly(TextRule(lambda text: 1.0 if text.split()[0] in ("alpha", "beta") else -1.0))
    (made,), spent = searched(target, ("alpha beta gamma",), Edits(0.05))
    assert made.split()[0] not in ("alpha", "beta")
    assert spent[0] <= 200


@pytest.mark.parametrize("left", [1, 2, 5, 40])
def test_it_keeps_to_the_queries_that_are_left(left) -> None:
    _, spent = searched(TextRule(len), (LONG,), Edits(0.1), left=left)
    assert spent[0] == left


def test_leaving_words_out_takes_half_of_the_queries_at_most() -> None:
    asked: list[str] = []
    target = TextRule(lambda text: asked.append(text) or 1.0)
    searched(target, (LONG,), Edits(0.1), queries=10)
    assert sum(len(text) < len(LONG) - 2 for text in asked) <= 5
    assert len(asked) == 10


def test_labels_alone_show_which_words_tell_together() -> None:
    words = ("refund", "hours", "never")
    several = TextRule(lambda text: sum(text.split().count(word) for word in words) - 1.5)
    (made,), spent = searched(LabelsOnly(several), (LONG,), Edits(0.02))
    assert several.score(made) < 0, "two of three words must go, and none does it alone"
    assert edits(LONG, made) == 2
    assert spent[0] < 60
    (blind,), _ = searched(LabelsOnly(several), (LONG,), Edits(0.02), queries=6)
    assert several.score(blind) > 0


def test_forged_characters_can_be_searched_too() -> None:
    (made,), _ = searched(holds("refund"), (LONG,), Edits(0.001), kinds=("lookalike",))
    assert len(made) == len(LONG)
    assert not made.isascii()


def test_it_needs_labels_and_known_kinds() -> None:
    column = Texts(("a",))
    batch = Batch(column_digests(column), column)
    bench = Bench(Edits(), Random(bytes(32), batch.ids))
    with pytest.raises(CasesError, match="have no labels"):
        Search().attack(TextRule(len), batch, bench)
    with pytest.raises(PlanError, match=r"text\.search: kinds"):
        Search(kinds=("swop",)).attack(TextRule(len), batch, bench)
