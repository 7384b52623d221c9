"""Bundles: a plain tar file with no byte to spare."""

import io
import tarfile

import pytest

from seatrial.errors import EvidenceError
from seatrial.proof import bundle
from seatrial.proof.bundle import Evidence
from seatrial.proof.canonical import digest

FILES = {"log": b"one\ntwo\n", "checkpoint": b"note", "blobs/" + "a" * 64: bytes(512), "blobs/" + "b" * 64: b""}
EVIDENCE = Evidence((b"one", b"two"), b"note", {digest(b"x"): b"x"})
LIMIT = 10**6


def test_it_unpacks_what_it_packs() -> None:
    assert bundle.unpack(bundle.pack(FILES), LIMIT) == FILES
    assert bundle.pack(dict(reversed(FILES.items()))) == bundle.pack(FILES)


def test_any_tar_reads_it() -> None:
    with tarfile.open(fileobj=io.BytesIO(bundle.pack(FILES)), mode="r:") as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == sorted(FILES)
        assert {(m.mode, m.uid, m.gid, m.mtime, m.uname, m.type) for m in members} == {(0o644, 0, 0, 0, "", b"0")}
        assert archive.extractfile("log").read() == FILES["log"]


def test_every_bit_counts() -> None:
    data = bundle.pack(FILES)
    for at in range(len(data)):
        torn = bytearray(data)
        torn[at] ^= 1 << at % 8
        try:
            assert bundle.unpack(bytes(torn), LIMIT) != FILES
        except EvidenceError:
            continue


def test_cut_longer_or_too_large() -> None:
    data = bundle.pack(FILES)
    for size in range(0, len(data), 64):
        with pytest.raises(EvidenceError):
            bundle.unpack(data[:size], LIMIT)
    for odd in (data + bytes(512), data + b"x", bytes(512) + data):
        with pytest.raises(EvidenceError):
            bundle.unpack(odd, LIMIT)
    with pytest.raises(EvidenceError, match="more than 100 are not looked at"):
        bundle.unpack(data, 100)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_file_from_elsewhere_is_refused(form) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in FILES.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    with pytest.raises(EvidenceError):
        bundle.unpack(out.getvalue(), LIMIT)


def test_names_twice_or_out_of_order_are_refused() -> None:
    one = bundle.pack({"a": b"1"})[:-1024]
    two = bundle.pack({"b": b"2"})[:-1024]
    assert bundle.unpack(one + two + bytes(1024), LIMIT) == {"a": b"1", "b": b"2"}
    for odd in (two + one, one + one):
        with pytest.raises(EvidenceError):
            bundle.unpack(odd + bytes(1024), LIMIT)


def test_evidence_there_and_back() -> None:
    assert bundle.read(bundle.write(EVIDENCE), LIMIT) == EVIDENCE
    empty = Evidence((), b"", {})
    assert bundle.read(bundle.write(empty), LIMIT) == empty


@pytest.mark.parametrize(
    "files",
    [
        {"log": b""},
        {"checkpoint": b""},
        {"log": b"torn", "checkpoint": b""},
        {"log": b"", "checkpoint": b"", "../escape": b""},
        {"log": b"", "checkpoint": b"", "/etc/passwd": b""},
        {"log": b"", "checkpoint": b"", "blobs/short": b""},
        {"log": b"", "checkpoint": b"", "blobs/" + "A" * 64: b""},
        {"log": b"", "checkpoint": b"", "model.pkl": b""},
    ],
)
def test_other_files_have_no_place_in_it(files) -> None:
    with pytest.raises(EvidenceError):
        bundle.read(bundle.pack(files), LIMIT)


@pytest.mark.parametrize("name", ["", "x" * 101, "a\x00b", "\u00e9"])
def test_names_that_cannot_be_packed(name) -> None:
    with pytest.raises(ValueError, match="cannot stand in a bundle"):
        bundle.pack({name: b""})


def test_limits_hold_before_anything_is_kept() -> None:
    """A header may claim what it likes: what it names is not read, and no memory is taken for it."""
    huge = bundle._header("checkpoint", 8**11 - 1) + b"x" * 512
    with pytest.raises(EvidenceError, match=r"a file of 8589934591 bytes, checkpoint: that is not looked at"):
        bundle.unpack(huge, 2**20)
    with pytest.raises(EvidenceError, match="ends within checkpoint"):
        bundle.unpack(bundle._header("checkpoint", 2**20) + b"x" * 512, 2**30)
    many = b"".join(bundle._header(f"blobs/{at:08}", 0) for at in range(12))
    with pytest.raises(EvidenceError, match="more than 10 files"):
        bundle.unpack(many, 2**20, most=10)
    with pytest.raises(ValueError, match="cannot stand in a bundle"):
        bundle.pack({"log": b"x" * 11}, one=10)


def test_what_is_withheld_is_a_sorted_list_of_digests() -> None:
    one, two = f"sha256:{'a' * 64}", f"sha256:{'b' * 64}"
    assert bundle.digests(bundle.lines({two, one})) == {one, two}
    files = {"checkpoint": b"", "log": b""}
    assert bundle.read(bundle.pack({**files, "withheld": bundle.lines({one})}), 2**20).withheld == {one}
    for wrong in ("", f"{two}\n{one}\n", f"{one}\n{one}\n", one, f"{one}\r\n", f"{one.upper()}\n", f" {one}\n", "\n"):
        with pytest.raises(EvidenceError):
            bundle.read(bundle.pack({**files, "withheld": wrong.encode()}), 2**20)


def test_a_file_of_samples_holds_samples_only() -> None:
    name = f"blobs/{'a' * 64}"
    assert bundle.disclosed(bundle.pack({name: b"x"})) == (b"x",)
    for files in ({name: b"x", "log": b""}, {"../x": b""}):
        with pytest.raises(EvidenceError):
            bundle.disclosed(bundle.pack(files))
