"""Words that several blocks of a charter share: lines, shares, numbers, names of columns."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    PlainValidator,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from seatrial.catalog.file import NUMBER
from seatrial.catalog.source import forms
from seatrial.catalog.source.numbers import FRACTION, PERCENT, number, per_mille

_SHARE = {
    "anyOf": [
        {"type": "number", "minimum": 0, "maximum": 1},
        {"type": "string", "pattern": f"^({PERCENT}|{FRACTION})$"},
    ]
}


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


def rising(value: list[float]) -> list[float]:
    """Return a range whose first number is below its second, or refuse it."""
    if value[0] >= value[1]:
        raise PydanticCustomError("rising", "must rise", {"hint": "write [lowest, highest], like [0, 1]"})
    return value


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=forms.LINE)]
Load = Annotated[str, StringConstraints(pattern=forms.LOAD)]
Positive = Annotated[float, BeforeValidator(_positive), WithJsonSchema(NUMBER)]
Share = Annotated[int, BeforeValidator(_share), WithJsonSchema(_SHARE)]
Gives = Literal["logits", "probabilities", "labels", "value", "text", "talk"]


def _classes(value: Any) -> Any:
    good = isinstance(value, list) and len(value) >= 2 and all(isinstance(one, str | int) for one in value)
    if not good or len({type(one) for one in value}) > 1:
        hint = "write all values of the label, in the model's order, like [rejected, granted] or [0, 1]"
        raise PydanticCustomError(
            "classes", "must be a list of two texts, whole numbers or true and false, or more", {"hint": hint}
        )
    if len(set(value)) < len(value):
        raise PydanticCustomError("classes", "names a class twice", {"hint": "each once, in the model's order"})
    return value


def _columns(value: Any) -> Any:
    hint = "write [age, income] if all are numbers, or {age: number, job: text}"
    named = isinstance(value, list | dict) and value and all(isinstance(name, str) and name for name in value)
    if not named:
        raise PydanticCustomError("columns", "must be names of columns", {"hint": hint})
    if len(set(value)) < len(value):
        raise PydanticCustomError("columns", "names a column twice", {"hint": "each once"})
    if isinstance(value, dict) and (wrong := [name for name, kind in value.items() if kind not in KINDS]):
        raise PydanticCustomError("columns", f"has another kind than number or text at {wrong[0]}", {"hint": hint})
    return value


def _fields(value: Any) -> Any:
    if not isinstance(value, dict):
        return _columns(value)
    listed = {name: kind for name, kind in value.items() if isinstance(kind, list)}
    if wrong := [name for name, kind in listed.items() if not kind or not all(isinstance(one, str) for one in kind)]:
        hint = "list texts, like {job: [baker, clerk]}"
        raise PydanticCustomError("columns", f"lists no texts at {wrong[0]}", {"hint": hint})
    _columns({name: "text" if name in listed else kind for name, kind in value.items()})
    return value


def _shaped(*kinds_: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of names of columns, or of names and what each holds."""
    names = {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 1, "uniqueItems": True}
    held = {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": list(kinds_)}}
    return {"anyOf": [names, held]}


KINDS = ("number", "text")
"""What a column of a table may hold."""
_KIND = {"enum": list(KINDS)}
_LISTED = {"type": "array", "items": {"type": "string"}, "minItems": 1}
_CLASSES = {
    "type": "array",
    "items": {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "boolean"}]},
    "minItems": 2,
    "uniqueItems": True,
}
Classes = Annotated[list[str | int | bool], PlainValidator(_classes), WithJsonSchema(_CLASSES)]
"""Values of a label, in the order of the model's classes."""
Columns = Annotated[list[str] | dict[str, Any], PlainValidator(_columns), WithJsonSchema(_shaped(_KIND))]
"""Names of columns that hold numbers, or name -> `number` or `text`."""
Fields = Annotated[list[str] | dict[str, Any], PlainValidator(_fields), WithJsonSchema(_shaped(_KIND, _LISTED))]
"""The same as a model takes them; a list of texts are all that a column may hold."""
Separator = Annotated[str, StringConstraints(min_length=1, max_length=1)]


class Open(BaseModel):
    """A mapping that may have more keys than are known here."""

    model_config = ConfigDict(extra="allow", strict=True, frozen=True)


def kinds(known: Any) -> Any:
    """Return what tells the members of a union by their `kind`; an unknown one is a plugin's."""

    def tag(value: Any) -> str:
        kind = value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
        return kind if isinstance(kind, str) and kind in known else "other"

    return Discriminator(tag)
