"""Observations: every byte has one meaning."""

import hashlib
import math
import struct

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import canonical, observation

CASES = [hashlib.sha256(b"%d" % i).digest() for i in range(3)]
COLUMNS = [
    ("case", "b32", b"".join(CASES)),
    ("held", "u4", struct.pack("<3I", 1, 0, 0)),
    ("draws", "u4", struct.pack("<3I", 1, 2, 1)),
    ("unknown", "u4", struct.pack("<3I", 0, 1, 1)),
    ("score", "f8", struct.pack("<3d", 0.25, math.inf, -1.5)),
    ("stage", "i2", struct.pack("<3h", -1, 0, -2)),
]
BLOB = observation.encode("computed", "robust", 7, COLUMNS, 3)


def test_it_decodes_what_it_encodes() -> None:
    table = observation.decode(BLOB)
    assert (table.kind, table.clause, table.shard, table.count) == ("computed", "robust", 7, 3)
    assert table.columns["case"] == tuple(CASES)
    assert table.columns["unknown"] == (0, 1, 1)
    assert table.columns["score"] == (0.25, math.inf, -1.5)
    assert table.columns["stage"] == (-1, 0, -2)


def test_known_bytes() -> None:
    blob = observation.encode("measured", "c", 0, [("case", "b32", bytes(32)), ("seconds", "f8", bytes(8))], 1)
    header = (
        b'{"clause":"c","columns":[["case","b32"],["seconds","f8"]],"count":1,"kind":"measured","schema":1,"shard":0}'
    )
    assert blob == b"SEAOBS1\n" + struct.pack("<I", len(header)) + header + bytes(40)


@pytest.mark.parametrize("type_", observation.WIDTHS)
def test_every_type_has_its_width(type_) -> None:
    width = observation.WIDTHS[type_]
    blob = observation.encode("computed", "c", 0, [COLUMNS[0], ("value", type_, bytes(3 * width))], 3)
    assert len(observation.decode(blob).columns["value"]) == 3


def test_an_empty_shard_is_a_table() -> None:
    blob = observation.encode("computed", "c", 0, [(name, type_, b"") for name, type_, _ in COLUMNS], 0)
    assert observation.decode(blob).count == 0


def test_cut_or_longer_blobs_are_refused() -> None:
    for size in range(len(BLOB)):
        with pytest.raises(EvidenceError):
            observation.decode(BLOB[:size])
    with pytest.raises(EvidenceError):
        observation.decode(BLOB + b"\x00")


def _with(**fields) -> bytes:
    length = struct.unpack_from("<I", BLOB, 8)[0]
    header = canonical.dumps({**canonical.loads(BLOB[12 : 12 + length]), **fields})
    return BLOB[:8] + struct.pack("<I", len(header)) + header + BLOB[12 + length :]


@pytest.mark.parametrize(
    "fields",
    [
        {"schema": 2},
        {"schema": True},
        {"kind": "guessed"},
        {"count": 2},
        {"count": -3},
        {"count": 3.5},
        {"count": 10**15},
        {"shard": -1},
        {"shard": None},
        {"clause": None},
        {"columns": []},
        {"columns": {}},
        {"columns": [["held", "u4"]]},
        {"columns": [["case", "b32"], ["held"]]},
        {"columns": [["case", "b32"], ["held", "f2"]]},
        {"columns": [["case", "b32"], ["held", ["u4"]]]},
        {"columns": [["case", "b32"], ["case", "b32"]]},
        {"columns": [["case", "u4"]]},
        {"note": 1},
    ],
)
def test_odd_headers_are_refused(fields) -> None:
    with pytest.raises(EvidenceError):
        observation.decode(_with(**fields))


def _replaced(name: str, data: bytes) -> list[tuple[str, str, bytes]]:
    return [(column, type_, data if column == name else part) for column, type_, part in COLUMNS]


@pytest.mark.parametrize(
    "columns",
    [
        _replaced("case", CASES[0] + CASES[1] + CASES[0]),
        _replaced("held", struct.pack("<3I", 2, 0, 0)),
        _replaced("unknown", struct.pack("<3I", 1, 0, 0)),
        _replaced("draws", struct.pack("<3I", 1, 2, 0)),
        _replaced("score", bytes(23)),
        [column for column in COLUMNS if column[0] != "draws"],
        COLUMNS[1:],
    ],
)
def test_rows_that_do_not_add_up_are_refused(columns) -> None:
    with pytest.raises(EvidenceError):
        observation.encode("computed", "robust", 0, columns, 3)


FINDING = {
    "answer": "",
    "cases": 16,
    "figure": 0.9,
    "found": True,
    "limit": 0.1,
    "name": "vanishing",
    "said": "Gradients are zero.",
}


def test_findings_stand_in_the_header_and_are_read_back() -> None:
    blob = observation.encode("computed", "robust", 7, COLUMNS, 3, findings=[FINDING])
    assert observation.decode(blob).findings == (FINDING,)
    assert observation.decode(blob).columns == observation.decode(BLOB).columns


def test_a_blob_without_findings_is_what_it_was_before_there_were_any() -> None:
    assert observation.encode("computed", "robust", 7, COLUMNS, 3, findings=[]) == BLOB
    assert b"findings" not in BLOB
    assert observation.decode(BLOB).findings == ()


@pytest.mark.parametrize(
    "findings",
    [
        [],
        {},
        [{}],
        [{**FINDING, "more": 1}],
        [{**FINDING, "found": 1}],
        [{**FINDING, "cases": True}],
        [{**FINDING, "cases": 1.5}],
        [{**FINDING, "figure": "0.9"}],
        [{name: value for name, value in FINDING.items() if name != "answer"}],
        ["vanishing"],
    ],
)
def test_findings_of_another_form_are_refused(findings) -> None:
    with pytest.raises(EvidenceError, match="findings"):
        observation.decode(_with(findings=findings))
