"""The shape of a charter, schema v1: what may be written, and what an editor should know of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from seatrial.catalog.file import NUMBER, Number, Plain, Strict, Text, ValueOf
from seatrial.catalog.source import forms
from seatrial.catalog.source.numbers import FRACTION, PERCENT, number, per_mille

PUBLISHED = Path(__file__).parent / "v1.json"
"""The published JSON Schema; `schema()` makes it."""
_SHARE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": f"^({PERCENT}|{FRACTION})$"},
    ]
}
_INPUT = "One case, as the model takes it."
_GIVES = "What one row of the answer is."


def _positive(value: Any) -> float:
    found = number(value)
    if found is None or found <= 0:
        raise PydanticCustomError("positive", "must be a number above 0", {})
    return found


def _share(value: Any) -> int:
    found = per_mille(value)
    if found is None:
        hint = "write 40%, 0.4 or 2/5; tenths of a percent are the finest"
        raise PydanticCustomError("share", "is no share of the cases", {"hint": hint})
    return found


def _rising(value: list[float]) -> list[float]:
    if value[0] >= value[1]:
        raise PydanticCustomError("rising", "must rise", {"hint": "write [lowest, highest], like [0, 1]"})
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=forms.LINE)]
Load = Annotated[str, StringConstraints(pattern=forms.LOAD)]
Positive = Annotated[float, BeforeValidator(_positive), WithJsonSchema(NUMBER)]
Share = Annotated[int, BeforeValidator(_share), WithJsonSchema(_SHARE)]
Gives = Literal["logits", "probabilities", "labels", "value", "text", "talk"]


class Open(BaseModel):
    """A mapping that may have more keys than are known here."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


class System(Strict):
    """What is tried, as people call it."""

    name: Annotated[str, StringConstraints(max_length=100, pattern=forms.SYSTEM)] = Field(
        description="Name of the system; one evidence log belongs to it.", examples=["digits-reader"]
    )
    release: Line = Field(description="What this release is called; in quotes if it is a number.", examples=["2026.11"])
    owner: Line = Field(description="Who answers for it.", examples=["ml-platform"])


class Input(Strict):
    """One case, as the model takes it."""

    takes: Literal["array", "texts", "talks"] = Field(default="array", description="What kind of column.")
    shape: list[Annotated[int, Field(ge=1)]] | None = Field(
        default=None, min_length=1, max_length=8, description="Shape of one case.", examples=[[1, 28, 28]]
    )
    range: Annotated[list[Number], Field(min_length=2, max_length=2), AfterValidator(_rising)] | None = Field(
        default=None, description="Smallest and largest legal value.", examples=[[0, 1]]
    )


class _Local(Strict):
    classes: int | None = Field(default=None, ge=2, description="Number of classes.", examples=[10])
    pad: int | None = Field(default=None, ge=1, description="Rows per pass are filled up to a multiple of this.")
    unsafe: bool = Field(default=False, description="Allow weights whose loading can run code.", examples=[True])


class Torch(_Local):
    """A PyTorch module."""

    kind: Literal["torch"] = Field(description="Which kind of target.")
    load: Load | None = Field(
        default=None, description="Function that builds the module.", examples=["digits.model:build"]
    )
    weights: Line = Field(description="File, beside the charter.", examples=["digits.safetensors"])
    input: Input = Field(description=_INPUT, examples=[{"shape": [1, 28, 28], "range": [0, 1]}])
    gives: Gives | None = Field(default=None, description="`logits` or `probabilities`.", examples=["logits"])
    device: Line | None = Field(default=None, description="Where it computes: `cpu`, `cuda:0`.", examples=["cpu"])


class Sklearn(_Local):
    """A scikit-learn estimator."""

    kind: Literal["sklearn"] = Field(description="Which kind of target.")
    weights: Line = Field(description="File, beside the charter.", examples=["model.skops"])
    trusted: list[Line] | None = Field(
        default=None, description="Types in the file that may be loaded.", examples=[["numpy.dtype"]]
    )
    input: Input = Field(description=_INPUT, examples=[{"shape": [30]}])
    gives: Gives | None = Field(
        default=None, description="By default the most that it can say.", examples=["probabilities"]
    )


class Callable(_Local):
    """Any Python function of a batch."""

    kind: Literal["callable"] = Field(description="Which kind of target.")
    load: Load = Field(description="The function.", examples=["rules.model:predict"])
    input: Input = Field(description=_INPUT, examples=[{"shape": [30]}])
    gives: Gives = Field(description=_GIVES, examples=["labels"])


class Recorded(_Local):
    """Answers that were recorded."""

    kind: Literal["recorded"] = Field(description="Which kind of target.")
    path: Line = Field(description="File of inputs and answers.", examples=["answers.npz"])
    input: Input | None = Field(default=None, description=_INPUT, examples=[{"shape": [30]}])
    gives: Gives = Field(description=_GIVES, examples=["logits"])


