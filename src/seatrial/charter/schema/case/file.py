"""The block `cases`: where samples come from, one form per kind, and how they are shared out."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field, Tag

from seatrial.catalog.schema.file import Strict
from seatrial.charter.schema.words.file import Classes, Columns, Line, Open, Separator, Share, Unit, kinds


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
    truth: Literal["classes", "flags", "values"] = Field(
        default="classes",
        description="What a label is: one class, a 0 or 1 for each output of a model of many labels, or true numbers.",
        examples=["flags"],
    )


class Talks(Strict):
    """Conversations, one JSON object a line."""

    kind: Literal["talks"] = Field(description="Which kind of source.")
    path: Line = Field(description="File, beside the charter.", examples=["talks.jsonl"])


class Table(Strict):
    """Rows of a table in a file: .csv, .tsv, .jsonl or .parquet."""

    kind: Literal["table"] = Field(description="Which kind of source.")
    path: Line = Field(description="File, beside the charter; its ending says what it is.", examples=["loans.csv"])
    label: Line | None = Field(default=None, description="Column of the right answer.", examples=["approved"])
    classes: Classes | None = Field(
        default=None,
        description="Values of the label, in the model's order; left out, labels are whole numbers from 0.",
        examples=[["rejected", "granted"]],
    )
    columns: Columns | None = Field(
        default=None,
        description="Columns that the model gets, with `number` or `text`; left out, all others, as numbers.",
        examples=[{"age": "number", "job": "text"}],
    )
    groups: Line | None = Field(default=None, description="Column of groups of people.", examples=["sex"])
    form: Literal["table", "array"] = Field(
        default="table", description="`array`: one float32 row of numbers per case, for a model without column names."
    )
    separator: Separator | None = Field(
        default=None, description="Between the fields of a .csv or .tsv; by default `,` or a tab.", examples=[";"]
    )


class Texts(Strict):
    """Texts in a file: .csv, .tsv, .jsonl or .parquet."""

    kind: Literal["texts"] = Field(description="Which kind of source.")
    path: Line = Field(description="File, beside the charter; its ending says what it is.", examples=["reviews.csv"])
    text: Line = Field(description="Column of the text.", examples=["review"])
    label: Line | None = Field(default=None, description="Column of the right answer.", examples=["sentiment"])
    classes: Classes | None = Field(
        default=None,
        description="Values of the label, in the model's order; left out, labels are whole numbers from 0.",
        examples=[["neg", "pos"]],
    )
    groups: Line | None = Field(default=None, description="Column of groups.", examples=["language"])
    separator: Separator | None = Field(
        default=None, description="Between the fields of a .csv or .tsv; by default `,` or a tab.", examples=[";"]
    )


class Folder(Strict):
    """Images in folders, one folder a class."""

    kind: Literal["folder"] = Field(description="Which kind of source.")
    path: Line = Field(description="Folder, beside the charter, with a folder for each class.", examples=["images"])
    size: list[Annotated[int, Field(ge=1, le=4096)]] = Field(
        min_length=2, max_length=2, description="Height and width; other images are resized.", examples=[[28, 28]]
    )
    mode: Literal["L", "RGB"] = Field(default="RGB", description="`L`: one channel of grey; `RGB`: three channels.")
    classes: list[Line] | None = Field(
        default=None,
        min_length=2,
        description="Names of the class folders, in the model's order; left out, in alphabetical order.",
        examples=[["cat", "dog"]],
    )


SOURCES = {"bundled": Bundled, "npz": Npz, "table": Table, "texts": Texts, "folder": Folder, "talks": Talks}


class OtherSource(Open):
    """Cases that a plugin brings; the other keys are its own."""

    kind: Line = Field(
        description="Id of the source.", json_schema_extra={"not": {"enum": list(SOURCES)}}, examples=["bundled"]
    )


Source = Annotated[
    Annotated[Bundled, Tag("bundled")]
    | Annotated[Npz, Tag("npz")]
    | Annotated[Table, Tag("table")]
    | Annotated[Texts, Tag("texts")]
    | Annotated[Folder, Tag("folder")]
    | Annotated[Talks, Tag("talks")]
    | Annotated[OtherSource, Tag("other")],
    kinds(SOURCES),
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
    unit: Unit | None = Field(
        default=None,
        description="What the cases of one group are: then whole groups are drawn, and a criterion can count `per` it.",
        examples=["person"],
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


class TableCases(Table, _Shared):
    """Rows of a table, and how they are shared out."""


class TextsCases(Texts, _Shared):
    """Texts, and how they are shared out."""


class FolderCases(Folder, _Shared):
    """Images in folders, and how they are shared out."""


class TalksCases(Talks, _Shared):
    """Conversations, and how they are shared out."""


class OtherCases(OtherSource, _Shared):
    """Cases that a plugin brings, and how they are shared out."""


Cases = Annotated[
    Annotated[BundledCases, Tag("bundled")]
    | Annotated[NpzCases, Tag("npz")]
    | Annotated[TableCases, Tag("table")]
    | Annotated[TextsCases, Tag("texts")]
    | Annotated[FolderCases, Tag("folder")]
    | Annotated[TalksCases, Tag("talks")]
    | Annotated[OtherCases, Tag("other")],
    kinds(SOURCES),
]
