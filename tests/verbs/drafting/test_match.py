"""Model and data matched: shapes that a first layer takes, ranges, scales, and which class is which."""

from pathlib import Path

import numpy as np
import pytest

from seatrial.cases.seen import ArrayLook, ArraysSurvey, Column, FolderSurvey, TableSurvey
from seatrial.cli.asking import Nobody
from seatrial.errors import InputError
from seatrial.targets.model import Model
from seatrial.targets.target import Field
from seatrial.verbs.drafting import arrays, folder, table
from seatrial.verbs.drafting.charter import strength_of
from seatrial.verbs.drafting.classes import ordered
from seatrial.verbs.drafting.defaults import Defaults
from seatrial.verbs.drafting.pilot import MOST, _attempts, _shares
from seatrial.verbs.drafting.wanted import Question, Wanted

BUILT = {"kind": "torch"}
ASKED = Wanted("m", "d")


def pictures(size=(8, 8), mode="L", classes=("cat", "dog"), broken=()):
    return FolderSurvey(Path("p"), tuple((name, 9) for name in classes), ((size, 9),), ((mode, 9),), 9, True, broken)


def shapes(seen, **known):
    return [tuple(offer.inputs["shape"]) for offer in folder.offers(seen, "p", Model(BUILT, **known))]


def test_the_first_layer_chooses_channels_and_size() -> None:
    assert shapes(pictures()) == [(1, 8, 8), (3, 8, 8)]
    assert shapes(pictures(mode="RGB")) == [(3, 8, 8), (1, 8, 8)]
    assert shapes(pictures(), layer="channels", width=3) == [(3, 8, 8)]
    assert shapes(pictures(), layer="numbers", width=64) == [(1, 8, 8)]
    assert shapes(pictures(mode="RGB"), layer="numbers", width=64) == [(1, 8, 8)]
    assert shapes(pictures((100, 90), "RGB"), layer="numbers", width=3 * 32 * 32) == [(3, 32, 32)]


def test_folders_that_are_numbers_are_in_their_order() -> None:
    seen = pictures(classes=("1", "10", "2"))
    assert folder.offers(seen, "p", Model(BUILT))[0].values == ("1", "2", "10")


def test_broken_pictures_are_named() -> None:
    with pytest.raises(InputError, match=r"cat/1\.png"):
        folder.offers(pictures(broken=("cat/1.png",)), "p", Model(BUILT))


@pytest.mark.parametrize(
    ("low", "high", "whole", "found"),
    [
        (0.0, 1.0, False, [0, 1]),
        (-0.9, 1.0, False, [-1, 1]),
        (0.0, 255.0, True, [0, 255]),
        (3.0, 200.0, False, [0, 255]),
        (0.0, 1.0, True, [0, 1]),
        (-3.21, 8.97, False, [-3.3, 9.0]),
        (6.98, 2010.0, False, [6.9, 2100.0]),
        (5.0, 5.0, False, [5.0, 6.0]),
    ],
)
def test_ranges_hold_all_numbers_and_are_round(low, high, whole, found) -> None:
    made = arrays.ranged(low, high, whole=whole)["range"]
    assert made == pytest.approx(found)
    assert made[0] <= low
    assert made[1] >= high


def test_no_range_of_what_is_not_known() -> None:
    assert arrays.ranged(None, 1.0) == {}
    assert arrays.ranged(0.0, float("inf")) == {}


def test_columns_on_one_scale() -> None:
    rows = np.random.default_rng(1).random((50, 3))
    assert arrays.on_one_scale(rows)
    assert not arrays.on_one_scale(rows * [1, 10, 1000])
    assert arrays.on_one_scale(rows[:, :1] * 0)
    assert arrays.on_one_scale(np.zeros((4, 1, 8, 8)))


def look(name, shape, values=(), dtype="float32", **more):
    return ArrayLook(name, dtype, shape, 0.0, 1.0, values, **more)


def test_arrays_by_their_usual_names_and_by_their_form() -> None:
    usual = ArraysSurvey(Path("a"), (look("x", (9, 4)), look("y", (9,), (0, 1), "int64")))
    assert dict(arrays.offers(usual, "a", Model(BUILT), ASKED, Defaults())[0].cases) == {"kind": "npz", "path": "a"}
    other = ArraysSurvey(Path("a"), (look("pixels", (9, 4)), look("what", (9,), (0, 1), "int64")))
    asked = Defaults()
    made = arrays.offers(other, "a", Model(BUILT), ASKED, asked)[0]
    assert made.cases["inputs"] == "pixels"
    assert made.cases["labels"] == "what"
    assert asked.taken == [("--label", "what")]


@pytest.mark.parametrize(
    ("inputs", "features", "said"),
    [
        (look("x", (9, 4), finite=False), None, "NaN"),
        (look("x", (8, 4)), None, "no inputs for the 9 labels"),
        (look("x", (9, 4)), 5, "fitted on rows of 5 numbers"),
    ],
)
def test_arrays_that_cannot_be_used(inputs, features, said) -> None:
    seen = ArraysSurvey(Path("a"), (inputs, look("y", (9,), (0, 1), "int64")))
    with pytest.raises(InputError, match=said):
        arrays.offers(seen, "a", Model(BUILT, features=features), ASKED, Defaults())


def sheet(*columns, whole=True):
    return TableSurvey(Path("t"), ".csv", 100, whole, 999, columns)


AGE = Column("age", "number", 0, 60, low=18.0, high=99.0)
JOB = Column("job", "text", 0, 2, ("baker", "clerk"), longest=5)
PAID = Column("paid", "text", 0, 2, ("no", "yes"), longest=3)
NOTE = Column("note", "text", 0, 51, longest=300)


