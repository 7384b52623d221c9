"""Rows of a table: what is read, what is refused and in which words, and what it costs."""

import json
import time
import tracemalloc

import numpy as np
import pandas as pd
import pytest

from seatrial.cases.pools import pools, read_through, truth
from seatrial.cases.table import make
from seatrial.errors import CasesError
from seatrial.records.batch import Frame

LOANS = {"path": "a.csv", "label": "ok", "classes": ["no", "yes"], "columns": {"age": "number", "job": "text"}}
PLAIN = "age,job,ok\n31,baker,yes\n,NA,no\n40.5,clerk,yes\n"


def put(folder, data, name="a.csv"):
    (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder


def problems(folder, **settings):
    with pytest.raises(CasesError) as caught:
        make({**LOANS, **settings}, folder)
    return [str(problem).replace(f"{folder}/", "") for problem in caught.value.problems]


def test_rows_come_back_as_pandas_reads_them(tmp_path) -> None:
    batch = make(LOANS, put(tmp_path, PLAIN)).take(0, 3)
    seen = pd.read_csv(tmp_path / "a.csv")
    assert isinstance(batch.inputs, Frame)
    assert list(batch.inputs) == ["age", "job"]
    assert np.array_equal(batch.inputs["age"], seen["age"], equal_nan=True)
    assert batch.inputs["age"].dtype == np.float64
    assert batch.inputs["job"].tolist() == seen["job"].fillna("").tolist()
    assert batch.labels.tolist() == [1, 0, 1]


@pytest.mark.parametrize("word", ["", "NA", "NaN", "null", "None", "n/a", "#N/A", "-nan", "<NA>"])
def test_what_pandas_takes_for_missing_is_missing(word, tmp_path) -> None:
    batch = make(LOANS, put(tmp_path, f"age,job,ok\n{word},{word},yes\n1,x,no\n")).take(0, 1)
    assert pd.read_csv(tmp_path / "a.csv").iloc[0][["age", "job"]].isna().all()
    assert np.isnan(batch.inputs["age"][0])
    assert batch.inputs["job"][0] == ""


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        PLAIN.replace("\n", "\r\n"),
        "\ufeff" + PLAIN,
        PLAIN.replace("\n", "\n\n"),
        PLAIN.rstrip("\n"),
        PLAIN.replace("baker", '"baker"').replace("31,", '"31",'),
        PLAIN.replace("31", " 31 ").replace("40.5", "4.05e1"),
        "job,more,ok,age\nbaker,1,yes,31\n,2,no,\nclerk,3,yes,40.5\n",
    ],
    ids=["plain", "crlf", "bom", "blank lines", "no last end", "quoted", "numbers otherwise", "other order"],
)
def test_how_it_is_written_does_not_change_a_case(data, tmp_path) -> None:
    batch = make(LOANS, put(tmp_path, data)).take(0, 9)
    assert batch.ids == make(LOANS, put(tmp_path, PLAIN)).take(0, 9).ids
    assert batch.labels.tolist() == [1, 0, 1]


def test_a_case_does_not_depend_on_the_width_of_its_neighbours(tmp_path) -> None:
    short = make(LOANS, put(tmp_path, "age,job,ok\n1,ab,no\n2,c,yes\n")).take(0, 1)
    long = make(LOANS, put(tmp_path, f"age,job,ok\n1,ab,no\n2,{'c' * 99},yes\n")).take(0, 2)
    assert short.ids[0] == long.ids[0]


def test_quotes_hold_separators_quotes_and_line_ends(tmp_path) -> None:
    put(tmp_path, 'age;job;ok\n1;"a; ""b""\r\nc";yes\n2;d;no\n')
    batch = make({**LOANS, "separator": ";"}, tmp_path).take(0, 2)
    assert batch.inputs["job"].tolist() == ['a; "b"\r\nc', "d"]
    assert make({**LOANS, "separator": ";"}, tmp_path).take(1, 2).inputs["age"].tolist() == [2.0]