class Chat(Strict):
    """A chat application behind an OpenAI-compatible endpoint."""

    kind: Literal["chat"] = Field(description="Which kind of target.")
    url: Annotated[str, StringConstraints(pattern=forms.URL)] = Field(
        description="Where the API starts.", examples=["http://127.0.0.1:8000/v1"]
    )
    model: Line = Field(description="Name of the model, as the endpoint knows it.", examples=["assistant-1"])
    system: Text | None = Field(default=None, description="System message that begins every session.")
    key_env: Annotated[str, StringConstraints(pattern=forms.VARIABLE)] | None = Field(
        default=None, description="Name of the environment variable that holds the key.", examples=["CHAT_API_KEY"]
    )
    timeout: Positive | None = Field(default=None, description="Seconds.", examples=[30])
    temperature: Number | None = Field(default=None, description="Above 0, chance answers.", examples=[0])


TARGETS = {"torch": Torch, "sklearn": Sklearn, "callable": Callable, "recorded": Recorded, "chat": Chat}


class OtherTarget(Open):
    """A target that a plugin brings; the other keys are its own."""

    kind: Line = Field(
        description="Id of the target.", json_schema_extra={"not": {"enum": list(TARGETS)}}, examples=["torch"]
    )


class Bundled(Strict):
    """Cases that come inside an installed package."""

    kind: Literal["bundled"] = Field(description="Which kind of source.")
    name: Line = Field(description="`mnist-5000`, `digits`, `breast_cancer` or `wine`.", examples=["mnist-5000"])


class Npz(Strict):
    """Cases in a numpy archive."""

    kind: Literal["npz"] = Field(description="Which kind of source.")
    path: Line = Field(description="File, beside the charter.", examples=["cases.npz"])
    inputs: Line = Field(default="x", description="Name of the array of inputs.")
    labels: Line | None = Field(default="y", description="Name of the array of labels; null: there are none.")
    groups: Line | None = Field(default=None, description="Name of the array of groups.", examples=["g"])
    classes: int | None = Field(default=None, ge=1, description="Number of classes, to check the labels.")


class Talks(Strict):
    """Conversations, one JSON object a line."""

    kind: Literal["talks"] = Field(description="Which kind of source.")
    path: Line = Field(description="File, beside the charter.", examples=["talks.jsonl"])


SOURCES = {"bundled": Bundled, "npz": Npz, "talks": Talks}


class OtherSource(Open):
    """Cases that a plugin brings; the other keys are its own."""

    kind: Line = Field(
        description="Id of the source.", json_schema_extra={"not": {"enum": list(SOURCES)}}, examples=["bundled"]
    )


def _kind(known: Any) -> Any:
    """Return what tells the members of a union by their `kind`; an unknown one is a plugin's."""

    def tag(value: Any) -> str:
        kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
        return kind if isinstance(kind, str) and kind in known else "other"

    return Discriminator(tag)


Source = Annotated[
    Annotated[Bundled, Tag("bundled")]
    | Annotated[Npz, Tag("npz")]
    | Annotated[Talks, Tag("talks")]
    | Annotated[OtherSource, Tag("other")],
    _kind(SOURCES),
]
Target = Annotated[
    Annotated[Torch, Tag("torch")]
    | Annotated[Sklearn, Tag("sklearn")]
    | Annotated[Callable, Tag("callable")]
    | Annotated[Recorded, Tag("recorded")]
    | Annotated[Chat, Tag("chat")]
    | Annotated[OtherTarget, Tag("other")],
    _kind(TARGETS),
]


class _Shared(BaseModel):
    gate: Share = Field(
        default=500,
        description="Share of the cases that only the gate draws from.",
        examples=["40%"],
        json_schema_extra={"default": "50%"},
    )
    rehearsal: Share = Field(
        default=100,
        description="Share for rehearsals; the rest is for training.",
        examples=["10%"],
        json_schema_extra={"default": "10%"},
    )
    per_attempt: int = Field(default=0, ge=0, description="Cases that one attempt opens; 0: all.", examples=[900])
    reuse: Literal["declared"] | None = Field(
        default=None, description="Opened cases may be used again; reports then say that the confidence is nominal."
    )
    members: Source | None = Field(
        default=None,
        description="Training cases, for membership probes.",
        examples=[{"kind": "npz", "path": "train.npz"}],
    )


class BundledCases(Bundled, _Shared):
    """Bundled cases, and how they are shared out."""


class NpzCases(Npz, _Shared):
    """A numpy archive, and how its cases are shared out."""


class TalksCases(Talks, _Shared):
    """Conversations, and how they are shared out."""


class OtherCases(OtherSource, _Shared):
    """Cases that a plugin brings, and how they are shared out."""


Cases = Annotated[
    Annotated[BundledCases, Tag("bundled")]
    | Annotated[NpzCases, Tag("npz")]
    | Annotated[TalksCases, Tag("talks")]
    | Annotated[OtherCases, Tag("other")],
    _kind(SOURCES),
]


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
    otherwise: Line | None = Field(default=None, description="The remedy.", examples=["training.pgd"])


class Budget(Strict):
    """What stops a run; it never weakens an attack."""

    minutes: Positive = Field(description="What is not done by then is unproven.", examples=[10])


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
