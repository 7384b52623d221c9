"""The log as static files: everything is rebuilt from the files alone, with code of the test's own."""

import shutil
from hashlib import sha256
from pathlib import Path

import pytest
from tests.evidence.tapes.killed import ORIGIN, payload

from seatrial.errors import EvidenceError, LogError
from seatrial.evidence import proving
from seatrial.evidence.log import Log
from seatrial.evidence.tapes.directory import DirectoryTape
from seatrial.evidence.tiles import LONGEST, number, tile
from seatrial.proof import checkpoint, envelope, inclusion, merkle, statement
from seatrial.proof.canonical import digest
from seatrial.testing.gating import signer_of


def filled(folder: Path, entries: int) -> Log:
    """Return a log of so many entries, written at once: appending them one by one would take long."""
    signer = signer_of("log")
    made = Log.create(folder, ORIGIN, signer) if not folder.exists() else Log.open(folder, signer)
    have = len(made.entries())
    lines = [envelope.seal(payload(at), [(signer.public, signer.sign)]) for at in range(have, entries)]
    tape = DirectoryTape(folder)
    tape.entries(0)
    tape.extend(have, lines, made.checkpoint)
    return Log.open(folder, signer)


def path(top: str, index: int) -> str:
    """Return a tile's path as the format has it, spelled out."""
    text = f"{index:03}"
    text = text.zfill(-(-len(text) // 3) * 3)
    groups = [text[at : at + 3] for at in range(0, len(text), 3)]
    return "/".join([top, *(f"x{group}" for group in groups[:-1]), groups[-1]])


class Client:
    """Reads tiles as the format says they are, for a tree of the size in the checkpoint."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.point = checkpoint.read((folder / "checkpoint").read_bytes(), ORIGIN, signer_of("log").public)

    def tile(self, top: str, index: int, count: int) -> bytes:
        """Return a tile of a level that has so many hashes."""
        width = min(256, count - 256 * index)
        name = path(f"tile/{top}", index) + (f".p/{width}" if width < 256 else "")
        return (self.folder / name).read_bytes()

    def node(self, level: int, index: int) -> bytes:
        """Return the root of the full subtree number `index` of 2^level entries."""
        tiled, rest = divmod(level, 8)
        if rest == 0:
            data = self.tile(str(tiled), index // 256, self.point.size >> level)
            return data[32 * (index % 256) :][:32]
        left, right = self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1)
        return sha256(b"\x01" + left + right).digest()

    def over(self, start: int, end: int) -> bytes:
        """Return MTH(D[start:end]) (RFC 6962, 2.1)."""
        if end - start & (end - start - 1) == 0:
            level = (end - start).bit_length() - 1
            return self.node(level, start >> level)
        split = start + (1 << (end - start - 1).bit_length() - 1)
        return sha256(b"\x01" + self.over(start, split) + self.over(split, end)).digest()

    def proof(self, index: int, start: int, end: int) -> list[bytes]:
        """Return PATH(index, D[start:end]) (RFC 6962, 2.1.1)."""
        if end - start == 1:
            return []
        split = start + (1 << (end - start - 1).bit_length() - 1)
        if index < split:
            return [*self.proof(index, start, split), self.over(split, end)]
        return [*self.proof(index, split, end), self.over(start, split)]

    def entries(self) -> list[bytes]:
        found = list[bytes]()
        for index in range(-(-self.point.size // 256)):
            data = self.tile("entries", index, self.point.size)
            while data:
                length = int.from_bytes(data[:2], "big")
                found.append(data[2 : 2 + length])
                data = data[2 + length :]
        return found


def files(folder: Path) -> dict[str, bytes]:
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 600])
def test_root_entries_and_proofs_are_rebuilt_from_the_tiles_alone(tmp_path: Path, size: int) -> None:
    log = filled(tmp_path / "log", size)
    told = tile(log, tmp_path / "tiles")
    client = Client(tmp_path / "tiles")
    assert told.size == client.point.size == size
    assert client.over(0, size) == client.point.root
    assert tuple(client.entries()) == log.entries()
    for index in {0, 1, size // 2, size - 1} & set(range(size)):
        found = client.proof(index, 0, size)
        assert found == list(log.proven(index)[0])
        assert merkle.check_inclusion(merkle.leaf_hash(client.entries()[index]), index, size, found, client.point.root)
    assert inclusion.read(proving.prove(log, size - 1)).path == tuple(client.proof(size - 1, 0, size))


def test_the_files_are_those_that_the_format_names(tmp_path: Path) -> None:
    tile(filled(tmp_path / "log", 600), tmp_path / "tiles")
    assert {name: len(data) for name, data in files(tmp_path / "tiles").items() if "entries" not in name} == {
        "checkpoint": len((tmp_path / "log" / "checkpoint").read_bytes()),
        "tile/0/000": 8192,
        "tile/0/001": 8192,
        "tile/0/002.p/88": 88 * 32,
        "tile/1/000.p/2": 64,
    }
    assert {name for name in files(tmp_path / "tiles") if "entries" in name} == {
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/88",
    }


@pytest.mark.parametrize(
    ("index", "said"),
    [(0, "000"), (7, "007"), (999, "999"), (1000, "x001/000"), (1067, "x001/067"), (1234067, "x001/x234/067")],
)
def test_a_number_is_spelled_in_groups_of_three(index: int, said: str) -> None:
    assert number(index) == said
    assert path("", index) == f"/{said}"


def test_an_empty_log_has_a_checkpoint_and_no_tiles(tmp_path: Path) -> None:
    log = Log.create(tmp_path / "log", ORIGIN, signer_of("log"))
    assert tile(log, tmp_path / "tiles").new == 0
    assert list(files(tmp_path / "tiles")) == ["checkpoint"]


def test_writing_again_adds_what_is_new_and_changes_no_tile(tmp_path: Path) -> None:
    seen = dict[str, bytes]()
    stamps = dict[str, int]()
    for size in (3, 255, 256, 300, 512, 513):
        told = tile(filled(tmp_path / "log", size), tmp_path / "tiles")
        now = files(tmp_path / "tiles")
        assert all(now[name] == data for name, data in seen.items() if name != "checkpoint")
        assert told.new == len(now.keys() - seen.keys()) - (not seen)
        assert all((tmp_path / "tiles" / name).stat().st_mtime_ns == stamp for name, stamp in stamps.items())
        seen = now
        stamps = {name: (tmp_path / "tiles" / name).stat().st_mtime_ns for name in now if name != "checkpoint"}
        assert Client(tmp_path / "tiles").over(0, size) == Client(tmp_path / "tiles").point.root
        assert tile(Log.open(tmp_path / "log"), tmp_path / "tiles").new == 0
    fresh = tile(Log.open(tmp_path / "log"), tmp_path / "fresh")
    assert files(tmp_path / "fresh").items() <= seen.items()
    assert fresh.kept == 0


def test_what_somebody_changed_is_not_written_over(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 300)
    tile(log, tmp_path / "tiles")
    changed = tmp_path / "tiles" / "tile" / "0" / "000"
    changed.write_bytes(bytes(8192))
    with pytest.raises(EvidenceError, match=r"tile/0/000: holds other bytes"):
        tile(log, tmp_path / "tiles")
    assert changed.read_bytes() == bytes(8192)


def test_the_folder_of_another_log_or_another_history_is_refused(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 5)
    tile(log, tmp_path / "tiles")
    before = files(tmp_path / "tiles")
    shutil.copytree(tmp_path / "log", tmp_path / "older")
    tile(filled(tmp_path / "log", 9), tmp_path / "grown")
    with pytest.raises(EvidenceError, match="tiles are of 9 entries, the log has 5"):
        tile(Log.open(tmp_path / "older"), tmp_path / "grown")
    other = Log.create(tmp_path / "other", ORIGIN, signer_of("log"))
    for at in range(6):
        other.append(payload(100 + at))
    with pytest.raises(EvidenceError, match="another history"):
        tile(other, tmp_path / "tiles")
    strange = Log.create(tmp_path / "strange", "example.org/strange", signer_of("log"))
    with pytest.raises(EvidenceError, match=r"of the log .*name another folder"):
        tile(strange, tmp_path / "tiles")
    assert files(tmp_path / "tiles") == before


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 1)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(LogError, match="file"):
        tile(log, tmp_path / "file" / "tiles")


def test_an_entry_too_long_for_a_bundle_stands_by_itself(tmp_path: Path) -> None:
    log = filled(tmp_path / "log", 256)
    shard = {"clause": "near", "status": "done", "reason": ""}
    named = {name: digest(name.encode()) for name in ("computed", "measured", "stimuli")}
    shards = [{**shard, **named, "shard": at} for at in range(160)]
    said = {"run_plan": 1, "shards": shards, "controls": {}, "control_of": {}}
    long = log.append(statement.write("run-result", digest(b"model"), said))
    assert len(log.entries()[long]) > LONGEST, "a run of some 140 shards makes an entry that no bundle can hold"
    log.append(payload(300))
    told = tile(log, tmp_path / "tiles")
    assert told.long == (256,)
    client = Client(tmp_path / "tiles")
    assert client.over(0, 258) == client.point.root
    names = files(tmp_path / "tiles")
    assert {name for name in names if "entr" in name} == {"tile/entries/000", "entry/256", "entry/257"}
    assert (names["entry/256"], names["entry/257"]) == log.entries()[256:]
    assert merkle.check_inclusion(
        merkle.leaf_hash(names["entry/256"]), 256, 258, client.proof(256, 0, 258), client.point.root
    )
    assert tile(log, tmp_path / "tiles").new == 0