def test_the_order_of_rows_does_not_matter_for_pools_and_truth(tmp_path) -> None:
    lines = [f"{at},job {'x' * (at % 7)},{('no', 'yes')[at % 3 == 0]}" for at in range(300)]
    one = make(LOANS, put(tmp_path, "\n".join(["age,job,ok", *lines])))
    other = make({**LOANS, "path": "b.csv"}, put(tmp_path, "\n".join(["age,job,ok", *lines[::-1]]), "b.csv"))
    assert pools(one, 500, 100).gate == pools(other, 500, 100).gate
    assert truth(one) == truth(other)


@pytest.mark.parametrize(
    ("classes", "written"),
    [
        (["no", "yes"], ["yes", "no", "yes"]),
        ([0, 1], ["1", "0", "1.0"]),
        ([False, True], ["True", "false", "TRUE"]),
        (["2", "1"], ["1", "2", "1"]),
        (["None", "Some"], ["Some", "None", "Some"]),
        (None, ["1", "0", "1"]),
    ],
)
def test_labels_are_texts_numbers_or_truth_values(classes, written, tmp_path) -> None:
    put(tmp_path, "age,job,ok\n" + "".join(f"{at},x,{word}\n" for at, word in enumerate(written)))
    assert make({**LOANS, "classes": classes}, tmp_path).take(0, 3).labels.tolist() == [1, 0, 1]


def test_without_label_there_are_none_and_groups_are_texts(tmp_path) -> None:
    batch = make({"path": "a.csv", "columns": ["age"], "groups": "job"}, put(tmp_path, PLAIN)).take(0, 3)
    assert batch.labels is None
    assert batch.groups.tolist() == ["baker", "", "clerk"]


def test_left_out_columns_are_all_others_as_numbers(tmp_path) -> None:
    batch = make({"path": "a.tsv", "label": "y"}, put(tmp_path, "b\ta\ty\n1\t2\t0\n3\ttrue\t1\n", "a.tsv")).take(0, 2)
    assert {name: column.tolist() for name, column in batch.inputs.items()} == {"b": [1.0, 3.0], "a": [2.0, 1.0]}


def test_a_column_without_a_name_is_no_column(tmp_path) -> None:
    pd.DataFrame({"a": [1, 2], "y": [0, 1]}).to_csv(tmp_path / "a.csv")
    assert list(make({"path": "a.csv", "label": "y"}, tmp_path).take(0, 1).inputs) == ["a"]


def test_an_array_is_float32_rows_in_the_order_of_columns(tmp_path) -> None:
    put(tmp_path, "b,a,y\n1,2,0\n3,4,1\n")
    batch = make({"path": "a.csv", "label": "y", "columns": ["a", "b"], "form": "array"}, tmp_path).take(0, 2)
    assert batch.inputs.dtype == np.float32
    assert batch.inputs.tolist() == [[2.0, 1.0], [4.0, 3.0]]


def test_all_mistakes_are_told_at_once_by_line_and_column(tmp_path) -> None:
    put(tmp_path, 'age,job,ok\n1,x,yes\n1,2\nx,y,maybe\n1_0,z,no\ninf,z,\n1,2,3,4\n"1,5",z,no\n')
    assert problems(tmp_path) == [
        "a.csv:3: has 2 fields, the first row names 3; also line 7 (put a field that holds ',' into quotes)",
        (
            "a.csv:4: age: holds 'x', no number; also line 5, 8 (if the column holds texts, say so: "
            "columns: {age: text}; if the value is missing, leave the cell empty)"
        ),
        "a.csv:6: age: holds 'inf', no finite number (leave the cell empty if the value is not known)",
        "a.csv:6: ok: has no label (add it, or leave the row out)",
        "a.csv: ok: 'maybe' is not among classes, the first in line 4 (classes are no, yes)",
    ]


def test_ten_thousand_mistakes_are_a_few_lines(tmp_path) -> None:
    put(tmp_path, "age,job,ok\n" + "x,y,maybe\n" * 10_000)
    said = problems(tmp_path)
    assert len(said) == 2
    assert "also line 3, 4, 5 and 9996 more" in said[0]


def test_more_kinds_of_mistakes_than_one_reads_are_cut(tmp_path) -> None:
    names = [f"c{at}" for at in range(30)]
    put(tmp_path, ",".join([*names, "ok"]) + "\n" + "x," * 30 + "no\n" + "1," * 30 + "yes\n")
    said = problems(tmp_path, columns=names)
    assert len(said) == 21
    assert "10 more mistakes are not listed" in said[-1]


