"""The block `target`: what is tried, one form per kind."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, Tag

from seatrial.catalog.schema.file import Number, Strict, Text
from seatrial.catalog.source import forms
from seatrial.charter.schema.words.file import Fields, Gives, Line, Load, Open, Positive, kinds, rising

_INPUT = "One case, as the model takes it."
_GIVES = "What one row of the answer is."


class Input(Strict):
    """One case, as the model takes it."""

    takes: Literal["array", "table", "texts", "talks"] = Field(default="array", description="What kind of column.")
    shape: list[Annotated[int, Field(ge=1)]] | None = Field(
        default=None, min_length=1, max_length=8, description="Shape of one case.", examples=[[1, 28, 28]]
    )
    range: Annotated[list[Number], Field(min_length=2, max_length=2), AfterValidator(rising)] | None = Field(
        default=None, description="Smallest and largest legal value.", examples=[[0, 1]]
    )
    mean: Number | Annotated[list[Number], Field(min_length=1)] | None = Field(
        default=None,
        description="Taken from the inputs before a torch module sees them: one number, or one for each channel.",
        examples=[[0.485, 0.456, 0.406]],
    )
    std: Number | Annotated[list[Number], Field(min_length=1)] | None = Field(
        default=None, description="What divides them then; attacks stay in the range.", examples=[[0.229, 0.224, 0.225]]
    )
    columns: Fields | None = Field(
        default=None,
        description="Of a table: the model's columns, in its order, with `number`, `text` or a list of all texts.",
        examples=[{"age": "number", "job": ["baker", "clerk"]}],
    )


class _Local(Strict):
    classes: int | None = Field(default=None, ge=2, description="Number of classes.", examples=[10])
    many: bool = Field(
        default=False, description="Each column is a yes or no of its own: many labels at once.", examples=[True]
    )
    watch: list[Annotated[int, Field(ge=0)]] | None = Field(
        default=None, min_length=1, description="Of many labels, the outputs of which a flip counts.", examples=[[0, 3]]
    )
    tolerance: Positive | None = Field(
        default=None, description="Of a value: how far from the true one is still right.", examples=[0.5]
    )
    artifact: Line | None = Field(
        default=None,
        description="File or folder that is distributed, and signed, as the model; the weights lie in it.",
        examples=["model"],
    )
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
    gives: Gives | None = Field(default=None, description="`logits`, `probabilities` or `value`.", examples=["logits"])
    output: Line | int | None = Field(
        default=None,
        description="Which part of what it returns is the answer, if it returns several.",
        examples=["logits"],
    )
    dtype: Literal["float32", "float64", "float16", "bfloat16"] | None = Field(
        default=None, description="What it computes in; inputs stay float32.", examples=["bfloat16"]
    )
    device: Line | None = Field(default=None, description="Where it computes: `cpu`, `cuda:0`.", examples=["cpu"])
    sampled: bool = Field(
        default=False, description="It draws its answers by chance: each case is judged over several.", examples=[True]
    )


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
    output: Line | int | None = Field(
        default=None,
        description="Which part of what it returns is the answer, if it returns several.",
        examples=["scores"],
    )


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


Target = Annotated[
    Annotated[Torch, Tag("torch")]
    | Annotated[Sklearn, Tag("sklearn")]
    | Annotated[Callable, Tag("callable")]
    | Annotated[Recorded, Tag("recorded")]
    | Annotated[Chat, Tag("chat")]
    | Annotated[OtherTarget, Tag("other")],
    kinds(TARGETS),
]
