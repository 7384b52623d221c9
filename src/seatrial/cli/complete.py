"""What the shell offers when the tab key is pressed; whatever goes wrong, it offers nothing and says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import typer

from seatrial.errors import SeatrialError

Offer = list[tuple[str, str]]
"""Values, each with a word about it."""
SHORT = 12
"""Hexadecimal digits by which a case is offered; they tell millions of cases apart."""


def scenarios(context: typer.Context, incomplete: str) -> Offer:
    """Offer the scenarios at hand, with their titles."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.catalog import catalog

        found = [(one.id, one.title) for one in catalog(_path(context, "own")).latest]
    return _begun(found, incomplete)


def plugins(shelf: str) -> Callable[[str], Offer]:
    """Return what offers the plugins of a shelf."""

    def offer(incomplete: str) -> Offer:
        found: Offer = []
        with _silently():
            from seatrial.plugins import names

            found = [(name, "") for name in names(shelf)]
        return _begun(found, incomplete)

    return offer


def levels(incomplete: str) -> Offer:
    """Offer the levels of a replay."""
    from seatrial.verbs.replay import LEVELS

    return _begun(LEVELS.items(), incomplete)


def clauses(context: typer.Context, incomplete: str) -> Offer:
    """Offer the clauses of the charter."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.project import opened

        found = [(one.name, one.because) for one in opened(_charter(context)).charter.clauses]
    return _begun(found, incomplete)


def decisions(context: typer.Context, incomplete: str) -> Offer:
    """Offer the decisions in the log by entry, and the words for some of them."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.history import history
        from seatrial.verbs.reference import WORDS

        rows = history(_charter(context), log=_text(context, "log")).rows
        found = [(str(row.entry), row.sentence) for row in rows if row.kind == "decision"]
        found += WORDS.items()
    return _begun(found, incomplete)


def findings(context: typer.Context, incomplete: str) -> Offer:
    """Offer the findings that are not closed."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.findings import findings as listed

        rows = listed(_charter(context), log=_text(context, "log")).rows
        found = [(one.id, one.title) for one in rows]
    return _begun(found, incomplete)


def incidents(context: typer.Context, incomplete: str) -> Offer:
    """Offer the incidents that are not closed."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.incidents import incidents as listed

        rows = listed(_charter(context), log=_text(context, "log")).rows
        found = [(one.id, one.what) for one in rows]
    return _begun(found, incomplete)


def entries(context: typer.Context, incomplete: str) -> Offer:
    """Offer the decisions in the log by entry."""
    return [(value, about) for value, about in decisions(context, incomplete) if value.isdigit()]


def key_ids(context: typer.Context, incomplete: str) -> Offer:
    """Offer the keys of people that may sign the next entry, by their ids."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.rotation import LOG, listed

        rows = listed(_charter(context), log=_text(context, "log"))
        found = [(row.id, row.who) for row in rows if row.until is None and row.who != LOG]
    return _begun(found, incomplete)


def algorithms(incomplete: str) -> Offer:
    """Offer the algorithms of keys."""
    found: Offer = []
    with _silently():
        from seatrial.proof.key import ALGORITHMS

        found = [(name, "") for name in ALGORITHMS]
    return _begun(found, incomplete)


def roles(incomplete: str) -> Offer:
    """Offer what people may do."""
    found: Offer = []
    with _silently():
        from seatrial.proof.trust import ROLES

        found = [(role, "") for role in ROLES]
    return _begun(found, incomplete)


def assurances(incomplete: str) -> Offer:
    """Offer what a verification may reach."""
    found: Offer = []
    with _silently():
        from seatrial.proof.assurance import WORDS

        found = [(word, "") for word in WORDS]
    return _begun(found, incomplete)


def environments(context: typer.Context, incomplete: str) -> Offer:
    """Offer the environments in which something was live."""
    found: Offer = [("production", "")]
    with _silently():
        from seatrial.decision.rollout import environments as every
        from seatrial.evidence.words import words
        from seatrial.verbs.project import open_log, opened

        log = open_log(opened(_charter(context)), _text(context, "log"), writing=False)
        found += [(name, "") for name in every(words(log))]
    return _begun(found, incomplete)


def risks(context: typer.Context, incomplete: str) -> Offer:
    """Offer the risks of the register."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.risks import risks as register

        rows = register(_charter(context), closed=True, log=_text(context, "log")).rows
        found = [(one.risk.id, one.risk.title) for one in rows]
    return _begun(found, incomplete)


def given(context: typer.Context, incomplete: str) -> Offer:
    """Offer the approvals and waivers in the log."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.history import history

        rows = history(_charter(context), kinds=("approval", "waiver"), log=_text(context, "log")).rows
        found = [(str(row.entry), f"{row.kind} by {row.who}") for row in rows]
    return _begun(found, incomplete)


def formats(incomplete: str) -> Offer:
    """Offer the forms in which the register of risks is exported."""
    return _begun([("csv", "for spreadsheets"), ("json", "for programs"), ("markdown", "for pages")], incomplete)


def kinds(incomplete: str) -> Offer:
    """Offer the kinds of rows in a history."""
    from seatrial.verbs.history import KINDS

    return _begun([(kind, "") for kind in KINDS], incomplete)


def cases(context: typer.Context, incomplete: str) -> Offer:
    """Offer the cases whose bytes a decision kept."""
    found: Offer = []
    with _silently():
        from seatrial.verbs.show import kept_cases

        shown = kept_cases(_charter(context), log=_text(context, "log"))
        found = [(one.case.hex()[:SHORT], clause) for clause, one in shown]
    return _begun(found, incomplete)


@contextmanager
def _silently() -> Iterator[None]:
    with suppress(SeatrialError, OSError):
        yield


def _begun(offered: Iterable[tuple[str, str]], incomplete: str) -> Offer:
    return [(value, about) for value, about in dict(offered).items() if value.startswith(incomplete)]


def _charter(context: typer.Context) -> Path:
    return _path(context, "charter") or Path("charter.yaml")


def _path(context: typer.Context, name: str) -> Path | None:
    found = context.params.get(name)
    return Path(found) if found else None


def _text(context: typer.Context, name: str) -> str | None:
    found = context.params.get(name)
    return str(found) if found else None
