"""The body of `add-checkpoint`: the example of C2SP tlog-witness, and one spelling only."""

import pytest
from tests.evidence.witness.logs import leaves, signed

from seatrial.errors import EvidenceError
from seatrial.evidence.witness import request
from seatrial.evidence.witness.request import Request

EXAMPLE = """\
old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
""".encode()  # noqa: E501 - as it stands in the specification


def test_the_example_of_the_specification() -> None:
    found = request.read(EXAMPLE)
    assert (found.old, len(found.proof)) == (20852014, 2)
    assert found.checkpoint.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert request.write(found) == EXAMPLE


@pytest.mark.parametrize("old", range(8))
def test_it_reads_what_it_writes(old) -> None:
    rows = leaves(7)
    made = request.made(rows, signed(rows), old)
    assert request.read(request.write(made)) == made
    assert (made.proof == ()) == (old in (0, 7))


def test_a_log_shorter_than_the_old_size_has_no_proof() -> None:
    with pytest.raises(IndexError):
        request.made(leaves(3), b"", 4)


def test_many_hashes() -> None:
    full = Request(1, (bytes(32),) * request.HASHES, b"x")
    assert request.read(request.write(full)) == full
    with pytest.raises(EvidenceError, match="at most 63"):
        request.read(request.write(Request(1, (bytes(32),) * 64, b"x")))


@pytest.mark.parametrize(
    "change",
    [
        lambda body: b"",
        lambda body: b"\n" + body,
        lambda body: body.replace(b"old 2", b"old 02"),
        lambda body: body.replace(b"old 2", b"old +2"),
        lambda body: body.replace(b"old 2", b"old  2"),
        lambda body: body.replace(b"old 2", b"old -2"),
        lambda body: body.replace(b"old 20852014\n", b""),
        lambda body: body.replace(b"old 20852014", b"old 99999999999999999999"),
        lambda body: body.replace(b"PlRN", b"PlR\xff"),
        lambda body: body.replace(b"kaw=", b"kax="),
        lambda body: body.replace(b"PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=", b"AAAA"),
        lambda body: body.replace(b"\n", b"\r\n"),
        lambda body: body.split(b"\n\n")[0],
    ],
)
def test_other_bytes_are_no_request(change) -> None:
    with pytest.raises(EvidenceError):
        request.read(change(EXAMPLE))