def rows(seen, model, ask=None, **said):
    return table.offers(seen, "t", model, Wanted("m", "d", **said), ask or Defaults())


def test_the_label_is_what_the_model_answers() -> None:
    model = Model({"kind": "sklearn"}, fields=(Field("age"),), classes=("no", "yes"))
    assert rows(sheet(JOB, PAID, AGE), model)[0].cases["label"] == "paid"


def test_the_only_column_left_is_not_asked_for() -> None:
    model = Model({"kind": "sklearn"}, fields=(Field("age"), Field("job", "text")))
    ask = Nobody()
    [made] = rows(sheet(AGE, JOB, PAID), model, ask)
    assert ask.open == []
    assert dict(made.cases["columns"]) == {"age": "number", "job": "text"}
    assert dict(made.inputs) == {"takes": "table"}


def test_columns_of_numbers_are_a_list_that_keeps_the_order() -> None:
    size = Column("size", "number", 0, 60, low=1.0, high=2.0)
    model = Model({"kind": "sklearn"}, fields=(Field("size"), Field("age")))
    assert rows(sheet(AGE, size, PAID), model)[0].cases["columns"] == ["size", "age"]


def test_what_the_model_holds_for_text_is_text() -> None:
    code = Column("code", "number", 0, 5, (1, 2, 3, 4, 5), low=1.0, high=5.0)
    model = Model({"kind": "sklearn"}, fields=(Field("code", "text"),))
    assert rows(sheet(code, PAID), model)[0].cases["columns"] == {"code": "text"}


def test_texts_go_to_a_model_of_texts() -> None:
    [made] = rows(sheet(JOB, NOTE, PAID), Model({"kind": "sklearn"}, texts=True), label="paid")
    assert made.cases["kind"] == "texts"
    assert made.cases["text"] == "note"
    assert "longest of 2" in made.notes[0]
    assert dict(made.inputs) == {"takes": "texts"}
    [made] = rows(sheet(JOB, NOTE, PAID), Model({"kind": "sklearn"}, texts=True), label="paid", columns=("job",))
    assert made.cases["text"] == "job"
    with pytest.raises(InputError, match="note"):
        rows(sheet(JOB, NOTE, PAID), Model({"kind": "sklearn"}, texts=True), label="paid", columns=("notes",))


def test_a_module_gets_the_numbers_that_it_counts() -> None:
    [made] = rows(sheet(AGE, JOB, PAID), Model(BUILT, layer="numbers", width=1), label="paid")
    assert made.cases["columns"] == ["age"]
    assert made.inputs["shape"] == [1]
    assert "job left out" in made.notes[0]
    [made] = rows(sheet(AGE, JOB, PAID), Model(BUILT), label="paid", columns=("age",))
    assert made.cases["columns"] == ["age"]


def test_of_a_long_file_no_range_is_promised() -> None:
    [made] = rows(sheet(AGE, PAID, whole=False), Model(BUILT), label="paid")
    assert "range" not in made.inputs


def test_the_order_of_classes() -> None:
    def order(values, model=None, answers=None, classes=(), ask=None):
        return ordered(values, model or Model(BUILT), answers, Wanted("m", "d", classes=classes), ask or Defaults())

    assert order((0, 1, 2), answers=3)[0] == ()
    assert order((1, 2, 3), answers=3)[0] == (1, 2, 3)
    assert order((False, True), answers=2)[0] == (False, True)
    assert order(("no", "yes"), answers=2)[0] == ("no", "yes")
    assert order(("no", "yes"), answers=2, classes=("yes", "no"))[0] == ("yes", "no")
    assert order((0, 1), Model(BUILT, classes=("1", "0")))[0] == (1, 0)
    assert order((False, True), Model(BUILT, classes=(False, True)))[0] == (False, True)
    assert order(("a", "b"), Model(BUILT, classes=("a", "b", "c")))[0] == ("a", "b", "c")
    assert order(("1", "2", "10"), answers=3)[0] == ("1", "2", "10")
    for wrong in (("yes",), ("yes", "no", "no"), ("yes", "no", "maybe")):
        with pytest.raises(InputError):
            order(("no", "yes"), answers=2, classes=wrong)
    with pytest.raises(InputError, match="the label 7"):
        order((0, 7), answers=3)


def test_shares_and_attempts_follow_from_the_number_of_cases() -> None:
    for count in (60, 178, 569, 1797, 5000, 100_000):
        gate, rehearsal = _shares(count)
        assert gate + rehearsal < 100
        drawn = count * gate // 100
        per, attempts = _attempts(drawn)
        assert 0 < per <= min(MOST, drawn)
        assert attempts == drawn // per >= 1


def test_a_radius_is_a_number_or_a_fraction() -> None:
    assert strength_of("8/255") == 8 / 255
    assert strength_of(" 0.1 ") == 0.1
    for wrong in ("lots", "0", "-1", "1/0", ""):
        with pytest.raises(InputError):
            strength_of(wrong)


def test_who_answers() -> None:
    known, unknown = Question("--a", "A?", "Because.", "x"), Question("--b", "B?", "Because.")
    defaults = Defaults()
    assert defaults(known) == "x"
    assert defaults.taken == [("--a", "x")]
    with pytest.raises(InputError, match="no default"):
        defaults(unknown)
    nobody = Nobody()
    nobody.finish()
    assert (nobody(known), nobody(unknown)) == ("x", "")
    with pytest.raises(InputError) as error:
        nobody.finish()
    assert [problem.where for problem in error.value.problems] == ["--a", "--b"]
