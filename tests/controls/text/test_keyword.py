from tests.controls.probation import NONCE, TRIAL, probation

from seatrial.controls.text.keyword import KEY, Keyword


def test_random_mistakes_seldom_find_it() -> None:
    assert probation("text.keyword", "text.typos").share(Keyword().flaw(), NONCE, TRIAL) < 0.5


def test_who_can_fall_has_the_word_once() -> None:
    plant = Keyword().population(1)
    batch = plant.cases.take(0, 16)
    assert {text.split().count(KEY) for text in batch.inputs} == {1, 2}
    assert all(plant.threat.most(text) == 1 for text in batch.inputs)
