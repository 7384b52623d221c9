"""The contract of a target, to be run over any target: `check_target(target, batch)`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np

from seatrial.records.batch import Batch, copied, count, plain, rows
from seatrial.targets.accounted import capabilities
from seatrial.targets.metered import Ledger, meter
from seatrial.targets.target import Differentiable, Fresh, Target

_KEY = bytes(range(32))


def check_target(target: Target[Any, Any], batch: Batch[Any]) -> None:
    """Check that a target keeps the contract, on some cases that it can answer.

    Args:
        target: What is checked.
        batch: At least three cases, as a source gives them (numpy, tuples).

    Raises:
        AssertionError: Naming every rule that is broken: the form of the responses; inputs that are overwritten;
            answers and gradients whose bytes change on repetition, with the number of rows asked, their order or
            their neighbours; a meter with other capabilities than the target; a module handed out that is no copy.
    """
    assert len(batch) >= 3, "check_target needs at least three cases"
    inputs = batch.moved(target.face.home).inputs
    broken = list(_form(target, inputs)) or [said for check in _CHECKS for said in check(target, inputs)]
    assert not broken, "the target breaks its contract:\n" + "\n".join(f"* {said}" for said in broken)


def _form(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    face, size = target.face, count(inputs)
    answers = plain(target.respond(copied(inputs)))
    if count(answers) != size:
        yield f"it answers {size} rows with {count(answers)}"
    if face.scores:
        shape = np.asarray(answers).shape
        if len(shape) != 2 or (face.classes is not None and shape[1] != face.classes):
            yield f"its {face.gives} have shape {shape}, not ({size}, {face.classes or 'classes'})"
    elif face.gives == "labels" and np.asarray(answers).shape != (size,):
        yield f"its {face.gives} have shape {np.asarray(answers).shape}, not ({size},)"
    elif face.gives == "labels" and np.asarray(answers).dtype.kind not in "iu":
        yield f"its labels are {np.asarray(answers).dtype}, not integers"


def _leaves_inputs(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    given, kept = copied(inputs), copied(inputs)
    target.respond(given)
    if not _equal(given, kept):
        yield "respond overwrites its inputs"
    if isinstance(target, Differentiable):
        answers, back = target.linearise(given)
        back(_weights(answers))
        if not _equal(given, kept):
            yield "linearise overwrites its inputs"


def _repeats(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    if target.face.sampled and not isinstance(target, Fresh):
        return

    def asked() -> Any:
        again = target.fresh(_KEY) if isinstance(target, Fresh) else target
        return again.respond(copied(inputs))

    first = plain(asked())
    if not all(_equal(first, plain(asked())) for _ in range(3)):
        yield "the same question has two answers, and face.sampled does not say so (or fresh(key) does not fix it)"


def _ignores_neighbours(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    if target.face.sampled:
        return
    yield from _rowwise("respond", target.respond, inputs)
    if isinstance(target, Differentiable):

        def slope(part: Any) -> Any:
            answers, back = target.linearise(part)
            return back(_weights(answers))

        yield from _rowwise("the gradient", slope, inputs)
        one, other = plain(target.linearise(copied(inputs))[0]), plain(target.respond(copied(inputs)))
        if not np.allclose(one, other, rtol=1e-3, atol=1e-4, equal_nan=True):
            yield "linearise and respond give other responses"


def _rowwise(what: str, ask: Callable[[Any], Any], inputs: Any) -> Iterator[str]:
    """Ask the same rows in other company; every row must have the same bytes."""
    size = count(inputs)
    whole = plain(ask(copied(inputs)))
    backwards = np.arange(size)[::-1]
    for step in sorted({1, 2, 3, 15, 16, 17, size - 1}):
        for first in range(0, size, step):
            index = np.arange(first, min(first + step, size))
            if not _equal(plain(ask(rows(inputs, index))), rows(whole, index)):
                yield f"{what}: row {first} has other bytes when {len(index)} rows are asked at a time than {size}"
                break
    if not _equal(plain(ask(rows(inputs, backwards.copy()))), rows(whole, backwards)):
        yield f"{what}: rows have other bytes in another order"
    crowd = np.zeros(size, dtype=np.intp)
    crowd[-1] = size - 1
    if not _equal(rows(plain(ask(rows(inputs, crowd))), [size - 1]), rows(whole, [size - 1])):
        yield f"{what}: a row has other bytes among other neighbours"


def _meters(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    ledger = Ledger.empty(count(inputs))
    metered = meter(target, ledger)
    if capabilities(metered) != capabilities(target):
        yield "the metered target has other capabilities: is one of its methods made when it is called?"
    if metered.face != target.face:
        yield "its face changes from call to call"
    metered.respond(copied(inputs))
    if ledger.queries.tolist() != [1] * count(inputs):
        yield "a meter cannot count its rows"


def _guards_module(target: Target[Any, Any], inputs: Any) -> Iterator[str]:
    hand_out = getattr(target, "module", None)
    if hand_out is None:
        return
    before = plain(target.respond(copied(inputs)))
    for tensor in getattr(hand_out(), "state_dict", dict)().values():
        tensor.zero_()
    if not _equal(before, plain(target.respond(copied(inputs)))):
        yield "module() hands out the module itself, not a copy"


def _weights(answers: Any) -> Any:
    """Return what is pulled back in the tests: the responses themselves, which differ by row and class."""
    return copied(answers)


def _equal(one: Any, other: Any) -> bool:
    """Say whether two columns have the same bytes."""
    one, other = plain(one), plain(other)
    if isinstance(one, tuple):
        return bool(one == other)
    if isinstance(one, Mapping):
        return set(one) == set(other) and all(_equal(one[name], other[name]) for name in one)
    left, right = np.asarray(one), np.asarray(other)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()


_CHECKS: tuple[Callable[[Target[Any, Any], Any], Iterator[str]], ...] = (
    _leaves_inputs,
    _repeats,
    _ignores_neighbours,
    _meters,
    _guards_module,
)
