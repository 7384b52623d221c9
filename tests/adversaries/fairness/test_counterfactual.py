import numpy as np
import pytest
import torch

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.fairness.counterfactual import Counterfactual
from seatrial.errors import PlanError
from seatrial.records.batch import Array, Batch, Frame
from seatrial.records.random import Random
from seatrial.records.threat import Swap
from seatrial.targets.callable import CallableTarget
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Face, Field
from seatrial.trial import referee

ROWS = np.array([[0.5, 0.0, 1.0], [0.2, 1.0, 0.0], [0.9, 0.0, 0.0], [0.1, 1.0, 1.0]])


def attacked(columns, function=lambda rows: np.zeros((len(rows), 2)), *, rows=ROWS, ledger=None, **tactics):
    target = CallableTarget(function, Face(takes=Array, gives="logits"))
    batch = Batch(tuple(bytes([at]) * 32 for at in range(len(rows))), rows.copy())
    asked = target if ledger is None else meter(target, ledger)
    bench = Bench(Swap(columns), Random(bytes(32), batch.ids))
    attempts = Counterfactual(**tactics).attack(asked, batch.open(), bench)
    referee.check(Swap(columns), batch, attempts)
    return attempts.stimuli


def test_one_column_of_two_values_is_flipped_without_asking() -> None:
    ledger = Ledger.empty(4)
    made = attacked((1,), ledger=ledger)
    assert made[:, 1].tolist() == [1.0, 0.0, 1.0, 0.0]
    assert np.array_equal(made[:, [0, 2]], ROWS[:, [0, 2]])
    assert ledger.forwards.sum() == 0


def test_of_several_combinations_the_one_that_changes_the_answer_is_found() -> None:
    def function(rows):
        granted = (rows[:, 1] == 1) & (rows[:, 2] == 1)
        return np.stack([granted, ~granted], axis=1).astype(float)

    made = attacked((1, 2), function)
    before, after = function(ROWS), function(made)
    assert (before.argmax(axis=1) != after.argmax(axis=1)).all()
    assert not (made == ROWS).all(axis=1).any()


def test_where_no_answer_changes_the_largest_move_is_taken() -> None:
    made = attacked((1,), lambda rows: np.stack([rows[:, 1], rows[:, 1] + 100], axis=1), values=(0.0, 1.0, 7.0))
    assert made[:, 1].tolist() == [7.0] * 4


def test_a_one_hot_attribute_stays_one_hot() -> None:
    rows = np.eye(3)[[0, 1, 2, 0]]
    made = attacked((0, 1, 2), rows=rows, one_hot=True)
    assert (made.sum(axis=1) == 1).all()
    assert not (made == rows).all(axis=1).any()


def test_other_codes_than_zero_and_one() -> None:
    rows = ROWS.copy()
    rows[:, 1] += 1
    assert attacked((1,), rows=rows, values=(1.0, 2.0))[:, 1].tolist() == [2.0, 1.0, 2.0, 1.0]


def test_rows_keep_library_and_dtype() -> None:
    target = CallableTarget(lambda rows: rows, Face(takes=Array, gives="logits", home=torch.as_tensor))
    batch = Batch(tuple(bytes([at]) * 32 for at in range(4)), torch.tensor(ROWS, dtype=torch.float32))
    bench = Bench(Swap((1,)), Random(bytes(32), batch.ids))
    made = Counterfactual().attack(target, batch, bench).stimuli
    assert isinstance(made, torch.Tensor)
    assert made.dtype == torch.float32
    assert batch.inputs[0, 1] == 0


@pytest.mark.parametrize(
    ("columns", "tactics", "said"),
    [
        ((), {}, "columns"),
        ((3,), {}, "rows of 3 columns"),
        ((-1,), {}, "rows of 3 columns"),
        ((0, 1, 2), {"values": tuple(range(9))}, "combinations"),
    ],
)
def test_columns_that_make_no_sense_are_refused(columns, tactics, said) -> None:
    with pytest.raises(PlanError, match=said):
        attacked(columns, **tactics)


TABLE = Frame(age=np.array([30.0, 40.0, 50.0]), sex=np.array(["f", "m", ""]), paid=np.array([1.0, 0.0, 1.0]))


def swapped(columns, function=lambda rows: np.zeros((len(rows["age"]), 2)), *, fields=(), **tactics):
    target = CallableTarget(function, Face(takes=Frame, gives="logits", columns=fields))
    batch = Batch(tuple(bytes([at]) * 32 for at in range(3)), Frame(TABLE))
    attempts = Counterfactual(**tactics).attack(
        target, batch.open(), Bench(Swap(columns), Random(bytes(32), batch.ids))
    )
    referee.check(Swap(columns), batch, attempts)
    return attempts.stimuli


def test_a_column_of_a_table_is_named_or_counted() -> None:
    for columns in (("sex",), (1,)):
        made = swapped(columns, values=("f", "m"))
        assert made["sex"].tolist() == ["m", "f", "f"]
        assert made["age"].tolist() == TABLE["age"].tolist()


def test_longer_texts_than_the_cases_hold_are_whole() -> None:
    made = swapped(
        ("sex",),
        lambda rows: np.stack([rows["sex"] == "another", rows["age"] * 0], axis=1),
        values=("f", "m", "another"),
    )
    assert made["sex"].tolist() == ["another"] * 3


def test_a_column_takes_the_values_of_its_kind() -> None:
    made = swapped(("sex", "paid"), values=("f", "m", 0.0, 1.0))
    assert ((made["sex"] != TABLE["sex"]) | (made["paid"] != TABLE["paid"])).all()
    assert set(made["sex"]) <= {"f", "m"}
    assert set(made["paid"]) <= {0.0, 1.0}


def test_texts_that_nobody_names_are_those_that_the_model_knows() -> None:
    made = swapped(("sex",), fields=(Field("age"), Field("sex", "text", ("m", "w")), Field("paid")))
    assert made["sex"].tolist() == ["m", "w", "m"]


@pytest.mark.parametrize(
    ("columns", "tactics", "said"),
    [
        (("sexx",), {}, "did you mean sex?"),
        (("sex",), {}, "column sex holds texts, and nobody says which"),
        (("age",), {"values": ("f", "m")}, "column age holds numbers"),
        ((7,), {}, "rows of 3 columns"),
    ],
)
def test_columns_of_a_table_that_make_no_sense_are_refused(columns, tactics, said) -> None:
    with pytest.raises(PlanError) as caught:
        swapped(columns, **tactics)
    assert said in str(caught.value)


def test_an_array_has_no_names() -> None:
    with pytest.raises(PlanError, match="protected column 'sex' in rows without it"):
        attacked(("sex",))
