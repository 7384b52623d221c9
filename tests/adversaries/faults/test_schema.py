import numpy as np
import pytest
from tests.adversaries.faults.tables import attacked, table

from seatrial.adversaries.faults.schema import FAR, KINDS, STRANGE, Schema
from seatrial.controls.rules import FrameRule
from seatrial.errors import PlanError
from seatrial.records.batch import Frame, count, rows
from seatrial.records.threat import Malformed

TARGET = FrameRule(lambda rows: rows["age"])


def made(kind, inputs=None, *, seed=bytes(32)):
    frame = table(1) if inputs is None else inputs
    stimuli, _ = attacked(Schema(kinds=(kind,)), TARGET, frame, Malformed(), seed=seed)
    return stimuli[0]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_one_row_that_is_out_of_schema(kind) -> None:
    odd, plain = made(kind), table(1)
    assert isinstance(odd, Frame)
    assert count(odd) == (0 if kind == "no rows" else 1)
    same = list(odd) == list(plain) and all(
        odd[name].dtype.kind == plain[name].dtype.kind and np.array_equal(odd[name], plain[name]) for name in plain
    )
    assert not same


def test_what_each_kind_is() -> None:
    assert made("unseen category")["job"] == STRANGE
    assert made("number for text")["job"].dtype.kind == "f"
    texts = [name for name, part in made("text for number").items() if part.dtype.kind == "U"]
    assert len(texts) == 2
    assert FAR in [part[0] for part in made("far out of range").values()]
    assert -FAR in [part[0] for part in made("below every range").values()]
    numbers = [name for name, part in table().items() if part.dtype.kind == "f"]
    assert all(made("constant")[name] == 0 for name in numbers)
    assert {float(np.sign(made("extreme")[name][0])) for name in numbers} == {-1.0, 1.0}
    assert len(made("missing column")) == 3
    assert list(made("extra column"))[:4] == list(table())
    assert len(set(made("renamed column")) - set(table())) == 1
    assert {name.lower() for name in made("name in capitals")} == set(table())
    moved = made("moved columns")
    assert set(moved) == set(table())
    assert list(moved) != list(table())
    assert all(np.array_equal(moved[name], table(1)[name], equal_nan=name != "job") for name in moved)


def test_the_column_is_the_cases_own_draw() -> None:
    lost = {next(iter(set(table()) - set(made("missing column", seed=bytes([at]) * 32)))) for at in range(60)}
    assert lost == set(table())


def test_each_case_draws_its_kind_and_keeps_it_in_other_company() -> None:
    whole, _ = attacked(Schema(), TARGET, table(60), Malformed())
    described = {(tuple(row), tuple(part.dtype.kind for part in row.values()), count(row)) for row in whole}
    assert len(described) > 8
    part, _ = attacked(Schema(), TARGET, rows(table(60), [17, 3]), Malformed())
    for row, at in zip(part, (17, 3), strict=True):
        assert str(row) == str(whole[at])


def test_kinds_that_the_columns_do_not_allow_give_way() -> None:
    numbers = Frame(age=np.array([1.0]))
    assert list(made("extra column", numbers)) == ["age", "seatrial_extra"]
    stimuli, _ = attacked(Schema(kinds=("unseen category", "infinity")), TARGET, numbers, Malformed())
    assert np.isinf(stimuli[0]["age"])
    for kind in ("unseen category", "missing column", "moved columns"):
        with pytest.raises(PlanError, match="can be made of columns age"):
            made(kind, numbers)


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(PlanError, match="no kind 'extra colum'"):
        made("extra colum")
