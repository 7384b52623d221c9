"""What a verifier keeps."""

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import remember

LEAVES = (bytes(32), bytes(range(32)))
KEPT = remember.write("a/log", LEAVES)


def test_it_reads_what_it_writes() -> None:
    assert remember.read(KEPT, "a/log") == LEAVES
    assert remember.read(remember.write("a/log", ()), "a/log") == ()


@pytest.mark.parametrize("data", [b"", KEPT[:-1], KEPT[:-9], KEPT + b"\n", KEPT.upper(), b"a/log\nxyz\n", b"\xff"])
def test_what_is_torn_is_refused(data) -> None:
    with pytest.raises(EvidenceError):
        remember.read(data, "a/log")


def test_another_log_is_refused() -> None:
    with pytest.raises(EvidenceError, match="'a/log', not 'b/log'"):
        remember.read(KEPT, "b/log")
