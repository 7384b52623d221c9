import os
import resource
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from seatrial.errors import EvidenceError, StoreError
from seatrial.plugins import find
from seatrial.proof.canonical import digest
from seatrial.stores.directory import DirectoryStore

LIMITED = """
import sys
from pathlib import Path
from seatrial.errors import StoreError
from seatrial.stores.directory import DirectoryStore

store = DirectoryStore(Path(sys.argv[1]))
try:
    store.put(b"x" * 10_000)
except StoreError as error:
    print(error)
    sys.exit(error.exit_code)
"""


def test_a_full_disk_is_named_and_leaves_nothing(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "blobs")
    kept = store.put(b"before")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(store.path)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        check=False,
    )
    assert done.returncode == 4
    assert "cannot be written" in done.stdout
    assert [path.name for path in store.path.iterdir()] == [kept.removeprefix("sha256:")]
    assert store.put(b"x" * 10_000) == digest(b"x" * 10_000)


def test_a_flipped_bit_is_named(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    name = store.put(b"what was said")
    place = tmp_path / name.removeprefix("sha256:")
    place.write_bytes(b"what was sAid")
    with pytest.raises(EvidenceError, match=place.name):
        store.get(name)


def test_putting_again_heals_a_damaged_file(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    name = store.put(b"what was said")
    (tmp_path / name.removeprefix("sha256:")).write_bytes(b"")
    assert store.put(b"what was said") == name
    assert store.get(name) == b"what was said"


def test_putting_again_writes_nothing(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path)
    place = tmp_path / store.put(b"once").removeprefix("sha256:")
    before = place.stat().st_ino
    store.put(b"once")
    assert place.stat().st_ino == before


@pytest.mark.parametrize("name", ["", "sha256:", "../../etc/passwd", "sha256:" + "A" * 64, "sha256:../" + "0" * 61])
def test_what_is_no_digest_opens_no_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(EvidenceError, match="digest"):
        DirectoryStore(tmp_path).get(name)


def test_many_writers_of_one_blob_leave_one_whole_file(tmp_path: Path) -> None:
    store = DirectoryStore(tmp_path / "blobs")
    data = os.urandom(200_000)
    threads = [threading.Thread(target=store.put, args=(data,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(list(store.path.iterdir())) == 1
    assert store.get(digest(data)) == data


def test_a_place_that_is_no_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written"):
        DirectoryStore(tmp_path / "file").put(b"x")


def test_the_card_makes_it(tmp_path: Path) -> None:
    assert find("stores", "directory").make(tmp_path) == DirectoryStore(tmp_path)