BAD = [
    (b"", {}, "a.csv: is empty"),
    (b"age,job,ok\n", {}, "a.csv: has no rows"),
    (b"age,age,ok\n1,2,no\n", {}, "a.csv:1: names more than one column 'age'"),
    (b"age,job,ok\n1,caf\xe9,no\n", {}, "a.csv:2: is not UTF-8 text: byte 0xe9 at column 6 (save it as UTF-8"),
    (PLAIN.encode("utf-16"), {}, "a.csv: is UTF-16 text (save it as UTF-8)"),
    (PLAIN.replace("\n", "\r").encode(), {}, "a.csv:1: holds a CR that ends no line"),
    (b'age,job,ok\n1,"x,no\n2,y,yes\n', {}, "a.csv:2: a quote that begins here is not closed"),
    (b'age,job,ok\n1,"x"y,no\n2,y,yes\n', {}, "a.csv:2: goes on after a closing quote"),
    (PLAIN.replace(",", ";").encode(), {}, "names one column only, 'age;job;ok' (name what separates fields"),
    (b"age,job,ok\n1,x,yes\n2,y,yes\n", {}, "a.csv: ok: all 2 labels are 'yes' (a trial needs cases of two classes"),
    (PLAIN.encode(), {"label": "okay"}, "cases.label: "),
    (PLAIN.encode(), {"classes": None}, "the labels are 'no', 'yes', not whole numbers from 0 (name them in the order"),
    (PLAIN.encode(), {"classes": ["no", "ja"]}, "'yes' is not among classes, the first in line 2"),
    (b"age,job,ok\n1,x,no\n2,y, yes\n", {}, "there are spaces around ' yes'"),
    (b"age,job,ok\n1,x,nan\n2,y,yes\n", {}, "a.csv:2: ok: has no label"),
    (PLAIN.encode(), {"columns": {"age": "number", "job": "number"}}, "a.csv:2: job: holds 'baker', no number"),
    (PLAIN.encode(), {"columns": {"age": "number", "ok": "text"}}, "the answer would be given away"),
    (PLAIN.encode(), {"columns": {"agge": "number"}}, "has no column 'agge' (did you mean age?"),
    (PLAIN.encode(), {"columns": {"age": "date"}}, "age: date is no kind (write number or text)"),
    (PLAIN.encode(), {"columns": ["age"], "form": "array"}, "a.csv:3: age: has no value (a model of plain arrays"),
    (PLAIN.encode(), {"form": "array"}, "form: array takes numbers only, and job holds texts"),
    (b"age,job,ok\n1e39,x,no\n2,y,yes\n", {"columns": ["age"], "form": "array"}, "too large for float32"),
    (PLAIN.encode(), {"form": "rows"}, "'rows' is no form"),
    (PLAIN.encode(), {"groups": "sex"}, "cases.groups: "),
    (PLAIN.encode(), {"path": "b.csv"}, "b.csv: there is no such file"),
    (PLAIN.encode(), {"path": "a.xlsx"}, "a.xlsx: is a .xlsx file, not one of .csv, .tsv, .jsonl, .parquet"),
    (PLAIN.encode(), {"path": "a.csv.gz"}, "unpack it first"),
    (PLAIN.encode(), {"path": "."}, "is a folder"),
    (PLAIN.encode(), {"path": None}, "cases.path: is missing"),
    (PLAIN.encode(), {"lable": "ok"}, "cases.lable: is unknown here"),
    (f"age,job,ok\n1,{'x' * 5000},no\n2,y,yes\n".encode(), {}, "a.csv:2: job: holds a text of 5000 characters"),
    (b"age,job,ok\n1,a\0b,no\n2,y,yes\n", {}, "holds a text with a NUL"),
]


@pytest.mark.parametrize(("data", "settings", "said"), BAD, ids=[said[:40] for _, _, said in BAD])
def test_a_bad_file_is_refused_in_words(data, settings, said, tmp_path) -> None:
    found = problems(put(tmp_path, data), **settings)
    assert said in "\n".join(found)
    assert all(len(problem) < 400 for problem in found)


