"""The page of attacks: the table that the tests play, and what each verifier finds of it."""

from __future__ import annotations

import sys
from pathlib import Path

from generator.markdown import code, one_line, page, section, table

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.proof.attacks import ATTACKS, Attack
from tests.proof.setups import SETUPS, asked, caught, least

INTRO = """Every row is a function in `tests/proof/attacks.py` that makes the evidence an attacker would present. Tests
look that each is found by the check named here and by no other (where a second one finds it too, both are named), and
that it passes as soon as that check is removed from the verifier. Nothing on this page is written by hand."""

BEYOND = """What no check can see is on [another page](what-is-not-proven.md): a runner that lies about what the model
answered, a history that no witness was shown, cases that are not like those to come."""


def pages() -> dict[str, str]:
    """Return path below `docs/` -> text."""
    return {"explain/attacks.md": page("Attacks on evidence", INTRO, _matrix(), _further(), BEYOND)}


def _matrix() -> str:
    rows = [one for one in sorted(ATTACKS, key=lambda one: one.row) if one.row]
    cells = [(one.name, one.who, *(_cell(one, setup) for setup in SETUPS)) for one in rows]
    told = "\n".join(f"* *{name}*: {what}." for name, what in SETUPS.items())
    said = "Nine ways to change a log, and what a verifier finds who brings along more and more:"
    return section("The log itself", said, told, table(("attack", "who could", *SETUPS), cells))


def _further() -> str:
    said = """*Needs* is the least assurance at which it is found; *asked with* is the option that a verifier must give
for it, where the check does not look by itself. The log-key holder can do whatever anybody can."""
    heads = ("attack", "how", "who could", "found by", "needs", "asked with", "what closes it")
    return section("All of them", one_line(said), table(heads, [_row(one) for one in ATTACKS]))


def _row(one: Attack) -> tuple[str, ...]:
    found = ", ".join(map(code, (one.finds, *one.also)))
    return one.name, one.done, one.who, found, least(one), asked(one), one.closes


def _cell(one: Attack, setup: str) -> str:
    return "found" if caught(one, setup) else "**missed**"
