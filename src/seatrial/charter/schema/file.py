"""The shape of a charter, schema v1: what may be written, and what an editor should know of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, StringConstraints, Tag

from seatrial.catalog.schema.file import Plain, Strict, Text, ValueOf
from seatrial.catalog.source import forms
from seatrial.charter.schema.case.file import SOURCES, Cases
from seatrial.charter.schema.step.file import Playbook
from seatrial.charter.schema.target.file import TARGETS, Target
from seatrial.charter.schema.words.file import Line, Positive

__all__ = ["PUBLISHED", "SOURCES", "TARGETS", "Written", "schema"]

PUBLISHED = Path(__file__).parent / "v1.json"
"""The published JSON Schema; `schema()` makes it."""


class System(Strict):
    """What is tried, as people call it."""

    name: Annotated[str, StringConstraints(max_length=100, pattern=forms.SYSTEM)] = Field(
        description="Name of the system; one evidence log belongs to it.", examples=["digits-reader"]
    )
    release: Line = Field(description="What this release is called; in quotes if it is a number.", examples=["2026.11"])
    owner: Line = Field(description="Who answers for it.", examples=["ml-platform"])


class Use(BaseModel):
    """A scenario of the catalog, and values for its parameters."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)
    __pydantic_extra__: dict[str, ValueOf]
    use: Annotated[str, StringConstraints(pattern=forms.USE)] = Field(
        description="Its id, or `id@2`; every other key is one of its parameters.", examples=["evasion/pgd-linf"]
    )


class Against(Strict):
    """An adversary with its tactics."""

    use: Line = Field(description="Id on the shelf of adversaries.", examples=["evasion.pgd"])
    tactics: Plain = Field(default_factory=dict, description="Its fields; those left out keep their defaults.")


def _against(value: Any) -> Any:
    return {"use": value} if isinstance(value, str) else value


class Inline(Strict):
    """A scenario that the charter itself describes."""

    threat: Plain = Field(
        description="The rules: a `kind` and its fields.", examples=[{"kind": "ball", "norm": "linf", "eps": 0.1}]
    )
    against: list[
        Annotated[
            Against,
            BeforeValidator(_against, json_schema_input_type=str | Against),
        ]
    ] = Field(min_length=1, description="Adversaries, tried in this order.", examples=[["evasion.pgd"]])
    oracle: Line | None = Field(default=None, description="By default the adversary's own.", examples=["same_label"])
    oracle_settings: Plain = Field(default_factory=dict, description="What that oracle is told.")
    metric: Line = Field(default="held_rate", description="Id on the shelf of metrics.", examples=["held_rate"])
    presentations: int = Field(
        default=1, ge=1, le=1000, description="Draws per case, for a target that samples its answers."
    )


def _form(value: Any) -> str | None:
    if not isinstance(value, dict):
        return "name" if isinstance(value, str) else None
    if "use" in value:
        return "use"
    return "inline" if {"threat", "against"} & set(value) else None


Trying = Annotated[
    Annotated[Annotated[str, StringConstraints(pattern=forms.USE)], Tag("name")]
    | Annotated[Use, Tag("use")]
    | Annotated[Inline, Tag("inline")],
    Discriminator(
        _form,
        custom_error_type="trying",
        custom_error_message="is no scenario",
        custom_error_context={"hint": "write an id, {use: id, eps: 0.2}, or {threat: {...}, against: [...]}"},
    ),
]


class Clause(Strict):
    """One promise."""

    because: Text = Field(
        description="The failure mode, in words for the people who carry the risk.",
        examples=["a change nobody can see must not change the answer"],
    )
    scenarios: list[Trying] = Field(min_length=1, description="What is tried.", examples=[["baseline/clean"]])
    require: Text = Field(description="What must hold, and how sure.", examples=["held_rate >= 0.90 at 95%"])
    severity: Literal["critical", "major", "minor"] = Field(
        default="major",
        description="Breached, `critical` rejects the model; the others put it on hold.",
        examples=["major"],
    )
    advisory: bool = Field(default=False, description="True never blocks.", examples=[True])
    otherwise: Playbook = Field(
        default=None,
        description="What is done if it is not held: the id of a remedy, or a playbook, steps in their order.",
        examples=["training.pgd"],
    )


