"""The evidence log of one system: a row of signed statements that only ever grows.

What a log means stands here: who signed what, which entries the checkpoint covers, what becomes of those that it does
not.  Where the bytes lie is a tape's business (`tapes/`).

An entry beyond the checkpoint is what a killed process left: the next writer adopts it if it is whole and signed, and
cuts it if it is torn.  Readers take no lock: the checkpoint says how many entries count.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Self, final

from seatrial.errors import EvidenceError, LogError, Problem
from seatrial.evidence import place
from seatrial.evidence.signers.signer import Signer
from seatrial.evidence.tapes.tape import CHECKPOINT, TRUST, Tape
from seatrial.proof import checkpoint, envelope, merkle, statement, trust
from seatrial.proof.statement import Statement
from seatrial.stores.store import Store

_RESTORE: Final = "restore the whole log from a copy"
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
        self._note = b""
        self._entries: list[bytes] = []
        self._statements: list[Statement] = []
        self._tree = merkle.Tree()

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
    ) -> Self:
        """Return the log at an address, checked from its first byte to its last.

        With a signer, what a killed process left is adopted or cut.

        Args:
            address: Where it lives: a folder, or a database.
            signer: Who appends; None opens it for reading.
            pinned: The project's `trust.json`, if it has one; it decides whose log this may be.
            remembered: The last checkpoint that the project committed; the log must still begin with it.

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
        if signer and signer.public != log.trust.log_key:
            what = "this key is not the key of the log"
            raise LogError(Problem(tape.place, what, "name the right one in SEATRIAL_KEY; logs are not re-signed"))
        log._refresh()
        if signer:
            with log.locked():
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

    def payload(self, seq: int) -> bytes:
        """Return the signed bytes of one statement: what an approval of it names by digest."""
        return envelope.parsed(self.entries()[seq]).payload

    def checkpoint_of_size(self, size: int) -> bytes:
        """Return the checkpoint that was signed when the log had so many entries; Ed25519 gives equal bytes again.

        Raises:
            LogError: If the log is open for reading, or never had that size.
        """
        self._refresh()
        if size > len(self._entries):
            raise LogError(Problem(self.place, f"the log has no {size} entries"))
        return self._signed(size)

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

    def append(self, payload: bytes, *, signers: Sequence[Signer] = ()) -> int:
        """Add a statement, signed by these people and by the log key, and return its `seq`.

        Raises:
            EvidenceError: If the payload is no statement.
            LogError: If it cannot be written; then the log is as it was.
        """
        statement.read(payload)
        writer = self._writer()
        line = envelope.seal(payload, [(who.public, who.sign) for who in (*signers, writer)])
        with self.locked():
            self._refresh()
            seq = len(self._entries)
            self._stated(seq, line)
            self._cover([line], lambda note: self._tape.extend(seq, [line], note))
            return seq

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
        point = checkpoint.read(note, self.origin, self.trust.log_key)
        have = len(self._entries)
        lines = self._tape.entries(have)[: max(0, point.size - have)]
        if have + len(lines) != point.size:
            what = f"the log has {have + len(lines)} entries, its checkpoint says {point.size}"
            raise EvidenceError(Problem(self._tape.where("log"), what, _RESTORE))
        self._take(lines, point.root)
        self._note = note

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
        for seq, line in enumerate(lines, have):
            self._stated(seq, line, covered=False)
        self._tape.cut(have + len(lines))
        if lines:
            self._cover(lines, lambda note: self._tape.write(CHECKPOINT, note))

    def _cover(self, lines: Sequence[bytes], write: Callable[[bytes], None]) -> None:
        """Take in more entries once their checkpoint is written; after an error nothing is taken in."""
        have = len(self._entries)
        for line in lines:
            self._tree.append(merkle.leaf_hash(line))
        try:
            note = self._signed(have + len(lines))
            write(note)
        except BaseException:
            self._tree.cut(have)
            raise
        self._entries.extend(lines)
        self._note = note

    def _signed(self, size: int) -> bytes:
        """Return the checkpoint over the first so many entries."""
        signer = self._writer()
        return checkpoint.write(self.origin, size, self._tree.root(size), signer.sign, signer.public)

    def _stated(self, seq: int, line: bytes, *, covered: bool = True) -> Statement:
        """Return what an entry says; in errors, its line is named."""
        try:
            return self._opened(line, covered=covered)
        except EvidenceError as error:
            where = f"{self._tape.where('log')}:{seq + 1}"
            raise EvidenceError(*(Problem(where, str(problem)) for problem in error.problems)) from None

    def _opened(self, line: bytes, *, covered: bool) -> Statement:
        """Return what an entry says, its signatures checked; a checkpoint covers the log key's own."""
        log_key = self.trust.log_key_id
        found = envelope.parsed(line)
        envelope.check(found, self.trust.keys, covered=log_key if covered else "")
        if log_key not in found.key_ids:
            raise EvidenceError("the log key has not signed it")
        return statement.read(found.payload)

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
        if before.keys.items() < self.trust.keys.items():
            self._tape.write(TRUST, trust.write(self.trust))

    def _check_remembered(self, note: bytes) -> None:
        point = checkpoint.read(note, self.origin, self.trust.log_key)
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
    if (theirs.origin, theirs.log_key) != (mine.origin, mine.log_key):
        what = f"this is the log {mine.origin!r}, the project trusts {theirs.origin!r} or another key"
        raise EvidenceError(Problem(where, what, "name the right log with --log or SEATRIAL_LOG"))
    return theirs
