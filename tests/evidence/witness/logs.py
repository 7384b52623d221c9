"""Logs of one origin, as their holder could write them, and a witness to show them to."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from seatrial.evidence.log import Log
from seatrial.evidence.signers.ed25519 import Ed25519Signer
from seatrial.evidence.witness import request
from seatrial.evidence.witness.serve import server
from seatrial.evidence.witness.witness import Witness
from seatrial.proof import checkpoint, merkle, note, statement
from seatrial.proof import trust as trusts
from seatrial.proof.canonical import digest
from seatrial.proof.note import VerifierKey

ORIGIN = "example.org/reader"
NOW = 1_772_532_000


def signer(seed: bytes = b"log") -> Ed25519Signer:
    return Ed25519Signer(Ed25519PrivateKey.from_private_bytes(sha256(seed).digest()))


LOG = VerifierKey(ORIGIN, note.ED25519, signer().public)


def leaves(count: int, history: bytes = b"") -> list[bytes]:
    return [merkle.leaf_hash(history + b"entry %d" % n) for n in range(count)]


def signed(rows: list[bytes], *, seed: bytes = b"log", origin: str = ORIGIN) -> bytes:
    """The log's own note over some leaf hashes."""
    return checkpoint.write(origin, len(rows), merkle.root(rows), signer(seed).sign, signer(seed).public)


def asked(rows: list[bytes], old: int, **how) -> bytes:
    """The body of a request about a log with these leaf hashes."""
    return request.write(request.made(rows, signed(rows, **how), old))


def witness(folder: Path, name: str = "w.example/1") -> Witness:
    made = Witness.create(folder, name)
    made.trust(LOG)
    return made


def payload(number: int = 0, text: bytes = b"") -> bytes:
    bound = {"decision": digest(text + b"%d" % number), "entry": 0, "log": ORIGIN, "root": "00" * 32, "at": number}
    return statement.write("approval", digest(b"model"), bound)


def log(folder: Path, entries: int = 0, *keys: VerifierKey, text: bytes = b"", **trusted) -> Log:
    """A real log whose trust file names these witnesses."""
    made = Log.create(folder, ORIGIN, signer())
    for number in range(entries):
        made.append(payload(number, text))
    trust = trusts.Trust(ORIGIN, signer().public, "", witnesses={key.name: key for key in keys}, **trusted)
    return Log.open(folder, signer(), pinned=trusts.write(trust))


@contextmanager
def serving(one: Witness, *, now=lambda: NOW) -> Iterator[str]:
    """Serve a witness on the loopback interface, and yield where."""
    with running(server(one, "127.0.0.1:0", now)) as url:
        yield url


@contextmanager
def running(made: ThreadingHTTPServer) -> Iterator[str]:
    thread = Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{made.server_address[1]}"
    finally:
        made.shutdown()
        made.server_close()
        thread.join()
