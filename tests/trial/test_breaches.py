"""The rules about texts, tables and company, kept and broken."""

import numpy as np
import pytest

from seatrial.errors import RuleBroken
from seatrial.records.batch import Attempts, Batch, Frame, Oddities, Texts
from seatrial.records.threat import Company, Edits, Missing, Swap
from seatrial.trial.referee import check


def refused(threat, inputs, stimuli) -> str:
    """Return why the referee refuses; empty if it does not."""
    batch = Batch(tuple(bytes([at]) * 32 for at in range(2)), inputs)
    try:
        check(threat, batch, Attempts(stimuli=stimuli))
    except RuleBroken as error:
        return str(error)
    return ""


TEXTS = Texts(("ten letter", "ten letter and ten mor"))


def test_every_text_has_its_own_number_of_edits() -> None:
    assert Edits(0.1).most("ten letter") == 1
    assert Edits(0.1).most("a" * 30) == 3, "a tenth of thirty is three, whatever floats say"
    assert Edits(0.1).most("a" * 31) == 4
    assert (Edits(0.001).most("ab"), Edits(1.0).most(""), Edits(1.0).most("ab")) == (1, 0, 2)
    assert not refused(Edits(0.1), TEXTS, Texts(("etn letter", "te lettre and ten mox")))
    assert "case 0: 2 edits, and 10 characters may have 1" in refused(
        Edits(0.1), TEXTS, Texts(("etn lettre", TEXTS[1]))
    )
    assert "case 1: 4 edits" in refused(Edits(0.1), TEXTS, Texts((TEXTS[0], "xen xetter xnd xen mor")))
    assert "case 1: 30 characters" in refused(Edits(0.1), TEXTS, Texts((TEXTS[0], "a" * 30)))
    assert "case 0: 1 characters" in refused(Edits(0.1), Texts(("", "a")), Texts(("x", "a")))


def test_edited_stimuli_are_texts_one_per_case() -> None:
    assert "are Texts, not tuple" in refused(Edits(), TEXTS, tuple(TEXTS))
    assert "are Texts" in refused(Edits(), TEXTS, Texts(("ten letter", 5)))  # type: ignore[arg-type]
    assert "1 stimuli for 2 cases" in refused(Edits(), TEXTS, Texts(("ten letter",)))
    batch = Batch((bytes(32),), Texts(("a",)))
    check(Edits(), batch, Attempts())
    with pytest.raises(RuleBroken, match="has no condition"):
        check(Edits(), batch, Attempts(condition=1))


def frame(ages, jobs) -> Frame:
    return Frame(age=np.array(ages, dtype=np.float64), job=np.array(jobs))


ROWS = frame([30.0, np.nan], ["cook", "smith"])


def test_fields_may_be_emptied_and_nothing_else() -> None:
    assert not refused(Missing(1), ROWS, frame([np.nan, np.nan], ["cook", ""]))
    assert not refused(Missing(1), ROWS, ROWS)
    assert not refused(Missing(2), ROWS, frame([np.nan, np.nan], ["", ""]))
    assert "case 0: 2 fields were emptied" in refused(Missing(1), ROWS, frame([np.nan, np.nan], ["", "smith"]))
    assert "case 0: column age was changed" in refused(Missing(2), ROWS, frame([31.0, np.nan], ["cook", "smith"]))
    assert "case 1: column age was changed" in refused(Missing(2), ROWS, frame([30.0, 1.0], ["cook", "smith"]))
    assert "case 1: column job was changed" in refused(Missing(2), ROWS, frame([30.0, np.nan], ["cook", "sm"]))


def test_emptied_tables_keep_their_columns() -> None:
    for other in (
        Frame(job=ROWS["job"], age=ROWS["age"]),
        Frame(age=ROWS["age"]),
        Frame(age=np.array(["30", ""]), job=ROWS["job"]),
        np.zeros((2, 2)),
    ):
        assert "with the columns of the cases" in refused(Missing(2), ROWS, other)
    assert "with the columns of the cases" in refused(Missing(), TEXTS, TEXTS)


