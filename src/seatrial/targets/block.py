"""What the target blocks of all local models have in common, read with all mistakes at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from seatrial.charter.columns import pairs
from seatrial.errors import Problem, TargetError
from seatrial.records.batch import Array, Frame, Talks, Texts
from seatrial.targets.target import SCORES, Face, Field

TAKES: Mapping[str, type[Any]] = {"array": Array, "table": Frame, "texts": Texts, "talks": Talks}
ALL = ("kind", "artifact", "input", "gives", "classes", "many", "watch", "tolerance", "pad", "unsafe")
"""Keys of every local model."""
NORMAL = ("mean", "std")
"""Keys of an input that is normalised before the model sees it."""
GIVES = ("logits", "probabilities", "labels", "value", "text", "talk")


@dataclass(frozen=True, slots=True)
class Block:
    """A target block, checked for form."""

    values: Mapping[str, Any]
    folder: Path
    takes: type[Any]
    shape: tuple[int, ...] | None
    low: float | None
    high: float | None
    gives: str
    """Empty if the block does not say."""
    classes: int | None
    pad: int
    unsafe: bool
    many: bool = False
    """Whether each column of its scores is a yes or no of its own."""
    watched: tuple[int, ...] = ()
    """Of many labels, the outputs of which a flip counts; empty is all."""
    tolerance: float = 0.0
    """Of a value, how far from the true one is still right; 0 if the block does not say."""
    mean: tuple[float, ...] = ()
    """What is taken from the inputs before the model sees them; empty is nothing."""
    std: tuple[float, ...] = ()
    """What they are then divided by."""
    columns: Sequence[Any] | Mapping[str, Any] = ()
    """Of a table: names, or name -> `number`, `text` or all texts that it holds; empty if the block does not say."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """The columns of a table, as far as the block says."""
        return tuple(_field(name, kind) for name, kind in pairs(self.columns, None))

    @property
    def kinds_told(self) -> bool:
        """Whether the block says what the columns hold, and not only their names."""
        return isinstance(self.columns, Mapping) or any(isinstance(one, Mapping) for one in self.columns)

    def told(self, face: Face) -> Face:
        """Return a face with what the block says of how its answers are read."""
        return replace(face, many=self.many, watched=self.watched, tolerance=self.tolerance)

    def path(self, key: str) -> Path:
        """Return the file that a key names, relative to the charter's folder."""
        return self.folder / str(self.values[key])


def _field(name: str, kind: Any) -> Field:
    if kind is None:
        return Field(name)
    return Field(name, "text", tuple(kind)) if isinstance(kind, list | tuple) else Field(name, kind)


def read_block(
    block: Mapping[str, Any], folder: Path, *, known: Iterable[str], needs: Iterable[str], pad: int
) -> Block:
    """Return the block, checked.

    Args:
        block: The charter's `target` block.
        folder: Where relative paths start.
        known: Keys that this kind has besides `kind`, `input`, `gives`, `classes`, `many`, `watch`, `tolerance`, `pad`,
            `unsafe`.
        needs: Keys that must be there.
        pad: Default of `pad`.

    Raises:
        TargetError: With everything that is wrong: missing and unknown keys, wrong values, missing files.
    """
    face = block.get("input", {})
    face = face if isinstance(face, Mapping) else {"input": face}
    problems = [*_strays(block, {*ALL, *known}, needs)]
    problems += _absent(block, folder) + _mistakes(block, face)
    if problems:
        raise TargetError(*problems)
    return Block(
        values=dict(block),
        folder=folder,
        takes=TAKES[face.get("takes", "array")],
        shape=tuple(face["shape"]) if "shape" in face else None,
        low=float(face["range"][0]) if "range" in face else None,
        high=float(face["range"][1]) if "range" in face else None,
        gives=block.get("gives", ""),
        classes=block.get("classes"),
        pad=block.get("pad", pad),
        unsafe=block.get("unsafe", False),
        many=block.get("many", False),
        watched=tuple(block.get("watch", ())),
        tolerance=float(block.get("tolerance", 0.0)),
        mean=_numbers(face.get("mean", ())),
        std=_numbers(face.get("std", ())),
        columns=face.get("columns", ()),
    )


def _numbers(value: Any) -> tuple[float, ...]:
    """Return one number, or several, as a tuple."""
    return tuple(float(one) for one in (value if isinstance(value, list | tuple) else [value]))


def _strays(block: Mapping[str, Any], allowed: Iterable[str], needs: Iterable[str]) -> list[Problem]:
    hint = f"there are {', '.join(sorted(allowed))}"
    unknown = [Problem(f"target.{key}", "is unknown here", hint) for key in sorted(set(block) - set(allowed))]
    return unknown + [Problem(f"target.{key}", "is missing") for key in sorted(set(needs) - set(block))]


