"""`check_oracle` finds each kind of broken oracle."""

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pytest

from seatrial.errors import TrialError
from seatrial.records.batch import Verdicts
from seatrial.records.card import Card
from seatrial.testing.oracles import check_oracle, scenes


def sound(batch, attempts, answers) -> Verdicts:
    if len(answers.tried) != 2:
        raise TrialError("two draws of scores are needed")
    held = np.stack([draw.argmax(axis=1) == batch.labels for draw in answers.tried], axis=1)
    return Verdicts(held.astype(np.int8), answers.tried[0].max(axis=1))


def changed(**parts: Any) -> Any:
    def judge(batch, attempts, answers):
        verdicts = sound(batch, attempts, answers)
        return Verdicts(
            **{"held": verdicts.held, "score": verdicts.score, **{k: f(verdicts) for k, f in parts.items()}}
        )

    return judge


def spoils(batch, attempts, answers):
    verdicts = sound(batch, attempts, answers)
    attempts.stimuli[:] = 7
    return verdicts


def by_neighbours(batch, attempts, answers):
    verdicts = sound(batch, attempts, answers)
    return Verdicts(verdicts.held, verdicts.score - verdicts.score.mean())


def by_clock(batch, attempts, answers):
    verdicts = sound(batch, attempts, answers)
    return Verdicts(np.where(answers.seconds[0][:, None] > 1, 0, verdicts.held).astype(np.int8), verdicts.score)


def by_clean(batch, attempts, answers):
    verdicts = sound(batch, attempts, answers)
    return Verdicts(verdicts.held, verdicts.score if answers.clean is None else answers.clean[:, 0])


def refuses(batch, attempts, answers):
    raise TrialError("never")


def card(rule, **more) -> Card[Any]:
    @dataclass(frozen=True)
    class Oracle:
        asked: ClassVar[Any] = staticmethod(rule)

        def judge(self, batch, attempts, answers, /):
            return self.asked(batch, attempts, answers)

    return Card(Oracle, title="sample", **more)


def test_a_sound_oracle_passes_in_the_scene_that_it_is_for() -> None:
    assert check_oracle(card(sound)) == ("scores",)
    assert check_oracle(card(by_clock, measured=True)) == ("scores",)
    assert check_oracle(card(by_clean, clean=True)) == ("scores",)


BROKEN = {
    "no scene": refuses,
    "held is int64": changed(held=lambda v: v.held.astype(np.int64)),
    r"not int8 \(4, 2\)": changed(held=lambda v: v.held[:, 0]),
    "other than NO": changed(held=lambda v: v.held + np.int8(5)),
    "score is": changed(score=lambda v: v.score.astype(np.float32)),
    "changes what it was shown": spoils,
    "depends on the others": by_neighbours,
    "measured=True": by_clock,
    "clean=True": by_clean,
}


@pytest.mark.parametrize("said", BROKEN)
def test_a_broken_oracle_is_named(said) -> None:
    with pytest.raises(AssertionError, match=said):
        check_oracle(card(BROKEN[said]))


def test_an_oracle_that_is_no_dataclass_is_named() -> None:
    class Bare:
        def judge(self, batch, attempts, answers, /):
            return sound(batch, attempts, answers)

    with pytest.raises(AssertionError, match="dataclass"):
        check_oracle(Card(Bare, title="sample"))


def test_a_scene_is_cut_whole() -> None:
    for scene in scenes():
        part = scene.take(np.array([2, 0]))
        assert part.batch.ids == (scene.batch.ids[2], scene.batch.ids[0])
        assert all(len(draw) == 2 for draw in part.answers.tried)