def test_bad_lines_of_json_are_told_by_line(tmp_path) -> None:
    lines = ['{"age": 1, "job": "x", "ok": "no"}', '{"age": "x", "job": 3, "ok": "yes"}', "[1]", "{nope"]
    lines += ['{"age": 1, "age": 2}', '{"age": [1], "ok": null}', '{"age": 1, "job": "\\ud800", "ok": "no"}']
    put(tmp_path, "\n".join(lines), "a.jsonl")
    said = "\n".join(problems(tmp_path, path="a.jsonl"))
    for part in ("a.jsonl:2: age: holds 'x', no number", "a.jsonl:2: job: holds a number (3), no text", "3: is a list"):
        assert part in said
    for part in ("4: is no JSON", "5: has the field 'age' twice", "6: age: holds a list", "6: ok: has no label"):
        assert f"a.jsonl:{part}" in said
    assert "a.jsonl:7: job: holds a text with a NUL or half a character" in said


def test_a_parquet_of_other_types_is_refused_by_row(tmp_path) -> None:
    rows = pd.DataFrame({"age": pd.to_datetime(["2020-01-01", "2021-01-01"]), "job": ["x", None], "ok": ["no", "yes"]})
    rows.to_parquet(tmp_path / "a.parquet")
    assert "row 1: age: holds datetime" in problems(tmp_path, path="a.parquet")[0]
    put(tmp_path, b"PAR1 this is none", "b.parquet")
    assert "is no Parquet file that can be read" in problems(tmp_path, path="b.parquet")[0]


def test_a_parquet_keeps_numbers_truth_values_categories_and_what_is_missing(tmp_path) -> None:
    rows = pd.DataFrame({"age": [1, None, 3], "job": pd.Categorical(["x", None, "y"]), "ok": [True, False, True]})
    rows.to_parquet(tmp_path / "a.parquet", row_group_size=2)
    batch = make({**LOANS, "path": "a.parquet", "classes": [False, True]}, tmp_path).take(0, 3)
    assert np.array_equal(batch.inputs["age"], [1, np.nan, 3], equal_nan=True)
    assert batch.inputs["job"].tolist() == ["x", "", "y"]
    assert batch.labels.tolist() == [1, 0, 1]


def test_a_file_that_changes_while_it_is_used_is_noticed(tmp_path) -> None:
    cases = make(LOANS, put(tmp_path, PLAIN))
    time.sleep(0.01)
    put(tmp_path, PLAIN.replace("31", "32"))
    with pytest.raises(CasesError, match="has changed since it was read"):
        cases.take(0, 1)


def test_a_long_file_costs_time_and_not_memory(tmp_path) -> None:
    many, text = 20_000, "x" * 400
    with (tmp_path / "a.csv").open("w") as file:
        file.write("age,job,ok\n")
        file.writelines(f"{at},{text}{at},{('no', 'yes')[at % 2]}\n" for at in range(many))
    size = (tmp_path / "a.csv").stat().st_size
    make(LOANS, put(tmp_path, PLAIN, "warm.csv"))
    tracemalloc.start()
    cases = make(LOANS, tmp_path)
    kept, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(cases) == many
    assert kept < 100 * many < size / 4
    assert most < kept + 24_000_000, "what is in work at one time does not grow with the file"


def test_it_is_read_once_for_its_index_and_once_for_everything_else(tmp_path) -> None:
    class Counted:
        def __init__(self, cases) -> None:
            self.cases, self.rows = cases, 0

        def __len__(self) -> int:
            return len(self.cases)

        def take(self, first, last):
            self.rows += last - first
            return self.cases.take(first, last)

    counted = Counted(make(LOANS, put(tmp_path, PLAIN)))
    looked = []
    read_through(counted, lambda batch, first: looked.append((first, len(batch))))
    made = pools(counted, 500, 100)
    assert truth(counted)
    assert looked == [(0, 3)]
    assert counted.rows == 3
    assert len(made.index) == 3


def test_a_jsonl_names_columns_that_only_some_rows_have(tmp_path) -> None:
    lines = [{"age": 1, "ok": "no"}, {"job": "x", "ok": "yes", "age": None}]
    put(tmp_path, "\n".join(map(json.dumps, lines)), "a.jsonl")
    batch = make({**LOANS, "path": "a.jsonl"}, tmp_path).take(0, 2)
    assert batch.inputs["job"].tolist() == ["", "x"]
    assert np.isnan(batch.inputs["age"][1])
