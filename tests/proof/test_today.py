"""A folder of today against the files that were decided about, as it lies on the disk."""

import hashlib

import pytest

from seatrial.errors import InputError
from seatrial.proof import manifest
from seatrial.proof.reading import Question, Today
from seatrial.proof.today import LINK, files_of
from seatrial.proof.verify import verify
from tests.proof.attacks import SHIPPED, filed
from tests.proof.ledger import found_by, story, trust

BYTES = {"weights.bin": b"\x00weights", "words/en.txt": b"a\n"}


def test_a_folder_is_read_without_following_links(tmp_path) -> None:
    for name, data in BYTES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    (tmp_path / "link").symlink_to(tmp_path / "weights.bin")
    (tmp_path / "folder").symlink_to(tmp_path / "words")
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in BYTES.items()}
    assert files_of(tmp_path) == Today({**digests, "link": LINK, "folder": LINK}, whole=False)


def test_a_folder_that_is_not_there_is_said(tmp_path) -> None:
    with pytest.raises(InputError, match="there is no such folder"):
        files_of(tmp_path / "nowhere")


def test_the_files_that_were_decided_about_pass() -> None:
    for shown in (filed(), filed(dict(SHIPPED))):
        assert verify(shown.evidence, trust(), question=shown.question).findings == ()


def test_each_difference_is_named() -> None:
    shown = filed({"weights.bin": "99" * 32, "words.txt": SHIPPED["vocabulary.txt"], "plugin.py": "00" * 32})
    found = {str(problem) for problem in verify(shown.evidence, trust(), question=shown.question).findings}
    assert found == {
        "weights.bin: holds other bytes than those that were decided about",
        "vocabulary.txt: is there under another name, words.txt",
        "plugin.py: is there, and nobody decided about it",
    }


def test_a_model_without_files_cannot_be_compared() -> None:
    assert found_by(story().evidence(), today=Today({}, whole=False)) == {"files"}
    assert Question().today is None
    assert manifest.CANARIES not in SHIPPED
