from tests.controls.probation import shares

from seatrial.controls.text.keyword import KEY, Keyword
from seatrial.plan.plan import Stage
from seatrial.trial.probation import Probation


def test_the_search_finds_the_word_and_leaves_the_twin() -> None:
    assert shares("text.keyword", adversary="text.search") == (1.0, 0.0)


def test_random_mistakes_seldom_find_it() -> None:
    blind = Probation("text.keyword", Stage("text.typos", {}), "same_label", {}, ())
    assert blind.share(Keyword().flaw(), bytes(32), "sha256:" + "17" * 32) < 0.5


def test_who_can_fall_has_the_word_once() -> None:
    plant = Keyword().population(1)
    batch = plant.cases.take(0, 16)
    assert {text.split().count(KEY) for text in batch.inputs} == {1, 2}
    assert all(plant.threat.most(text) == 1 for text in batch.inputs)
