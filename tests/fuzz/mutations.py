"""Ways to change a bundle: bytes anywhere, files and entries as wholes, and the structures inside, packed again."""

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any

from seatrial.errors import EvidenceError
from seatrial.proof import bundle, canonical
from seatrial.proof.canonical import digest, dumps

Mutation = Callable[[random.Random, bytes], bytes]
ODD = [None, True, -1, 0, 10**12, 0.5, "", "x", "sha256:" + "0" * 64, [], {}, [[]], {"": None}, "9" * 40]


def flip(rng: random.Random, data: bytes) -> bytes:
    torn = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 8))):
        torn[rng.randrange(len(torn))] ^= 1 << rng.randrange(8)
    return bytes(torn)


def insert(rng: random.Random, data: bytes) -> bytes:
    at = rng.randrange(len(data) + 1)
    return data[:at] + rng.randbytes(rng.choice((1, 1, 7, 512))) + data[at:]


def delete(rng: random.Random, data: bytes) -> bytes:
    at, size = rng.randrange(len(data)), rng.choice((1, 1, 7, 512))
    return data[:at] + data[at + size :]


def duplicate(rng: random.Random, data: bytes) -> bytes:
    at, size = rng.randrange(len(data)), rng.choice((1, 32, 512, 2048))
    return data[: at + size] + data[at : at + size] + data[at + size :]


def move(rng: random.Random, data: bytes) -> bytes:
    """Exchange two blocks of the archive."""
    blocks = [data[at : at + 512] for at in range(0, len(data), 512)]
    one, two = rng.randrange(len(blocks)), rng.randrange(len(blocks))
    blocks[one], blocks[two] = blocks[two], blocks[one]
    return b"".join(blocks)


def cut(rng: random.Random, data: bytes) -> bytes:
    return data[: rng.randrange(len(data))] if rng.random() < 0.5 else data[rng.randrange(1, len(data)) :]


def _files(change: Callable[[random.Random, dict[str, bytes]], None]) -> Mutation:
    def mutation(rng: random.Random, data: bytes) -> bytes:
        files = bundle.unpack(data, bundle.LIMIT)
        change(rng, files)
        return bundle.pack(files)

    mutation.__name__ = change.__name__.strip("_")
    return mutation


def _swap_files(rng: random.Random, files: dict[str, bytes]) -> None:
    one, two = rng.sample(sorted(files), 2)
    files[one], files[two] = files[two], files[one]


def _drop_file(rng: random.Random, files: dict[str, bytes]) -> None:
    del files[rng.choice(sorted(files))]


def _rename_file(rng: random.Random, files: dict[str, bytes]) -> None:
    other = rng.choice(["x", "../x", "blobs/x", "blobs/" + "a" * 64, "log ", "/log", "withheld", "timestamp"])
    files[other] = files.pop(rng.choice(sorted(files)))


def _change_file(rng: random.Random, files: dict[str, bytes]) -> None:
    """Bytes of one file, packed again; half of the time under the digest that they have now."""
    name = rng.choice(sorted(files))
    changed = rng.choice((flip, insert, delete, duplicate))(rng, files[name])
    if name.startswith("blobs/") and rng.random() < 0.5:
        files.pop(name)
        name = f"blobs/{digest(changed).removeprefix('sha256:')}"
    files[name] = changed


def _change_json(rng: random.Random, files: dict[str, bytes]) -> None:
    """The structure of a blob that is JSON, written canonically again."""
    names = [name for name in sorted(files) if files[name][:1] in (b"{", b"[")]
    name = rng.choice(names)
    files[name] = dumps(odd(rng, canonical.loads(files[name])))


def _entries(change: Callable[[random.Random, list[bytes]], None]) -> Mutation:
    def changed(rng: random.Random, files: dict[str, bytes]) -> None:
        entries = files["log"].split(b"\n")[:-1]
        change(rng, entries)
        files["log"] = b"".join(entry + b"\n" for entry in entries)

    changed.__name__ = change.__name__
    return _files(changed)


def _swap_entries(rng: random.Random, entries: list[bytes]) -> None:
    one, two = rng.sample(range(len(entries)), 2)
    entries[one], entries[two] = entries[two], entries[one]


def _drop_entry(rng: random.Random, entries: list[bytes]) -> None:
    del entries[rng.randrange(len(entries))]


def _repeat_entry(rng: random.Random, entries: list[bytes]) -> None:
    entries.insert(rng.randrange(len(entries) + 1), rng.choice(entries))


def _change_envelope(rng: random.Random, entries: list[bytes]) -> None:
    at = rng.randrange(len(entries))
    entries[at] = dumps(odd(rng, canonical.loads(entries[at])))


def _change_statement(rng: random.Random, entries: list[bytes]) -> None:
    """What is said, under the signatures of what was said."""
    at = rng.randrange(len(entries))
    body = canonical.loads(entries[at])
    payload = dumps(odd(rng, canonical.loads(base64.b64decode(body["payload"]))))
    entries[at] = dumps({**body, "payload": base64.b64encode(payload).decode()})


def odd(rng: random.Random, value: Any) -> Any:
    """The same structure with one part replaced, left out, or doubled."""
    if isinstance(value, dict) and value and rng.random() < 0.85:
        name = rng.choice(sorted(value))
        if rng.random() < 0.1:
            return {key: part for key, part in value.items() if key != name}
        return {**value, name: odd(rng, value[name])}
    if isinstance(value, list) and value and rng.random() < 0.85:
        at = rng.randrange(len(value))
        if rng.random() < 0.1:
            return value[:at] + value[at : at + 1] * rng.choice((0, 2)) + value[at + 1 :]
        return [*value[:at], odd(rng, value[at]), *value[at + 1 :]]
    if isinstance(value, str) and value and rng.random() < 0.5:
        at = rng.randrange(len(value))
        return value[:at] + rng.choice("0aZ=/ ") + value[at + 1 :]
    return rng.choice(ODD)


MUTATIONS: tuple[Mutation, ...] = (
    *(flip, insert, delete, duplicate, move, cut),
    *map(_files, (_swap_files, _drop_file, _rename_file, _change_file, _change_json)),
    *map(_entries, (_swap_entries, _drop_entry, _repeat_entry, _change_envelope, _change_statement)),
)


def mutations(seed: int, count: int, data: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield so many mutations that change bytes, each with its name."""
    rng = random.Random(seed)
    made = 0
    while made < count:
        one = rng.choice(MUTATIONS)
        try:
            changed = one(rng, data)
        except (ValueError, EvidenceError):  # what cannot be packed or written is no mutation
            continue
        if changed != data:
            made += 1
            yield one.__name__, changed
