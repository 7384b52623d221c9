"""What is seen of data before there is a charter."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from seatrial.cases.columns import MOSTLY
from seatrial.cases.survey import FEW, survey
from seatrial.errors import CasesError


def put(folder, data, name="a.csv"):
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder / name


def columns(path, **options):
    return {column.name: column for column in survey(path, **options).columns}


def test_columns_of_a_table(tmp_path) -> None:
    path = put(tmp_path, "age,job,ok,n\n31,baker,True,1\n,NA,False,2\n40.5,clerk,True,2\n")
    seen = survey(path)
    assert (seen.rows, seen.whole, seen.separator, seen.notes) == (3, True, "", ())
    age, job, ok, number = seen.columns
    assert (age.kind, age.missing, age.low, age.high, age.values) == ("number", 1, 31.0, 40.5, ())
    assert (job.kind, job.missing, job.values, job.longest) == ("text", 1, ("baker", "clerk"), 5)
    assert (ok.kind, ok.values) == ("number", (False, True))
    assert (number.values, number.distinct, number.examples) == ((1, 2), 2, ("1", "2"))


def test_a_column_of_mixed_kinds_says_where(tmp_path) -> None:
    lines = [str(at) for at in range(20)]
    lines[7] = "unknown"
    seen = columns(put(tmp_path, "\n".join(["a", *lines])))["a"]
    assert MOSTLY < 19 / 20
    assert (seen.kind, seen.odd, seen.values) == ("text", ("line 9: 'unknown'",), tuple(sorted(lines)))
    assert columns(put(tmp_path, "a\n1\nx\n"))["a"].odd == ()


def test_many_values_are_not_listed(tmp_path) -> None:
    seen = columns(put(tmp_path, "\n".join(["a", *map(str, range(FEW + 5))])))["a"]
    assert (seen.values, seen.distinct) == ((), FEW + 1)


def test_of_a_long_file_only_the_head_is_read(tmp_path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n" + b"1,2\n" * 5000)
        file.truncate(5_000_000_000)
    seen = survey(path, limit=100)
    assert (seen.rows, seen.whole, seen.size) == (100, False, 5_000_000_000)
    assert "99 of 100 rows are equal to an earlier one" in seen.notes


@pytest.mark.parametrize(("rows", "whole"), [(100, True), (101, False)])
def test_whether_the_head_is_all(rows, whole, tmp_path) -> None:
    path = put(tmp_path, "a,b\n" + "".join(f"{at},x\n" for at in range(rows)))
    assert survey(path, limit=100).whole is whole


def test_what_separates_fields_is_found_out(tmp_path) -> None:
    seen = survey(put(tmp_path, "a;b\n1,5;2\n"))
    assert seen.separator == ";"
    assert [column.name for column in seen.columns] == ["a", "b"]


def test_a_column_without_a_name_is_passed_over_and_said(tmp_path) -> None:
    pd.DataFrame({"a": [1, 2]}).to_csv(tmp_path / "a.csv")
    seen = survey(tmp_path / "a.csv")
    assert [column.name for column in seen.columns] == ["a"]
    assert "without a name" in seen.notes[0]


def test_other_files_of_rows(tmp_path) -> None:
    rows = pd.DataFrame({"a": [1.5, None], "b": ["x", "y"], "day": pd.to_datetime(["2020-01-01", "2021-01-01"])})
    rows.to_parquet(tmp_path / "a.parquet")
    rows.to_json(tmp_path / "a.jsonl", orient="records", lines=True, date_format="iso")
    for name in ("a.parquet", "a.jsonl"):
        seen = columns(tmp_path / name)
        assert (seen["a"].kind, seen["a"].missing, seen["b"].values) == ("number", 1, ("x", "y"))
    assert columns(tmp_path / "a.parquet")["day"].other == "datetime"


def test_ragged_rows_are_a_note(tmp_path) -> None:
    [note] = survey(put(tmp_path, "a,b\n1,2\n1\n3,4\n")).notes
    assert "a.csv:3: has 1 fields, the first row names 2" in note


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"", "a.csv", "is empty"),
        (b"a,b\n", "a.csv", "has no rows"),
        (b"a,b\n1\n", "a.csv", "has 1 fields"),
        (b"a,b\n\xe9,2\n", "a.csv", "is not UTF-8"),
        (b"{", "a.jsonl", "its first lines hold no row"),
        (b"x", "a.npz", "is no npz file"),
        (b"x", "a.doc", "is a .doc file"),
    ],
)
def test_what_cannot_be_looked_at_is_refused(data, name, said, tmp_path) -> None:
    with pytest.raises(CasesError, match=said):
        survey(put(tmp_path, data, name))


def test_what_is_not_there_is_refused(tmp_path) -> None:
    for name in ("none", "none.csv", "none.npz"):
        with pytest.raises(CasesError):
            survey(tmp_path / name)


def test_arrays(tmp_path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.eye(3, dtype=np.float32), y=[0, 1, 1], t=["a", "b", "a"], o=np.array([{}]), n=[np.nan])
    seen = {one.name: one for one in survey(path).arrays}
    assert (seen["x"].shape, seen["x"].dtype, seen["x"].low, seen["x"].high) == ((3, 3), "float32", 0.0, 1.0)
    assert seen["y"].values == (0, 1)
    assert seen["t"].values == ("a", "b")
    assert (seen["o"].dtype, seen["o"].low) == ("object", None)
    assert seen["n"].finite is False
    assert survey(path).notes == ("o holds Python objects, which are never read",)


def test_a_folder_of_images(tmp_path) -> None:
    for at in range(6):
        place = tmp_path / "ab"[at % 2]
        place.mkdir(exist_ok=True)
        Image.new("RGB" if at else "L", (5, 4 if at < 5 else 9)).save(place / f"{at}.png")
    (tmp_path / "b" / "x.png").write_bytes(b"none")
    (tmp_path / "b" / "x.txt").write_bytes(b"none")
    seen = survey(tmp_path)
    assert seen.classes == (("a", 3), ("b", 4))
    assert seen.sizes == (((4, 5), 5), ((9, 5), 1))
    assert seen.modes == (("RGB", 5), ("L", 1))
    assert (seen.looked, seen.whole, seen.broken) == (7, True, ("b/x.png",))
    assert seen.notes == ("1 files are no images, the first b/x.txt",)
    few = survey(tmp_path, limit=3)
    assert (few.looked, few.whole) == (3, False)


def test_an_empty_folder_is_refused(tmp_path) -> None:
    with pytest.raises(CasesError, match="is empty"):
        survey(tmp_path)
    (tmp_path / "cat").mkdir()
    with pytest.raises(CasesError, match="holds no image"):
        survey(tmp_path)
