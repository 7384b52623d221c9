"""A target with an account at its side, which stands around every call: to count it, to time it, or to end it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Protocol, TypeVar, cast

from seatrial.targets.target import Approximable, Conditional, Differentiable, Face, Fresh, Service, Target

T = TypeVar("T")


class Account(Protocol):
    """What stands around the calls of a target."""

    def asked(self, inputs: Any, /, *, query: bool) -> AbstractContextManager[None]:
        """Return what stands around one call; `query` is false for one that is made for its gradient."""
        ...

    def pulled(self) -> AbstractContextManager[None]:
        """Return what stands around one pull of a gradient."""
        ...

    def at(self, rows: Any, /) -> Account:
        """Return the account of these rows."""
        ...


def accounted(target: T, account: Account) -> T:
    """Return the target with exactly the same capabilities, and `at(rows)`, with an account around its calls."""
    return _accounted(capabilities(target))(cast("Any", target), account)  # type: ignore[return-value]


def capabilities(target: object) -> tuple[type[Any], ...]:
    """Return what a target can do besides answering: the protocols of `targets.target` that an account hands on."""
    return tuple(kind for kind in _WITH if isinstance(target, kind))


class Accounted:
    """A target with an account; `accounted` makes it and adds the capabilities."""

    def __init__(self, target: Target[Any, Any], account: Account) -> None:
        self._target, self._account = target, account

    @property
    def face(self) -> Face:
        """What the target takes and gives."""
        return self._target.face

    def respond(self, inputs: Any, /) -> Any:
        """Return one response per row."""
        with self._account.asked(inputs, query=True):
            return self._target.respond(inputs)

    def at(self, rows: Any) -> Accounted:
        """Return the same target, asked for these of its rows (positions or a mask; a row may be asked for twice)."""
        return type(self)(self._target, self._account.at(rows))

    def _on(self, target: Any) -> Any:
        """Return another state of the target, on the same account."""
        return accounted(target, self._account)


class _Differentiable(Accounted):
    """One with gradients."""

    def linearise(self, inputs: Any, /) -> tuple[Any, Callable[[Any], Any]]:
        """Return the responses and the pull-back."""
        with self._account.asked(inputs, query=False):
            responses, back = self._target.linearise(inputs)  # type: ignore[attr-defined]

        def pulled(weights: Any) -> Any:
            with self._account.pulled():
                return back(weights)

        return responses, pulled


class _Approximable(Accounted):
    """One that can pass gradients through steps that have none."""

    def approximated(self) -> Any:
        """Return the target with its useless steps passed straight through, on the same account."""
        return self._on(self._target.approximated())  # type: ignore[attr-defined]


class _Conditional(Accounted):
    """One that can be put in a state."""

    def under(self, condition: Any, /) -> Any:
        """Return the target in that state, on the same account."""
        return self._on(self._target.under(condition))  # type: ignore[attr-defined]


class _Fresh(Accounted):
    """One with chance or memory."""

    def fresh(self, key: bytes, /) -> Any:
        """Return the target with its chance keyed by `key`, on the same account."""
        return self._on(self._target.fresh(key))  # type: ignore[attr-defined]


class _Service(Accounted):
    """One that says how long each answer took."""

    def serve(self, inputs: Any, /) -> tuple[Any, tuple[float, ...]]:
        """Return the responses and the seconds of each row."""
        with self._account.asked(inputs, query=True):
            return self._target.serve(inputs)  # type: ignore[attr-defined,no-any-return]


_WITH: dict[type[Any], type[Accounted]] = {
    Differentiable: _Differentiable,
    Approximable: _Approximable,
    Conditional: _Conditional,
    Fresh: _Fresh,
    Service: _Service,
}


@cache
def _accounted(able: tuple[type[Any], ...]) -> type[Accounted]:
    return type("Accounted", (*(_WITH[kind] for kind in able), Accounted), {})
