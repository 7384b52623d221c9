"""The evidence log of one system: a row of signed statements that only ever grows.

What a log means stands here: who signed what, which entries the checkpoint covers, what becomes of those that it does
not.  Where the bytes lie is a tape's business (`tapes/`).

An entry beyond the checkpoint is what a killed process left: the next writer adopts it if it is whole and signed, and
cuts it if it is torn.  Readers take no lock: the checkpoint says how many entries count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final, Self, final

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence import place
from seatrial.evidence.signed import learned, said_in
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.tapes.tape import CHECKPOINT, TRUST, Tape
from seatrial.proof import checkpoint, envelope, merkle, statement, trust
from seatrial.proof.keyring import Keyring
from seatrial.proof.runners import SIGNED, unsigned
from seatrial.proof.statement import Statement
from seatrial.stores.store import Store

_RESTORE: Final = "restore the whole log from a copy"
_RIGHT: Final = "name the right one in SEATRIAL_KEY; logs are not re-signed"
_SECRET: Final = b"seatrial/secret/v1\x00"
_BESIDE: Final = re.compile(r"[a-z][a-z0-9]*(\.[a-z0-9]+)?")
_OWN: Final = (CHECKPOINT, TRUST, "log", "lock", "blobs")


@final
class Log:
    """One system's log, open.  Made by `Log.create` and `Log.open`.

    Attributes:
        trust: Whose log it is, its public key, and the people whose signatures it takes.
        store: The blobs beside it.
    """

    def __init__(self, tape: Tape, trusted: trust.Trust, signer: Signer | None) -> None:
        self.trust: Final = trusted
        self.store: Final[Store] = tape.store
        self._tape = tape
        self._signer = signer
        self._runner: Signer | None = None
        self._note = b""
        self._entries: list[bytes] = []
        self._statements: list[Statement] = []
        self._tree = merkle.Tree()
        self._keyring = Keyring(trusted)

    @classmethod
    def create(cls, address: Path | str, origin: str, signer: Signer, *, holder: str = "") -> Self:
        """Make an empty log and return it.

        Args:
            address: Where: a folder, made if it is not there, or a database.
            origin: Name of the log; its last part, after `/`, is the system's name.
            signer: Who signs it, from now on.
            holder: Name of the person or runner who holds the key.

        Raises:
            LogError: If there is a log already, the origin cannot name one, or the place cannot be written.
        """
        try:
            empty = checkpoint.write(origin, 0, merkle.root([]), signer.sign, signer.public)
            trusted = trust.write(trust.Trust(origin, signer.public, holder))
        except (ValueError, EvidenceError) as error:
            raise LogError(Problem("origin", str(error))) from error
        place.tape(address).create({CHECKPOINT: empty, TRUST: trusted})
        return cls.open(address, signer)

    @classmethod
    def open(
        cls,
        address: Path | str,
        signer: Signer | None = None,
        *,
        pinned: bytes | None = None,
        remembered: bytes | None = None,
        runner: Signer | None = None,
    ) -> Self:
        """Return the log at an address, checked from its first byte to its last.

        With a signer, what a killed process left is adopted or cut.

        Args:
            address: Where it lives: a folder, or a database.
            signer: Who appends; None opens it for reading.
            pinned: The project's `trust.json`, if it has one; it decides whose log this may be.
            remembered: The last checkpoint that the project committed; the log must still begin with it.
            runner: Who signs what is submitted and run, besides the log key.

        Raises:
            LogError: If there is no log, it cannot be read, or the signer has another key.
            EvidenceError: If it was changed, shortened, or is not the pinned one.
        """
        tape = place.tape(address)
        kept = tape.read(TRUST)
        if kept is None:
            hint = "`seatrial init` makes one; --log or SEATRIAL_LOG names another place"
            raise LogError(Problem(tape.place, "there is no evidence log here", hint))
        log = cls(tape, _agreed(tape.place, kept, pinned), signer)
        log._runner = runner
        log._refresh()
        if signer:
            with log.locked():
                log._check_writer(signer)
                log._learn(trust.read(kept))
        if remembered is not None:
            log._check_remembered(remembered)
        return log

    @property
    def place(self) -> str:
        """Where it lives, as messages say it: a folder, or a database without its password."""
        return self._tape.place

    @property
    def address(self) -> str:
        """What opens it again; may hold a password, so it is never shown."""
        return self._tape.address

    @property
    def origin(self) -> str:
        """Name of the log; it ends in the system's name."""
        return self.trust.origin

    @property
    def keyring(self) -> Keyring:
        """Whose keys count at which entry: what the trust file says, and the key-events among the entries."""
        self._refresh()
        return self._keyring

    @property
    def checkpoint(self) -> bytes:
        """The signed checkpoint over what the log holds now."""
        self._refresh()
        return self._note

    def entries(self) -> tuple[bytes, ...]:
        """Return all envelopes under the checkpoint, oldest first."""
        self._refresh()
        return tuple(self._entries)

    def snapshot(self) -> tuple[tuple[bytes, ...], bytes]:
        """Return all envelopes and the checkpoint over exactly these."""
        self._refresh()
        return tuple(self._entries), self._note

    def statements(self) -> tuple[Statement, ...]:
        """Return what the envelopes say; the index of a statement is its `seq`.

        Raises:
            EvidenceError: If an entry was changed, or is signed by nobody who is trusted.
        """
        self._refresh()
        for seq in range(len(self._statements), len(self._entries)):
            self._statements.append(self._stated(seq, self._entries[seq]))
        return tuple(self._statements)

    def proven(self, seq: int) -> tuple[tuple[bytes, ...], bytes]:
        """Return the Merkle path of an entry, and the checkpoint whose root it leads to.

        Raises:
            IndexError: If there is no such entry.
        """
        self._refresh()
        return tuple(self._tree.inclusion(seq)), self._note

    def subtrees(self, level: int, start: int, end: int) -> list[bytes]:
        """Return the roots of full subtrees of 2^level entries, from number `start` to before `end`."""
        return self._tree.full(level, start, end)

    def payload(self, seq: int) -> bytes:
        """Return the signed bytes of one statement: what an approval of it names by digest."""
        return envelope.parsed(self.entries()[seq]).payload

    def checkpoint_of_size(self, size: int) -> bytes:
        """Return the checkpoint that was signed when the log had so many entries; Ed25519 gives equal bytes again.

        Raises:
            LogError: If the log is open for reading, never had that size, or had another key then.
        """
        self._refresh()
        if size > len(self._entries):
            raise LogError(Problem(self.place, f"the log has no {size} entries"))
        return self._signed(size, self._keyring)

    def beside(self, name: str) -> bytes | None:
        """Return a document that was kept beside the checkpoint (cosignatures, a timestamp), or None."""
        return self._tape.read(_free(name))

    def keep(self, name: str, data: bytes) -> None:
        """Keep a document beside the checkpoint, whole, in place of one of that name.

        Raises:
            LogError: If it cannot be written.
            ValueError: If the name is not lower-case letters and digits, or is one of the log's own.
        """
        self._tape.write(_free(name), data)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the log: what is read inside stays true until the end of the block.  May be nested.

        Raises:
            LogError: If another process holds it for minutes, it is open for reading, or cannot be written.
        """
        self._writer()
        with self._tape.held() as outermost:
            if outermost:
                self._recover()
            yield

    def append(self, payload: bytes, *, signers: Sequence[Signer] = (), successor: Signer | None = None) -> int:
        """Add a statement, signed by these people and by the log key, and return its `seq`.

        Args:
            payload: What is said.
            signers: The people.
            successor: Who writes from this entry on, where it is the key-event that says so; the old log key is then
                among the people, if it still can sign.

        Raises:
            EvidenceError: If the payload is no statement, or a key-event that breaks a rule.
            LogError: If it cannot be written, or a runner's signature is missing; then the log is as it was.
        """
        said = statement.read(payload)
        writer = successor or self._writer()
        runner = [self._runner] if self._runner and said.kind in SIGNED else []
        line = envelope.seal(payload, [(who.public, who.sign) for who in (*signers, *runner, writer)])
        with self.locked():
            self._refresh()
            seq = len(self._entries)
            keyring = self._learned([line])
            self._stated(seq, line, keyring)
            if lacking := unsigned(keyring, seq, said, envelope.parsed(line).key_ids):
                hint = "name the runner's key: --key FILE or SEATRIAL_RUNNER_KEY"
                raise LogError(Problem("runner", lacking, hint))
            with ExitStack() as undo:
                undo.callback(setattr, self, "_signer", self._signer)
                self._signer = writer
                self._cover([line], lambda note: self._tape.extend(seq, [line], note), keyring)
                undo.pop_all()
            return seq

    def secret(self, label: bytes) -> bytes:
        """Return bytes that only the holder of the log key can compute, the same for equal labels: for salts.

        They are a signature (RFC 8032: deterministic) over something that no entry and no checkpoint begins with.

        Raises:
            LogError: If the log is open for reading.
        """
        return self._writer().sign(_SECRET + label)

    def _writer(self) -> Signer:
        if self._signer is None:
            raise LogError(Problem(self.place, "the log is open for reading", "the log key is needed to append"))
        return self._signer

    def _refresh(self) -> None:
        """Read what was appended since the last look, and check it against the checkpoint."""
        note = self._tape.read(CHECKPOINT)
        if note is None:
            raise EvidenceError(Problem(self._tape.where(CHECKPOINT), "is missing from the log", _RESTORE))
        if note == self._note:
            return
        have, size = len(self._entries), checkpoint.claimed(note)
        lines = self._tape.entries(have)[: max(0, size - have)]
        if have + len(lines) != size:
            what = f"the log has {have + len(lines)} entries, its checkpoint says {size}"
            raise EvidenceError(Problem(self._tape.where("log"), what, _RESTORE))
        keyring = self._learned(lines)
        self._take(lines, checkpoint.read(note, self.origin, keyring.checkpoint_key(size)).root)
        self._keyring, self._note = keyring, note

    def _take(self, lines: Sequence[bytes], root: bytes) -> None:
        """Add entries that were read, if they lead to this root."""
        have = len(self._entries)
        for line in lines:
            self._tree.append(merkle.leaf_hash(line))
        if self._tree.root() != root:
            self._tree.cut(have)
            raise EvidenceError(self._culprit(lines))
        self._entries.extend(lines)

    def _recover(self) -> None:
        """Adopt whole signed entries beyond the checkpoint, and cut a torn one."""
        self._refresh()
        have = len(self._entries)
        lines = self._tape.entries(have)
        keyring = self._learned(lines)
        for seq, line in enumerate(lines, have):
            self._stated(seq, line, keyring, covered=False)
        self._tape.mend()
        if lines:
            self._cover(lines, lambda note: self._tape.write(CHECKPOINT, note), keyring)

    def _cover(self, lines: Sequence[bytes], write: Callable[[bytes], None], keyring: Keyring) -> None:
        """Take in more entries once their checkpoint is written; after an error nothing is taken in."""
        have = len(self._entries)
        for line in lines:
            self._tree.append(merkle.leaf_hash(line))
        with ExitStack() as undo:
            undo.callback(self._tree.cut, have)
            note = self._signed(have + len(lines), keyring)
            write(note)
            undo.pop_all()
        self._entries.extend(lines)
        self._keyring, self._note = keyring, note

    def _signed(self, size: int, keyring: Keyring) -> bytes:
        """Return the checkpoint over the first so many entries."""
        signer = self._writer()
        if signer.public != keyring.checkpoint_key(size):
            raise LogError(Problem(self.place, f"another key than this one signs the log at entry {size - 1}", _RIGHT))
        return checkpoint.write(self.origin, size, self._tree.root(size), signer.sign, signer.public)

    def _stated(self, seq: int, line: bytes, keyring: Keyring | None = None, *, covered: bool = True) -> Statement:
        """Return what an entry says; in errors, its line is named."""
        return said_in(line, seq, keyring or self._keyring, self._line, covered=covered)

    def _learned(self, lines: Sequence[bytes]) -> Keyring:
        """Return the keyring with the key-events among further entries."""
        return learned(self._keyring, lines, len(self._entries), self._line)

    def _line(self, seq: int) -> str:
        return f"{self._tape.where('log')}:{seq + 1}"

    def _check_writer(self, signer: Signer) -> None:
        """Refuse a key that is not the one that signs the next entry."""
        found, size = self._keyring, len(self._entries)
        id_ = envelope.key_id(signer.public)
        if signer.public == found.log_key(size) and found.closed is None:
            return
        if found.closed is not None:
            what = f"the log key was revoked at entry {found.closed}, and nothing is added after it"
            raise LogError(Problem(self.place, what, "docs/guides/keys.md says how to go on"))
        if signer.public not in found.awaited(size):
            what = found.why_not(id_, size) or "this key is not the key of the log"
            raise LogError(Problem(self.place, what, _RIGHT))

    def _culprit(self, lines: Sequence[bytes]) -> Problem:
        """Return which of the lines was changed, or that all are genuine and some are missing or moved."""
        for seq, line in enumerate(lines, len(self._entries)):
            try:
                self._stated(seq, line, covered=False)
            except EvidenceError as error:
                return error.problems[0]
        what = "every entry is signed, but together they are not what the checkpoint covers: some were moved or dropped"
        return Problem(self._tape.where("log"), what, _RESTORE)

    def _learn(self, before: trust.Trust) -> None:
        """Keep the pinned keys beside the log if they are more than it knew, for readers without the project."""
        if before.keys.keys() <= self.trust.keys.keys() and before.keys != self.trust.keys:
            self._tape.write(TRUST, trust.write(self.trust))

    def _check_remembered(self, note: bytes) -> None:
        point = checkpoint.read(note, self.origin, self._keyring.checkpoint_key(checkpoint.claimed(note)))
        entries = self.entries()
        if point.size > len(entries):
            what = f"the log has {len(entries)} entries, the project remembers {point.size}"
            raise EvidenceError(Problem(self.place, what, "this is an older copy; find the newest one"))
        if self._tree.root(point.size) != point.root:
            what = f"its first {point.size} entries are not those that the project remembers"
            raise EvidenceError(Problem(self.place, what, "this is another history under the same name"))


def _free(name: str) -> str:
    """Return a name that a document beside the checkpoint may have."""
    if not _BESIDE.fullmatch(name) or name in _OWN:
        raise ValueError(f"{name!r} cannot name what is kept beside a checkpoint")
    return name


def _agreed(where: str, kept: bytes, pinned: bytes | None) -> trust.Trust:
    """Return the trust to go by: the pinned one, if it is about the log that is here."""
    mine = trust.read(kept)
    if pinned is None:
        return mine
    theirs = trust.read(pinned)
    if (theirs.origin, theirs.log_keys[0].public) != (mine.origin, mine.log_keys[0].public):
        what = f"this is the log {mine.origin!r}, the project trusts {theirs.origin!r} or another key"
        raise EvidenceError(Problem(where, what, "name the right log with --log or SEATRIAL_LOG"))
    return theirs
