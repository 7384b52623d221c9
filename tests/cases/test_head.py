"""The head of a long file: whole rows only, and no more of the file than needed."""

import pandas as pd
import pytest

from seatrial.cases.head import LONG, head


def longer(path):
    with path.open("r+b") as file:
        file.truncate(LONG + 1)
    return path


def test_a_short_file_is_its_own_head(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    assert head(path, tmp_path) == path


def test_a_long_file_loses_its_tail_at_the_end_of_a_row(tmp_path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text('a,b\n1,2\n3,"one\ntwo"\n4,"cut off\nhere')
    (tmp_path / "scratch").mkdir()
    short = head(longer(path), tmp_path / "scratch")
    assert short.name == "head.csv"
    assert short.read_text() == 'a,b\n1,2\n3,"one\ntwo"\n'


def test_lines_of_json_have_no_quotes_across_lines(tmp_path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": "one"}\n{"a": "tw')
    assert head(longer(path), tmp_path).read_text() == '{"a": "one"}\n'


@pytest.mark.parametrize("rows", [10, 6000])
def test_a_parquet_file_is_read_by_its_first_rows(tmp_path, rows) -> None:
    path = tmp_path / "rows.parquet"
    pd.DataFrame({"a": range(rows)}).to_parquet(path)
    read = pd.read_parquet(head(path, tmp_path, long=1))
    assert list(read["a"]) == list(range(min(rows, 5000)))