Amount = Annotated[str, StringConstraints(strip_whitespace=True, pattern=forms.MONEY)]


class Prices(Strict):
    """What a trial costs; what is not named costs nothing."""

    per_call: Amount | None = Field(
        default=None, description="Each case that the target answers, attacked or not.", examples=["0.0004 USD"]
    )
    per_hour: Amount | None = Field(default=None, description="Each hour of one worker.", examples=["2.50 USD"])


class Budget(Strict):
    """What stops a run; it never weakens an attack."""

    minutes: Positive | None = Field(default=None, description="What is not done by then is unproven.", examples=[10])
    money: Amount | None = Field(
        default=None,
        description="What is not done when so much is spent is unproven; it is looked at between shards.",
        examples=["5 USD"],
    )
    prices: Prices | None = Field(
        default=None, description="What answers and time cost.", examples=[{"per_call": "0.0004 USD"}]
    )


def _compared(value: Any) -> str | None:
    if value is None or value == "last deploy":
        return "none" if value is None else "last"
    return "block" if isinstance(value, dict | BaseModel) else None


Baseline = Annotated[
    Annotated[Literal["last deploy"], Tag("last")] | Annotated[Target, Tag("block")] | Annotated[None, Tag("none")],
    Discriminator(
        _compared,
        custom_error_type="baseline",
        custom_error_message="is no model",
        custom_error_context={"hint": "write `last deploy`, or describe a model as `target` does"},
    ),
]
HelperName = Annotated[str, StringConstraints(max_length=64, pattern=forms.CLAUSE)]
ClauseName = Annotated[str, StringConstraints(max_length=64, pattern=forms.CLAUSE)]


class Written(Strict):
    """A charter, as it is written."""

    charter: Literal[1] = Field(description="Version of this form.", examples=[1])
    system: System = Field(
        description="What is tried, as people call it.",
        examples=[{"name": "digits-reader", "release": "2026.11", "owner": "ml-platform"}],
    )
    target: Target = Field(
        description="What is tried.", examples=[{"kind": "torch", "load": "model:build", "weights": "w.safetensors"}]
    )
    cases: Cases = Field(
        description="Where samples come from.", examples=[{"kind": "bundled", "name": "mnist-5000", "gate": "40%"}]
    )
    baseline: Baseline = Field(
        default=None,
        description="What criteria with `- baseline` compare with: another model, described as `target` is, "
        "or `last deploy`.",
        examples=["last deploy"],
    )
    stop: Literal["early"] | None = Field(
        default=None,
        description="`early`: stop a clause as soon as it is settled, by tests that may be looked at at any time.",
        examples=["early"],
    )
    surrogates: dict[HelperName, Target] = Field(
        default_factory=dict,
        description="Other models that the attacker has at home, each described as `target` is; asking them is free.",
        examples=[{"small": {"kind": "torch", "load": "small:build", "weights": "small.safetensors"}}],
    )
    clauses: dict[ClauseName, Clause] = Field(min_length=1, description="What must hold.")
    budget: Budget | None = Field(
        default=None, description="What stops a run; without it, nothing does.", examples=[{"minutes": 10}]
    )


def schema() -> bytes:
    """Return the JSON Schema of a charter, as it is published."""
    made = Written.model_json_schema(mode="validation")
    made["properties"]["clauses"]["additionalProperties"] = False
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "seatrial charter, schema v1"}
    return (json.dumps({**head, **{k: v for k, v in made.items() if k != "title"}}, indent=2) + "\n").encode()