def _absent(block: Mapping[str, Any], folder: Path) -> list[Problem]:
    named = {key: folder / str(block[key]) for key in ("weights", "path") if key in block}
    hint = "paths start at the charter's folder"
    return [Problem(f"target.{k}", f"there is no file {path}", hint) for k, path in named.items() if not path.is_file()]


def _mistakes(block: Mapping[str, Any], face: Mapping[str, Any]) -> list[Problem]:
    """Return what is wrong with the values that all kinds have."""
    checks = [
        (
            "input",
            not set(face) - {"takes", "shape", "range", "columns", *NORMAL},
            "{shape: [1, 28, 28], range: [0, 1]}",
        ),
        ("input.takes", str(face.get("takes", "array")) in TAKES, f"one of {', '.join(TAKES)}"),
        ("input.shape", "shape" not in face or _is_shape(face["shape"]), "sizes of one case: [1, 28, 28]"),
        ("input.range", "range" not in face or _is_range(face["range"]), "[lowest, highest]"),
        ("input.columns", "columns" not in face or _are_columns(face["columns"]), "{age: number, job: text}"),
        ("input.columns", "columns" not in face or face.get("takes") == "table", "takes: table, or leave them out"),
        (
            "input.shape",
            not {"shape", "range"} & set(face) or face.get("takes") != "table",
            "columns: a table has no shape",
        ),
        ("gives", str(block.get("gives", "logits")) in GIVES, f"one of {', '.join(GIVES)}"),
        ("classes", _is_count(block.get("classes", 2), 2), "a whole number from 2 on"),
        *_headed(block),
        *_normalised(block, face),
        ("pad", _is_count(block.get("pad", 1), 1), "a whole number from 1 on"),
        ("unsafe", isinstance(block.get("unsafe", False), bool), "true or false"),
    ]
    return [Problem(f"target.{key}", "has a wrong value", f"write {hint}") for key, good, hint in checks if not good]


def _headed(block: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    """Return the checks of what a block says of its head."""
    many, value = block.get("many", False), block.get("gives") == "value"
    watch, room = block.get("watch", [0]), block.get("tolerance", 1)
    counts = isinstance(watch, list | tuple) and len(watch) > 0 and all(_is_count(at, 0) for at in watch)
    return [
        ("many", isinstance(many, bool) and not (many and block.get("gives", "logits") not in SCORES), "true or false"),
        ("watch", counts and (bool(many) or "watch" not in block), "[0, 3]: outputs of a model with many: true"),
        ("tolerance", _is_number(room) and room > 0 and (value or "tolerance" not in block), "0.5, with gives: value"),
    ]


def _normalised(block: Mapping[str, Any], face: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    """Return the checks of a normalisation: one number, or one per channel."""
    torch = block.get("kind") == "torch"
    channels = face["shape"][0] if _is_shape(face.get("shape")) else None
    checks = []
    for key in (key for key in NORMAL if key in face):
        numbers = face[key] if isinstance(face[key], list | tuple) else [face[key]]
        good = all(_is_number(one) for one in numbers) and len(numbers) in (1, channels or len(numbers))
        good = good and (key == "mean" or all(one > 0 for one in numbers))
        hint = f"one number, or {channels or 'as many as there are channels'}: one for each channel"
        checks.append((f"input.{key}", good and torch, hint if torch else "kind: torch, or normalise in the function"))
    return checks


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_count(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _is_shape(value: object) -> bool:
    return isinstance(value, list | tuple) and len(value) > 0 and all(_is_count(size, 1) for size in value)


def _are_columns(value: object) -> bool:
    if not isinstance(value, list | tuple | Mapping) or not all(isinstance(one, str | Mapping) for one in value):
        return False
    named = pairs(value, "number")
    return len({name for name, _ in named}) == len(named) > 0 and all(_is_kind(kind) for _, kind in named)


def _is_kind(value: object) -> bool:
    listed = isinstance(value, list | tuple) and len(value) > 0 and all(isinstance(one, str) for one in value)
    return listed or value in ("number", "text")


def _is_range(value: object) -> bool:
    numbers = isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, int | float) for v in value)
    return numbers and all(math.isfinite(v) for v in value) and value[0] < value[1]  # type: ignore[index,attr-defined]


class gathered:  # noqa: N801 - reads as a word: `with gathered(problems):`
    """A context that keeps the problems of a `TargetError`, so that the next step can add its own."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool:
        """Keep what was raised."""
        if isinstance(error, TargetError):
            self._problems += error.problems
        return isinstance(error, TargetError)
