"""The key `otherwise`: a playbook, one form per step."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Discriminator, Field, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from seatrial.catalog.schema.file import Plain, Strict, Text
from seatrial.catalog.source import forms
from seatrial.charter.schema.words.file import Line, Positive
from seatrial.charter.steps import ACTIONS

Span = Annotated[str, StringConstraints(strip_whitespace=True, pattern=forms.SPAN)]


class Costs(Strict):
    """What a step is expected to cost."""

    hours: Positive = Field(description="Hours of work; findings are ranked by it.", examples=[4])


class _Step(Strict):
    within: Span | None = Field(default=None, description="Time in which it shall be done.", examples=["7d"])
    costs: Costs | None = Field(default=None, description="What it is expected to cost.", examples=[{"hours": 4}])


class Harden(_Step):
    """Train the weakness away."""

    harden: Line = Field(description="Id of a remedy; `seatrial harden` applies it.", examples=["training.pgd"])
    settings: Plain = Field(default_factory=dict, description="Its fields; those left out keep their defaults.")


class Guard(_Step):
    """Put a guard in front of the model."""

    guard: Line = Field(description="Name of the guard; for now it is only written down.", examples=["size-limit"])
    settings: Plain = Field(default_factory=dict, description="What it is told.")


class Narrow(_Step):
    """Serve fewer kinds of input."""

    narrow: Text = Field(
        description="Which inputs are no longer served.", examples=["photographs taken at night go to a person"]
    )


class Pause(_Step):
    """Switch a feature off."""

    pause: Line = Field(description="The feature.", examples=["automatic approval"])


class Rollback(_Step):
    """Go back to an earlier release."""

    rollback: Line = Field(description="`last deploy`, or the name of a release.", examples=["last deploy"])


class Whom(Strict):
    """Who is told, and how soon."""

    to: Line = Field(description="A role, as your organisation calls it.", examples=["risk-owner"])
    within: Span = Field(description="Time in which they shall know.", examples=["24h"])


class Escalate(Strict):
    """Tell somebody who answers for it."""

    escalate: Whom = Field(description="Whom, and how soon.", examples=[{"to": "risk-owner", "within": "24h"}])
    costs: Costs | None = Field(default=None, description="What it is expected to cost.", examples=[{"hours": 1}])


class Do(_Step):
    """Anything else."""

    do: Text = Field(description="What, in a sentence.", examples=["tell the on-call team"])


def _action(value: Any) -> str | None:
    if isinstance(value, str):
        return "name"
    if isinstance(value, Strict):
        return type(value).__name__.lower()
    found = [name for name in ACTIONS if name in value] if isinstance(value, dict) else []
    return found[0] if len(found) == 1 else None


def _one(value: Any) -> Any:
    if _action(value) is None:
        hint = f"write the id of a remedy, or exactly one of {', '.join(ACTIONS)}"
        raise PydanticCustomError("step", "is no step", {"hint": hint})
    return value


Step = Annotated[
    Annotated[Line, Tag("name")]
    | Annotated[Harden, Tag("harden")]
    | Annotated[Guard, Tag("guard")]
    | Annotated[Narrow, Tag("narrow")]
    | Annotated[Pause, Tag("pause")]
    | Annotated[Rollback, Tag("rollback")]
    | Annotated[Escalate, Tag("escalate")]
    | Annotated[Do, Tag("do")],
    Discriminator(_action),
    BeforeValidator(_one),
]


def _playbook(value: Any) -> str | None:
    if value is None:
        return "none"
    return "name" if isinstance(value, str) else "steps" if isinstance(value, list) else None


Playbook = Annotated[
    Annotated[Line, Tag("name")]
    | Annotated[Annotated[list[Step], Field(min_length=1)], Tag("steps")]
    | Annotated[None, Tag("none")],
    Discriminator(
        _playbook,
        custom_error_type="playbook",
        custom_error_message="is no playbook",
        custom_error_context={
            "hint": "write the id of a remedy, or a list of steps: "
            "[{harden: training.pgd}, {escalate: {to: risk-owner, within: 24h}}]"
        },
    ),
]