def test_arrays_of_floats_are_emptied_with_nan() -> None:
    rows = np.arange(6.0).reshape(2, 3)
    gone = rows.copy()
    gone[1, 2] = np.nan
    assert not refused(Missing(1), rows, gone)
    gone[1, 0] = np.nan
    assert "case 1: 2 fields" in refused(Missing(1), rows, gone)
    assert "column 0 was changed" in refused(Missing(1), rows, rows - np.array([1.0, 0, 0]))


def test_the_case_comes_first_in_its_company() -> None:
    rows = np.arange(6.0).reshape(2, 3)
    calls = [np.concatenate([rows[[at]], np.zeros((3, 3))]) for at in range(2)]
    assert not refused(Company(4), rows, Oddities(calls))
    assert "no column of 1 to 3 rows" in refused(Company(3), rows, Oddities(calls))
    assert "case 0: the first row of its call is not the case" in refused(Company(4), rows, Oddities(calls[::-1]))
    assert "case 1: its call is no column" in refused(Company(4), rows, Oddities((calls[0], calls[1][:0])))
    assert "case 0: its call is no column" in refused(Company(4), rows, Oddities((Texts(("a",)), calls[1])))
    assert "are Oddities" in refused(Company(4), rows, rows)
    halves = Oddities(call.astype(np.float32) for call in calls)
    assert "is not the case" in refused(Company(4), rows, halves)
    assert not refused(Company(2), TEXTS, Oddities((Texts((TEXTS[0], "x")), Texts((TEXTS[1],)))))
    assert not refused(Company(2), ROWS, Oddities((frame([30, 1], ["cook", ""]), frame([np.nan], ["smith"]))))


def test_a_swap_in_a_table_changes_its_columns_only() -> None:
    rows = Frame(sex=np.array(["f", "m"]), age=np.array([30.0, np.nan]), job=np.array(["", "clerk"]))
    other = Frame({**rows, "sex": np.array(["other", "f"])})
    assert not refused(Swap(("sex",)), rows, other)
    assert not refused(Swap((0,)), rows, other), "a column may be counted"
    assert not refused(Swap(("sex",)), rows, rows)
    assert "case 0: column sex was changed, and only ['age'] may be" in refused(Swap(("age",)), rows, other)
    assert "column sex was changed" in refused(Swap((1,)), rows, other)
    older = Frame({**rows, "age": np.array([30.0, 31.0])})
    assert not refused(Swap(("age",)), rows, older)
    assert "case 1: column age was changed" in refused(Swap(("sex",)), rows, older)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ({"sex": np.array(["f", "m"])}, "a Frame with the columns of the cases"),
        ({"age": np.array([30.0, 1.0]), "sex": np.array(["f", "m"])}, "in their order"),
        ({"sex": np.array([1.0, 2.0]), "age": np.array([30.0, 1.0])}, "column sex holds float64"),
        ({"sex": np.array(["f"]), "age": np.array([30.0])}, "1 stimuli for 2 cases"),
        ({"sex": np.array(["f", "m"]), "age": np.array([30.0, np.inf])}, "a number that is not finite"),
        ({"sex": np.array(["f", "m"]), "age": np.array([30.0, np.nan])}, "a number that is not finite"),
    ],
)
def test_a_swapped_table_keeps_its_form(made, said) -> None:
    rows = Frame(sex=np.array(["f", "m"]), age=np.array([30.0, 1.0]))
    assert said in refused(Swap(("age", "sex")), rows, Frame(made))
    assert "a Frame with the columns" in refused(Swap(("age",)), rows, np.zeros((2, 2)))


def test_an_array_has_no_names_to_swap_by() -> None:
    assert "rows of an array have no column 'sex'" in refused(Swap(("sex",)), np.zeros((2, 2)), np.zeros((2, 2)))
