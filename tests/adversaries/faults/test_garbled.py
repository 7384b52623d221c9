import pytest

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.faults.garbled import KINDS, LONG, Garbled
from seatrial.errors import PlanError
from seatrial.records.batch import Batch, Texts
from seatrial.records.random import Random
from seatrial.records.threat import Malformed
from seatrial.targets.callable import CallableTarget
from seatrial.targets.target import Face
from seatrial.trial import referee

TARGET = CallableTarget(lambda texts: texts, Face(takes=Texts, gives="text"))


def attacked(kinds, texts):
    ids = tuple(bytes([at]) * 32 for at in range(len(texts)))
    batch = Batch(ids, Texts(texts))
    attempts = Garbled(kinds=kinds).attack(TARGET, batch, Bench(Malformed(), Random(bytes(32), ids)))
    referee.check(Malformed(), batch, attempts)
    return attempts.stimuli


@pytest.mark.parametrize("text", ["", "a", "two words"])
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_made_of_every_text_and_differs_from_it(kind, text) -> None:
    (odd,) = attacked((kind,), (text,))
    assert isinstance(odd, tuple)
    assert len(odd) == (0 if kind == "empty batch" else 1)
    if (kind, text) not in {("empty", ""), ("stacked marks", "")}:
        assert odd != (text,)


def test_what_some_kinds_are() -> None:
    def made(kind):
        return attacked((kind,), ("some text",))[0][0]

    assert made("empty") == ""
    assert made("blank").strip() == ""
    assert len(made("very long")) == LONG
    assert "\0" in made("null in the middle")
    with pytest.raises(UnicodeEncodeError):
        made("lone surrogate").encode()
    assert made("nothing") is None
    assert isinstance(made("bytes"), bytes)
    assert made("a number") == 9


def test_many_texts_get_many_kinds_and_an_unknown_one_is_refused() -> None:
    odd = attacked((), tuple(f"text {at}" for at in range(60)))
    assert len({str(row)[:20].translate({ord(d): None for d in "0123456789"}) for row in odd}) > 5
    with pytest.raises(PlanError, match="no kind"):
        attacked(("emtpy",), ("a",))
