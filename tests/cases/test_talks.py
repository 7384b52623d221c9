from __future__ import annotations

import json

import pytest

from seatrial.cases.talks import make
from seatrial.errors import CasesError
from seatrial.records.batch import Message, Talks
from seatrial.records.digest import column_digests

HELLO = {"messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hëllo"}]}
BYE = {"messages": [{"role": "user", "content": "Bye"}]}


def put(folder, *lines):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines)
    (folder / "t.jsonl").write_text(text, encoding="utf-8")
    return {"kind": "talks", "path": "t.jsonl"}


def test_conversations_come_back_and_the_canary_is_sealed(tmp_path):
    settings = put(
        tmp_path, {**HELLO, "canary": "K-7", "group": "a", "label": 1}, "", {**BYE, "group": "b", "label": 0}
    )
    batch = make(settings, tmp_path).take(0, 2)
    assert batch.inputs == Talks([(Message("system", "Be kind."), Message("user", "Hëllo")), (Message("user", "Bye"),)])
    assert isinstance(batch.inputs, Talks)
    assert batch.sealed == ({"canary": "K-7"}, {"canary": None})
    assert batch.open().sealed is None
    assert batch.groups.tolist() == ["a", "b"]
    assert batch.labels.tolist() == [1, 0]
    assert batch.ids == column_digests(batch.inputs)


def test_nothing_optional(tmp_path):
    batch = make(put(tmp_path, HELLO, BYE), tmp_path).take(0, 2)
    assert (batch.labels, batch.groups, batch.sealed) == (None, None, None)


def test_all_lines_at_once(tmp_path):
    settings = put(
        tmp_path,
        "{",
        [],
        {"messages": []},
        {**BYE, "canry": "x"},
        {"messages": [{"role": "robot", "content": "x"}, {"role": "user"}]},
        {**BYE, "canary": 7},
        "",
        HELLO,
    )
    with pytest.raises(CasesError) as caught:
        make(settings, tmp_path)
    places = [problem.where.rsplit("t.jsonl:", 1)[1] for problem in caught.value.problems]
    assert places == ["1", "2", "3", "4", "5: message 1", "5: message 2", "6: canary"]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([], "has no cases"),
        ([{**HELLO, "label": 1}, BYE], r"t.jsonl:2: has no label, others have"),
        ([{**HELLO, "label": -1}], "out of range"),
        ([{**HELLO, "label": "x"}], "label: is str"),
    ],
)
def test_mistakes(tmp_path, lines, expected):
    with pytest.raises(CasesError, match=expected):
        make(put(tmp_path, *lines), tmp_path)


def test_files_that_cannot_be_read(tmp_path):
    (tmp_path / "t.jsonl").write_bytes(b"\xff\xfe")
    for settings, expected in (({"path": "t.jsonl"}, "UTF-8"), ({"path": "u"}, "no such file"), ({}, "is missing")):
        with pytest.raises(CasesError, match=expected):
            make(settings, tmp_path)
