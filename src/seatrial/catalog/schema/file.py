"""The shape of a scenario file, version 1: what may be written, and what an editor should know of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, WithJsonSchema
from pydantic_core import PydanticCustomError

from seatrial.catalog.scenario import Value
from seatrial.catalog.source import forms
from seatrial.catalog.source.numbers import FRACTION, fractions, number

NUMBER: dict[str, Any] = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": f"^{FRACTION}$"}]}
"""JSON Schema of a number, or a fraction as text."""
_VALUE: dict[str, Any] = {"anyOf": [NUMBER, {"type": "array", "items": {"anyOf": [NUMBER, {"type": "string"}]}}]}


def _number(value: Any) -> float:
    found = number(value)
    if found is None:
        raise PydanticCustomError("number", "must be a number", {"hint": "like 0.2, 3 or 8/255"})
    return found


def _value(value: Any) -> Value | None:
    if value is None:
        return None
    if not isinstance(value, list):
        return _number(value)
    return [_item(item) for item in value]


def _item(value: Any) -> float | str:
    return value if isinstance(value, str) and number(value) is None else _number(value)


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise PydanticCustomError("day", "is no day", {"hint": "write it like 2026-11-21"}) from None


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Number = Annotated[float, BeforeValidator(_number), WithJsonSchema(NUMBER)]
ValueOf = Annotated[Any, BeforeValidator(_value), WithJsonSchema(_VALUE)]
_OPEN: dict[str, Any] = {"anyOf": [*_VALUE["anyOf"], {"type": "null"}]}
Default = Annotated[Any, BeforeValidator(_value), WithJsonSchema(_OPEN)]
Day = Annotated[str, AfterValidator(_day)]
Plain = Annotated[dict[str, Any], BeforeValidator(fractions)]
Id = Annotated[str, StringConstraints(pattern=forms.ID)]
Name = Annotated[str, StringConstraints(pattern=forms.PARAMETER)]


class Strict(BaseModel):
    """A mapping whose keys are all known, and whose values are never converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Origin(Strict):
    """Where a scenario comes from."""

    kind: Literal["paper", "incident", "audit", "report", "standard"] = Field(
        description="What taught us of it.", examples=["paper"]
    )
    ref: Text = Field(description="Where to read it.", examples=["arXiv:1706.06083"])


class Parameter(Strict):
    """What a charter may choose."""

    default: Default = Field(description="What holds if the charter says nothing; null: it must say.", examples=[0.1])
    low: Number = Field(description="Smallest value.", examples=[0.001])
    high: Number = Field(description="Largest value.", examples=[1])
    unit: str = Field(default="", description="What one is.", examples=["share of the input range"])
    note: str = Field(default="", description="How to choose it.")
    kind: Literal["number", "whole", "numbers", "wholes", "columns", "values"] = Field(
        default="number",
        description="One number, or a list; `columns` are positions or names, `values` are numbers or texts.",
        examples=["whole"],
    )


class Against(Strict):
    """An adversary with its tactics."""

    use: Text = Field(description="Id on the shelf of adversaries.", examples=["evasion.pgd"])
    tactics: Plain = Field(default_factory=dict, description="Its fields; `$name` stands for a parameter.")


class Defence(Strict):
    """Something known to help."""

    use: Text = Field(description="Id of a remedy, or the name of a practice.", examples=["training.pgd"])
    note: str = Field(default="", description="What it does, and what it costs.")


class Tags(Strict):
    """What public taxonomies call it."""

    atlas: list[Text] = Field(default_factory=list, description="MITRE ATLAS.", examples=[["AML.T0043.000"]])
    nist: list[Text] = Field(default_factory=list, description="NIST AI 100-2.", examples=[["NISTAML.022"]])
    owasp: list[Text] = Field(default_factory=list, description="OWASP LLM Top 10.", examples=[["LLM01:2025"]])
    avid: list[Text] = Field(default_factory=list, description="AVID.")


class Entry(Strict):
    """A scenario: one entry of the catalog."""

    scenario: Literal[1] = Field(description="Version of this form.", examples=[1])
    id: Id = Field(description="Family and name; together with the version it is unique.", examples=["family/name"])
    version: int = Field(ge=1, le=999_999, description="A changed scenario is a new version.", examples=[1])
    title: Text = Field(description="In a few words.")
    objective: Text = Field(description="What it wants to find out, and why.")
    authors: list[Text] = Field(min_length=1, description="Who wrote it.", examples=[["a name"]])
    created: Day = Field(description="ISO date.", examples=["2026-11-21"])
    changed: Day = Field(description="ISO date.", examples=["2026-11-21"])
    origin: Origin = Field(description="Where it comes from.", examples=[{"kind": "paper", "ref": "arXiv:1706.06083"}])
    parameters: dict[Name, Parameter] = Field(description="What a charter may choose, inside a range.", examples=[{}])
    threat: Plain = Field(
        description="The rules: a `kind` and its fields; `$name` stands for a parameter.",
        examples=[{"kind": "ball", "norm": "linf", "eps": "$eps"}],
    )
    against: list[Against] = Field(
        min_length=1, description="Adversaries, tried in this order.", examples=[[{"use": "evasion.pgd"}]]
    )
    oracle: Text = Field(description="Id on the shelf of oracles: who says whether it held.", examples=["same_label"])
    oracle_settings: Plain = Field(default_factory=dict, description="What that oracle is told.")
    metric: Text = Field(description="Id on the shelf of metrics.", examples=["held_rate"])
    presentations: int = Field(
        default=1, ge=1, le=1000, description="Draws per case, for a target that samples its answers.", examples=[3]
    )
    expected: Text = Field(description="What a sound model shows.")
    instruments: list[Text] = Field(
        min_length=1, description="What is recorded beside the outcome.", examples=[["queries"]]
    )
    rollback_trigger: Text = Field(description="The live signal that should recall the model.")
    defences: list[Defence] = Field(description="What is known to help.", examples=[[]])
    tags: Tags = Field(description="Ids in public taxonomies.", examples=[{}])
    cost: Literal["seconds", "minutes", "hours"] = Field(
        description="For 1,000 cases on one core.", examples=["minutes"]
    )


def schema() -> bytes:
    """Return the JSON Schema of a scenario file."""
    made = Entry.model_json_schema(mode="validation")
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "seatrial scenario, version 1"}
    return (json.dumps({**head, **{k: v for k, v in made.items() if k != "title"}}, indent=2) + "\n").encode()
