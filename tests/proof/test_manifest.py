"""The rule of model signing, by vectors that are computed here step by step from its published description."""

import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from seatrial.errors import EvidenceError
from seatrial.proof import manifest
from seatrial.proof.manifest import Manifest


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def test_one_file_is_the_digest_of_its_raw_digest() -> None:
    # printf abc | sha256sum | cut -c1-64 | xxd -r -p | sha256sum
    assert manifest.root({"any name": sha(b"abc").hex()}) == (
        "sha256:4f8b42c22dd3729b519ba6f68d2da7cc5b2d606d05daed5ad5128cc03e6c6358"
    )


def test_files_are_ordered_by_the_parts_of_their_paths() -> None:
    """`/` is not a letter between `-` and `0`: `d/x` stands before `d-1`, against the order of the texts."""
    files = {"d-1": b"1", "d/x": b"2", "d.txt": b"3", ".hidden": b"4", "d/a/b": b"5", "Z": b"6"}
    order = [".hidden", "Z", "d/a/b", "d/x", "d-1", "d.txt"]
    assert sorted(files) != order
    assert list(manifest.ordered(files)) == order
    joined = b"".join(sha(files[name]) for name in order)
    found = manifest.root({name: sha(data).hex() for name, data in files.items()})
    assert found == "sha256:" + hashlib.sha256(joined).hexdigest()


def test_no_file_is_the_digest_of_nothing() -> None:
    assert manifest.root({}) == "sha256:" + hashlib.sha256().hexdigest()
    assert Manifest({}).artifact is None


def test_the_whole_model_is_bound_to_names_and_block() -> None:
    files = {"m.py": sha(b"code").hex(), "w.bin": sha(b"weights").hex()}
    said, block = Manifest(files, ("w.bin",)), {"kind": "torch", "weights": "w.bin"}
    rest = sha(rfc8785.dumps({"paths": ["m.py", "w.bin"], "target": block}))
    assert said.model(block) == "sha256:" + hashlib.sha256(sha(b"code") + sha(b"weights") + rest).hexdigest()
    assert said.artifact == "sha256:" + hashlib.sha256(sha(b"weights")).hexdigest()
    assert not said.declared
    assert Manifest({manifest.CANARIES: sha(b"").hex()}).declared


names = st.text("ab-./é", min_size=1, max_size=6).filter(lambda text: not text.startswith("/"))
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)


@given(st.dictionaries(names, hashes, max_size=6), st.data())
def test_reading_and_writing_back_changes_no_byte(files: dict[str, str], data: st.DataObject) -> None:
    signed = data.draw(st.lists(st.sampled_from(sorted(files)), unique=True)) if files else []
    blob = manifest.write(Manifest(files, tuple(signed)))
    found = manifest.read(blob)
    assert manifest.write(found) == blob
    assert found.artifact == (manifest.root({name: files[name] for name in signed}) if signed else None)
    assert set(found.signed) == set(signed)


@pytest.mark.parametrize(
    "blob",
    [
        b"[]",
        b'{"files":{},"schema":2,"signed":[]}',
        b'{"files":{},"schema":true,"signed":[]}',
        b'{"files":{"a":"00"},"schema":1,"signed":[]}',
        b'{"files":{},"schema":1,"signed":["a"]}',
        b'{"files":[],"schema":1,"signed":[]}',
        b'{"files":{"a":"%s","b":"%s"},"schema":1,"signed":["b","a"]}' % (b"0" * 64, b"1" * 64),
        b'{"files":{"a":"%s"},"schema":1,"signed":["a","a"]}' % (b"0" * 64),
        b'{"files":{},"more":1,"schema":1,"signed":[]}',
    ],
)
def test_what_is_no_manifest_is_refused(blob: bytes) -> None:
    with pytest.raises(EvidenceError):
        manifest.read(blob)
