"""Where models come from: stated for a model that was trained elsewhere, and shown as a tree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.evidence import lineage as kept
from seatrial.evidence.history import seqs
from seatrial.evidence.lineage import Lineage, Origin
from seatrial.evidence.log import Log
from seatrial.proof.canonical import short
from seatrial.proof.statement import Statement
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.targets.identity import identify
from seatrial.verbs.identify import DIGEST, Identified
from seatrial.verbs.identify import identify as identified
from seatrial.verbs.project import login, open_log, opened, remember
from seatrial.verbs.reference import referred


@dataclass(frozen=True, slots=True)
class Model:
    """One model of a tree, with what the log says of it."""

    digest: str
    """Of the whole, or of the artifact where only that is known."""
    artifact: str
    depth: int
    """0 for the model that was asked about, or for one that nobody says a parent of."""
    decisions: tuple[str, ...]
    """What was decided about it, oldest first: `deploy (entry 9)`."""
    made: Lineage | None
    """What is stated of it; None of one that is only named as a parent."""

    @property
    def sentence(self) -> str:
        """What the log says of it, in words."""
        told = [", ".join(self.decisions) or "never gated", kept.in_words(self.made) if self.made else ""]
        return "; ".join(filter(None, told))


@dataclass(frozen=True, slots=True)
class Tree:
    """Models and where they come from."""

    origin: str
    """Name of the log."""
    models: tuple[Model, ...]
    """Of one model: it first, then what it was made from; of all: parents before what was made from them."""

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        return {"origin": self.origin, "models": [{**asdict(one), "sentence": one.sentence} for one in self.models]}

    def _repr_html_(self) -> str:
        rows = tuple((f"{'- ' * one.depth}{short(one.digest)}", one.sentence) for one in self.models)
        return sheet_card(Sheet(self.origin, ("Model", "What the log says"), rows))


def lineage(
    path: Path | str,
    *,
    weights: str | None = None,
    parent: str | None = None,
    data: str | None = None,
    revision: str = "",
    remedy: str = "",
    answers: str | int | None = None,
    clause: str = "",
    log: str | None = None,
    now: datetime | None = None,
) -> int:
    """State where the charter's model comes from, and return the entry of the log.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights instead of the charter's: the model that it is stated of.
        parent: What it was made from: a file or folder, a digest, or a decision about it (`last`, an entry).
        data: What it was trained on: a file or folder, or a digest.
        revision: Of the code that trained it.
        remedy: What was done, if it answers a finding: an id on the shelf of remedies, or words.
        answers: The decision that it answers: `last`, `previous`, an entry.
        clause: The clause of that decision that it mends.
        log: Folder of the log, if not the default.
        now: When it is stated; the clock's time by default.

    Raises:
        InputError: If nothing is stated, or something of what is named is not there.
        LogError: If the log cannot be written.

    Examples:
        >>> seatrial.lineage("charter.yaml", data="cases.npz", revision="0123abc")
        0
    """
    project = opened(path, weights=weights)
    if not any((parent, data, revision, remedy, answers)):
        raise InputError(Problem("", "nothing is stated", "name --parent, --data, --revision, --remedy or --answers"))
    kept_log = open_log(project, log)
    model = identify(project.charter.target, project.folder)
    origin = Origin(
        parent=None if parent is None else _parent(kept_log, parent),
        data=None if data is None else _digest(data, "--data"),
        revision=revision,
        remedy=remedy,
        answers=None if answers is None else referred(kept_log, answers, where="--answers"),
        clause=_clause(kept_log, answers, clause),
    )
    at = int((now or datetime.now(UTC)).timestamp())
    entry = kept.record(kept_log, model.digest, origin, by=login(), at=at, artifact=model.artifact)
    remember(project, kept_log)
    return entry


def tree(path: Path | str, model: str | None = None, *, log: str | None = None) -> Tree:
    """Return where models come from, as the log tells it.

    Args:
        path: The charter whose log is meant, or the folder that it lies in.
        model: A digest or its first digits, a decision (`last`, an entry), or a file: then only its ancestors; all
            models by default.
        log: Folder of the log, if not the default.

    Raises:
        InputError: If nothing of that name is in the log.
    """
    there = open_log(opened(path), log, writing=False)
    statements = there.statements()
    if model is None:
        return Tree(there.origin, tuple(_all(statements)))
    digest = _meant(there, statements, model)
    return Tree(there.origin, tuple(_up(statements, digest, kept.ancestors(there, digest))))


def _up(statements: Sequence[Statement], digest: str, made: Sequence[Lineage]) -> Iterator[Model]:
    """Yield a model and its ancestors, each one step deeper."""
    todo, seen = [(digest, 0)], set[str]()
    while todo:
        name, depth = todo.pop(0)
        names = kept.aliases(statements, name)
        if names & seen:
            continue
        seen |= names
        mine = [one for one in made if {one.model, one.artifact} & names]
        yield _model(statements, name, depth, mine[-1] if mine else None)
        todo += [(one.parent, depth + 1) for one in mine if one.parent is not None]


def _all(statements: Sequence[Statement]) -> Iterator[Model]:
    """Yield every model of the log, parents before children."""
    known = kept.lineages(statements)
    gated = [one.model for one in statements if one.kind == "submission"]
    named = [*gated, *(one.model for one in known), *(one.parent for one in known if one.parent)]
    seen: set[str] = set()

    def down(digest: str, depth: int) -> Iterator[Model]:
        names = kept.aliases(statements, digest)
        if names & seen:
            return
        seen.update(names)
        mine = [one for one in known if {one.model, one.artifact} & names]
        yield _model(statements, digest, depth, mine[-1] if mine else None)
        for one in known:
            if one.parent in names:
                yield from down(one.model, depth + 1)

    children = {name for one in known if one.parent for name in kept.aliases(statements, one.model)}
    for digest in dict.fromkeys([*(name for name in named if name not in children), *named]):
        yield from down(digest, 0)


def _model(statements: Sequence[Statement], digest: str, depth: int, made: Lineage | None) -> Model:
    names = kept.aliases(statements, digest)
    decided = [seq for seq in seqs(statements, "decision") if statements[seq].model in names]
    told = tuple(f"{statements[seq].predicate['decision']} (entry {seq})" for seq in decided)
    artifact = next((one.artifact for one in statements if one.artifact in names and one.artifact), "")
    return Model(digest, artifact, depth, told, made)


def _parent(log: Log, word: str) -> str:
    """Return the digest of a model that somebody names: of the whole for a decision, of the artifact for a file."""
    if Path(word).exists() or DIGEST.fullmatch(word):
        return _digest(word, "--parent")
    return log.statements()[referred(log, word, where="--parent")].model


def _digest(word: str, where: str) -> str:
    matched = DIGEST.fullmatch(word)
    if matched:
        return f"sha256:{matched[1]}"
    if not Path(word).exists():
        raise InputError(Problem(where, f"there is no file {word}", "name a file, a folder or a digest: sha256:..."))
    found: Identified = identified(word)
    return found.artifact or found.model


def _clause(log: Log, answers: str | int | None, clause: str) -> str:
    if not clause:
        return ""
    if answers is None:
        raise InputError(Problem("--clause", "belongs to the decision that it answers", "name that with --answers"))
    decided = log.statements()[referred(log, answers, where="--answers")].predicate["clauses"]
    if clause not in decided:
        raise InputError(Problem("--clause", f"that decision has no clause {clause!r}", f"it has {', '.join(decided)}"))
    return clause


def _meant(log: Log, statements: Sequence[Statement], word: str) -> str:
    """Return the digest of the model that a word names."""
    text = word.removeprefix("sha256:")
    named = {digest for one in statements for digest in (one.model, one.artifact) if digest}
    named |= {one.parent for one in kept.lineages(statements) if one.parent}
    found = sorted(digest for digest in named if len(text) >= 6 and digest.removeprefix("sha256:").startswith(text))
    if len(found) == 1:
        return found[0]
    if found:
        raise InputError(Problem("model", f"{word} begins {len(found)} digests", "write more of its digits"))
    if Path(word).exists():
        digest = _digest(word, "model")
        if digest in named:
            return digest
        raise InputError(Problem("model", f"the log never heard of {word}", f"its digest is {digest}"))
    return statements[referred(log, word, where="model")].model
