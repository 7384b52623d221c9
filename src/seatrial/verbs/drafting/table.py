"""Rows of a table, as a model may take them: with column names, as plain numbers, or as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seatrial.cases.survey import FEW, Column, TableSurvey
from seatrial.errors import InputError, Problem, meant
from seatrial.targets.model import Model
from seatrial.verbs.drafting.arrays import ranged
from seatrial.verbs.drafting.wanted import Asker, Offer, Question, Wanted

_LIKELY = ("label", "target", "class", "y", "outcome", "answer", "result")


_LISTED = 12
"""Different texts of a column up to which a charter lists them."""


def offers(seen: TableSurvey, path: str, model: Model, wanted: Wanted, ask: Asker) -> list[Offer]:
    """Return the ways to hand rows to a model, the likeliest first.

    Args:
        seen: What is in the file.
        path: The file, as the charter names it.
        model: What is known of it.
        wanted: What the user says.
        ask: Who is asked for the label, if it is not evident.

    Raises:
        InputError: With all that is wrong: no column that could be the label, columns that the model was fitted on and
            that are not there, texts among numbers.
    """
    label = _label(seen, path, model, wanted, ask)
    cases = {"path": path, "label": label.name, **({"separator": seen.separator} if seen.separator else {})}
    if model.texts:
        text, notes = _text(seen, label, wanted)
        return [Offer({"kind": "texts", **cases, "text": text}, {"takes": "texts"}, label.values, notes=notes)]
    used, notes = _used(seen, path, label, model, wanted)
    texts = {field.name for field in model.fields if field.kind == "text"}
    _refuse_mixed([one for one in used if one.name not in texts], path)
    kinds = {one.name: "text" if one.name in texts else one.kind for one in used}
    told = {one.name: _written(one, seen) for one in used}
    said = {} if model.fields else {"columns": _listed(told)}
    block = {"kind": "table", **cases, "columns": _listed(kinds)}
    table = Offer(block, {"takes": "table", **said}, label.values, notes=notes)
    if model.fields:
        return [table]
    array = _plain(cases, used, label, seen, notes)
    if model.block["kind"] == "callable":
        return [array, table] if array else [table]
    if array is None:
        words = ", ".join(one.name for one in used if one.kind == "text")
        hint = "name those that it gets: --columns a,b,c; or fit it on a data frame, so that it knows names"
        raise InputError(Problem("--data", f"the model takes numbers, and these columns are texts: {words}", hint))
    return [array]


def _written(column: Column, seen: TableSurvey) -> str | list[str]:
    """Return what a table model is told of a column: `number`, all texts that it holds if they are few, or `text`."""
    few = column.kind == "text" and seen.whole and not column.missing and 0 < column.distinct <= _LISTED
    return [str(value) for value in column.values] if few else column.kind


def _plain(
    cases: dict[str, str], used: Sequence[Column], label: Column, seen: TableSurvey, notes: tuple[str, ...]
) -> Offer | None:
    """Return rows as plain numbers; nothing if a column holds texts."""
    if any(one.kind != "number" for one in used):
        return None
    lows, highs = ([getattr(one, name) for one in used] for name in ("low", "high"))
    known = [value for value in (*lows, *highs) if value is not None]
    spoken = ranged(min(known), max(known)) if known and seen.whole else {}
    block = {"kind": "table", **cases, "columns": [one.name for one in used], "form": "array"}
    return Offer(block, {"shape": [len(used)], **spoken}, label.values, notes=notes)


def _label(seen: TableSurvey, path: str, model: Model, wanted: Wanted, ask: Asker) -> Column:
    columns = {one.name: one for one in seen.columns}
    if wanted.label:
        if wanted.label not in columns:
            raise InputError(
                Problem("--label", f"{path} has no column {wanted.label!r}", meant(wanted.label, list(columns)))
            )
        return _usable(columns[wanted.label], seen, path)
    able = [one for one in seen.columns if one.name not in model.columns and one.values]
    if not able:
        names = ", ".join(one.name for one in seen.columns if one.name not in model.columns) or "none is left"
        what = f"no column of {path} can be the label (texts or whole numbers, at most {FEW} different): {names}"
        raise InputError(Problem("--label", what, "add a column with the right answer of each row"))
    ranked = sorted(able, key=lambda one: _rank(one, model, seen))
    if model.columns and len(able) == 1:
        return _usable(able[0], seen, path)
    why = "A case is judged against its label, and the model must not see it."
    question = Question(
        "--label", "Which column holds the right answer?", why, ranked[0].name, tuple(one.name for one in able)
    )
    return _usable(columns[_chosen(ask(question), question.choices)], seen, path)


def _chosen(name: str, names: tuple[str, ...]) -> str:
    if name not in names:
        raise InputError(Problem("--label", f"there is no such column {name!r}", meant(name, list(names))))
    return name


def _rank(column: Column, model: Model, seen: TableSurvey) -> tuple[bool, bool, bool, int]:
    """Sort columns that may be the label: what the model answers, then usual names, then few values, the last first."""
    known = {str(one) for one in model.classes}
    answers = bool(known) and {str(value) for value in column.values} <= known
    place = [one.name for one in seen.columns].index(column.name)
    return not answers, column.name.lower() not in _LIKELY, column.distinct < 2, -place


def _usable(column: Column, seen: TableSurvey, path: str) -> Column:
    if column.missing:
        what = f"{column.missing} of {seen.rows} rows of {path} have no {column.name}"
        raise InputError(Problem("--label", what, "every case needs a label: leave these rows out"))
    if not column.values:
        count = f"more than {FEW}" if column.distinct > FEW else f"{column.distinct}"
        what = f"{column.name} has {count} different values, and is no class"
        raise InputError(Problem("--label", what, "name a column of classes; init drafts charters for classifiers"))
    return column


def _used(
    seen: TableSurvey, path: str, label: Column, model: Model, wanted: Wanted
) -> tuple[list[Column], tuple[str, ...]]:
    """Return the columns that the model gets, in its order."""
    columns = {one.name: one for one in seen.columns}
    if model.columns and wanted.columns and set(wanted.columns) != set(model.columns):
        what = f"names {', '.join(wanted.columns)}; the model was fitted on {_shortly(model.columns)}"
        raise InputError(Problem("--columns", what, "leave --columns out: the model knows the columns that it gets"))
    asked = model.columns or wanted.columns
    if missing := [name for name in asked if name not in columns]:
        who = "the model was fitted on" if model.columns else "--columns names"
        found = [
            Problem("--data", f"{path} has no column {name!r}, which {who}", meant(name, list(columns)))
            for name in missing
        ]
        raise InputError(*found)
    if asked:
        order = [name for name in columns if name in asked]
        other = order != list(asked)
        return [columns[name] for name in asked], (
            ("columns: handed over in the model's order, which is not that of the file",) if other else ()
        )
    rest = [one for one in seen.columns if one.name != label.name]
    wide = model.features or (model.width if model.layer == "numbers" else None)
    numbers = [one for one in rest if one.kind == "number"]
    if wide is None or len(rest) == wide:
        return rest, ()
    if len(numbers) == wide:
        left = ", ".join(one.name for one in rest if one.kind != "number")
        return numbers, (f"columns: {left} left out, since the model takes {wide} numbers",)
    what = f"the model takes {wide} numbers, and {path} has {len(numbers)} columns of numbers besides {label.name}"
    hint = f"name those that it gets, in its order: --columns {','.join(one.name for one in numbers[:3])},..."
    raise InputError(Problem("--columns", what, hint))


def _shortly(names: Sequence[str]) -> str:
    rest = len(names) - _LISTED
    return ", ".join(names) if rest <= 0 else f"{', '.join(names[:_LISTED])} and {rest} more"


def _refuse_mixed(used: Sequence[Column], path: str) -> None:
    found = []
    for one in used:
        if one.odd:
            what = f"holds numbers and texts: {', '.join(one.odd)}"
            hint = "a missing value is an empty field; mend the others"
            found.append(Problem(f"--data: {path}: {one.name}", what, hint))
    if found:
        raise InputError(*found)


def _listed(kinds: dict[str, Any]) -> Any:
    """Return columns as a list if all hold numbers, which keeps their order and is short; else as they are."""
    return list(kinds) if all(kind == "number" for kind in kinds.values()) else kinds


def _text(seen: TableSurvey, label: Column, wanted: Wanted) -> tuple[str, tuple[str, ...]]:
    """Return the column of the text: the one that was named, else the one with the longest texts."""
    texts = [one for one in seen.columns if one.kind == "text" and one.name != label.name]
    if wanted.columns:
        if wanted.columns[0] not in [one.name for one in seen.columns]:
            hint = meant(wanted.columns[0], [one.name for one in seen.columns])
            raise InputError(Problem("--columns", f"there is no column {wanted.columns[0]!r}", hint))
        return wanted.columns[0], ()
    if not texts:
        what = "the model takes texts, and there is no column of texts"
        raise InputError(Problem("--data", what, "name it: --columns review"))
    longest = max(texts, key=lambda one: one.longest).name
    return longest, (f"text: {longest}, the longest of {len(texts)}; --columns names another",) if len(
        texts
    ) > 1 else ()
