"""Who answers what cannot be found out: a person at a terminal, stated defaults, or nobody."""

from __future__ import annotations

from dataclasses import dataclass, field

import typer

from seatrial.cli.messages import err
from seatrial.errors import InputError, Problem
from seatrial.verbs.drafting.wanted import Question


class Person:
    """Somebody at a terminal; every question says why it is asked, and has a default where there is a sensible one."""

    def __call__(self, question: Question, /) -> str:
        """Return what is typed."""
        console = err()
        console.print(f"\n[bold]{question.asks}[/bold]  [dim]{question.why} ({question.option})[/dim]", markup=True)
        if question.choices:
            console.print(f"  {', '.join(question.choices)}", markup=False)
        given: str = typer.prompt("", default=question.default or None, prompt_suffix="> ", err=True)
        return given.strip()

    def finish(self) -> None:
        """Do nothing: a person has answered."""


@dataclass
class Nobody:
    """No terminal, and no leave to take defaults: questions are gathered and refused together."""

    open: list[Question] = field(default_factory=list)

    def __call__(self, question: Question, /) -> str:
        """Return the default, so that the next questions can be found, and remember that it was not allowed."""
        self.open.append(question)
        return question.default

    def finish(self) -> None:
        """Refuse what is open.

        Raises:
            InputError: With every question and the option that answers it.
        """
        if self.open:
            raise InputError(*(_refused(question) for question in self.open))


def _refused(question: Question) -> Problem:
    usual = f" --yes takes {question.default}." if question.default else ""
    return Problem(question.option, f"is not said, and nobody can be asked: {question.asks}", question.why + usual)
