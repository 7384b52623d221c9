"""Which class each value of the label is: the model's order decides, and only some models say it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seatrial.errors import InputError, Problem
from seatrial.targets.model import Model
from seatrial.verbs.drafting.wanted import Asker, Question, Wanted


def ordered(
    values: Sequence[Any], model: Model, answers: int | None, wanted: Wanted, ask: Asker, *, positions: bool = False
) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the values of the label in the model's order, and notes; empty if labels are positions already.

    Args:
        values: Those that were seen in the data.
        model: What it says of its classes.
        answers: How many classes it answers with; None if it answers with labels.
        wanted: What the user says of them.
        ask: Who is asked for the order, if texts have none.
        positions: Whether labels can only be positions from 0.

    Raises:
        InputError: If there is one class only, or one that the model does not know.
    """
    if len(values) == 1:
        what = f"all labels are {values[0]!r}: with one class nothing can be mistaken for another"
        raise InputError(Problem("--data", what, "bring cases of every class that the model knows"))
    if wanted.classes:
        said = _checked(_typed(wanted.classes, values), values, answers)
        _refuse_contrary(said, _typed(model.classes, values))
        return said, ()
    if model.classes:
        known = _typed(model.classes, values)
        _refuse_unknown(known, values)
        return (() if _are_positions(known) else known), ()
    if all(type(value) is int for value in values):
        return _whole(values, answers, positions=positions)
    return _asked(values, answers, ask)


def _whole(values: Sequence[int], answers: int | None, *, positions: bool) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    """Return the order of whole numbers: positions as they are, or by size if they do not begin at 0."""
    low, high = min(values), max(values)
    if answers is None or (low >= 0 and high < answers):
        return (), ()
    if len(values) == answers and not positions:
        return tuple(sorted(values)), (
            f"classes: labels run from {low} to {high}, taken in this order as 0 to {answers - 1}",
        )
    strange = [value for value in values if not 0 <= value < answers]
    what = f"the model answers with classes 0 to {answers - 1}, and the data has the label{_few(strange)}"
    raise InputError(
        Problem(
            "--data",
            what,
            "number them as the model does" + ("" if positions else ", or say which is which: --classes 1,2,3"),
        )
    )


def _asked(values: Sequence[Any], answers: int | None, ask: Asker) -> tuple[tuple[Any, ...], tuple[str, ...]]:
    usual = tuple(values)
    names = ",".join(map(str, usual))
    if answers is not None and len(values) != answers:
        what = f"the model answers with {answers} classes, and the data has {len(values)}: {names}"
        hint = f"name all {answers} in the model's order: --classes {names}{',...' if answers > len(values) else ''}"
        raise InputError(Problem("--classes", what, hint))
    if all(str(value).isdecimal() for value in values):
        return usual, (f"classes: {names}, by number",)
    question = Question(
        "--classes",
        "In which order does the model answer the classes?",
        "The model answers by position, the data by name; the usual order is that of the alphabet.",
        names,
    )
    given = tuple(part.strip() for part in ask(question).split(","))
    return _checked(_typed(given, values), values, answers), ()


def _checked(classes: tuple[Any, ...], values: Sequence[Any], answers: int | None) -> tuple[Any, ...]:
    _refuse_unknown(classes, values)
    if len(set(classes)) != len(classes) or (answers is not None and len(classes) != answers):
        count = f", and the model answers with {answers}" if answers is not None else ""
        what = f"{len(classes)} are named{count}"
        raise InputError(Problem("--classes", what, "name every class once, in the order of the model's answers"))
    return classes


def _refuse_contrary(said: Sequence[Any], known: Sequence[Any]) -> None:
    """Refuse an order that is not the one that the model gives itself, as its answers would all be misread."""
    if known and set(known) == set(said) and list(known) != list(said):
        what = f"says {','.join(map(str, said))}, and the model itself has {','.join(map(str, known))}"
        raise InputError(Problem("--classes", what, "leave --classes out: the model knows their order"))


def _refuse_unknown(classes: Sequence[Any], values: Sequence[Any]) -> None:
    if strange := [value for value in values if value not in classes]:
        what = f"the data has the label{_few(strange)}, and the model knows {', '.join(map(str, classes))}"
        hint = "is this the model's own data? name the column with --label, or leave these rows out"
        raise InputError(Problem("--data", what, hint))


def _are_positions(classes: Sequence[Any]) -> bool:
    """Say whether labels are positions already: 0, 1, 2 ..., and not False and True."""
    return all(type(one) is int and one == at for at, one in enumerate(classes))


def _typed(given: Sequence[Any], values: Sequence[Any]) -> tuple[Any, ...]:
    """Return names as the data writes them: 1 and "1", True and "true" are one label."""
    known = {_key(value): value for value in values}
    return tuple(known.get(_key(one), one) for one in given)


def _key(value: Any) -> str:
    text = str(value)
    return text.lower() if isinstance(value, bool) or text in ("True", "False") else text


def _few(values: Sequence[Any]) -> str:
    shown = ", ".join(repr(value) for value in values[:3])
    return f"{'s' if len(values) > 1 else ''} {shown}{f' and {len(values) - 3} more' if len(values) > 3 else ''}"
