"""Words that several blocks of a charter share: lines, shares, numbers, names of columns."""

from __future__ import annotations

from collections.abc import Callable
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

from seatrial.catalog.schema.file import NUMBER
from seatrial.catalog.source import forms
from seatrial.catalog.source.numbers import FRACTION, PERCENT, number, per_mille
from seatrial.charter.columns import ordered, pairs

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
Unit = Annotated[str, StringConstraints(max_length=64, pattern=forms.UNIT)]
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
    return _told(value, "write [age, income] if all are numbers, or {age: number, job: text}", _strange)


def _fields(value: Any) -> Any:
    hint = "write {age: number, job: text}, or list all its texts, like {job: [baker, clerk]}"
    return _told(value, hint, lambda kind: _unlisted(kind) if isinstance(kind, list) else _strange(kind))


def _strange(kind: Any) -> str:
    return "" if kind in KINDS else "has another kind than number or text"


def _unlisted(kind: list[Any]) -> str:
    return "" if kind and all(isinstance(one, str) for one in kind) else "lists no texts"


def _told(value: Any, hint: str, wrong: Callable[[Any], str]) -> Any:
    """Return columns in the form that keeps their order, or refuse them."""
    listed = value if isinstance(value, list | dict) else []
    named = pairs(listed, "number")
    single = all(isinstance(one, str) or (isinstance(one, dict) and len(one) == 1) for one in listed)
    if not named or not single or not all(isinstance(name, str) and name for name, _ in named):
        raise PydanticCustomError("columns", "must be names of columns", {"hint": hint})
    if len({name for name, _ in named}) < len(named):
        raise PydanticCustomError("columns", "names a column twice", {"hint": "each once"})
    for name, kind in named:
        if what := wrong(kind):
            raise PydanticCustomError("columns", f"{what} at {name}", {"hint": hint})
    return ordered(value)


def _shaped(*kinds_: dict[str, Any]) -> dict[str, Any]:
    """Return the JSON Schema of names of columns, or of names and what each holds."""
    held = {"type": "object", "minProperties": 1, "additionalProperties": {"anyOf": list(kinds_)}}
    one = {"anyOf": [{"type": "string", "minLength": 1}, {**held, "maxProperties": 1}]}
    return {"anyOf": [{"type": "array", "items": one, "minItems": 1, "uniqueItems": True}, held]}


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
Columns = Annotated[
    list[str | dict[str, Any]] | dict[str, Any], PlainValidator(_columns), WithJsonSchema(_shaped(_KIND))
]
"""Names of columns that hold numbers, or name -> `number` or `text`."""
Fields = Annotated[
    list[str | dict[str, Any]] | dict[str, Any], PlainValidator(_fields), WithJsonSchema(_shaped(_KIND, _LISTED))
]
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
