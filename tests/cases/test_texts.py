import json

import pytest

from seatrial.cases.texts import make
from seatrial.errors import CasesError
from seatrial.records.batch import Texts
from seatrial.records.digest import case_digest

SETTINGS = {"path": "r.csv", "text": "review", "label": "mood", "classes": ["neg", "pos"]}
ROWS = [{"review": 'so "good", really', "mood": "pos"}, {"review": "two\nlines é", "mood": "neg"}]


def put(folder, data, name="r.csv"):
    (folder / name).write_text(data, encoding="utf-8")
    return folder


def test_texts_come_as_they_are_written(tmp_path) -> None:
    put(tmp_path, 'review,mood\n"so ""good"", really",pos\n"two\nlines é",neg\nNA,pos\n,neg\n')
    batch = make(SETTINGS, tmp_path).take(0, 9)
    assert batch.inputs == Texts(['so "good", really', "two\nlines é", "NA", ""])
    assert batch.labels.tolist() == [1, 0, 1, 0]
    assert batch.ids == tuple(map(case_digest, batch.inputs))


def test_a_jsonl_holds_the_same_cases(tmp_path) -> None:
    put(tmp_path, "\n".join(map(json.dumps, ROWS)), "r.jsonl")
    assert make({**SETTINGS, "path": "r.jsonl"}, tmp_path).take(0, 2).inputs == Texts(row["review"] for row in ROWS)


def test_a_text_may_be_long(tmp_path) -> None:
    put(tmp_path, f"review,mood\n{'word ' * 60_000},pos\nb,neg\n")
    assert len(make(SETTINGS, tmp_path).take(0, 1).inputs[0]) == 300_000


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"text": None}, "cases.text: is missing"),
        ({"text": "reviews"}, "has no column 'reviews' (did you mean review?"),
        ({"text": "mood"}, "is the column of the label too"),
        ({"classes": ["bad", "good"]}, "'pos', 'neg' are not among classes"),
        ({"columns": ["review"]}, "cases.columns: is unknown here"),
    ],
)
def test_what_does_not_fit_is_refused(settings, said, tmp_path) -> None:
    put(tmp_path, "review,mood\na,pos\nb,neg\n")
    with pytest.raises(CasesError) as caught:
        make({**SETTINGS, **settings}, tmp_path)
    assert said in str(caught.value)


def test_numbers_are_no_texts(tmp_path) -> None:
    put(tmp_path, '{"review": 3, "mood": "pos"}\n{"review": "x", "mood": "neg"}\n', "r.jsonl")
    with pytest.raises(CasesError, match=r"r.jsonl:1: review: holds a number \(3\), no text"):
        make({**SETTINGS, "path": "r.jsonl"}, tmp_path)
