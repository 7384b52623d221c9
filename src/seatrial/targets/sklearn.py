"""A scikit-learn estimator: `{kind: sklearn, weights: model.skops, trusted: [...], input: {shape: [30]}}`.

A model of tables (`input: {takes: table}`) gets a pandas DataFrame with the columns that it was fitted on, a model of
texts (`input: {takes: texts}`) a list of texts.  skops files load only types of a list; joblib and pickle files need
`unsafe: true`.  Rows are answered in blocks of exactly `pad` rows (the last one is filled by repeating its last row),
because the bytes of a matrix product depend on the number of rows.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import numpy.typing as npt
import sklearn
import skops.io
from sklearn.base import clone
from threadpoolctl import ThreadpoolController  # type: ignore[import-untyped]

from seatrial.errors import Problem, TargetError, blamed, meant
from seatrial.records.batch import Array, Frame, Texts
from seatrial.records.card import Card
from seatrial.targets.block import Block, gathered, read_block
from seatrial.targets.changes import Change
from seatrial.targets.estimator import admissible, described
from seatrial.targets.files import SKLEARN, SKOPS, admitted, read
from seatrial.targets.frames import dataframe, fitted_fields
from seatrial.targets.importing import reachable
from seatrial.targets.model import Model
from seatrial.targets.probe import probed
from seatrial.targets.rebuilding import rebuilt
from seatrial.targets.rowwise import in_blocks
from seatrial.targets.target import Face, Field, Target

PAD = 256
"""Rows per block: results of logistic regression and MLP differed at every batch size tried up to 127."""

HARMLESS = (
    "numpy.dtype",
    "scipy.sparse._csc.csc_matrix",
    "scipy.sparse._csr.csr_matrix",
    "sklearn.compose._column_transformer._RemainderColsList",
    "sklearn.compose._column_transformer.make_column_selector",
)
"""Types that are trusted besides those that skops knows: plain data, and choices of columns."""

_METHOD = {
    "probabilities": "predict_proba",
    "logits": "decision_function",
    "labels": "predict",
    "value": "predict",
}


class SklearnTarget:
    """A fitted estimator that answers; it is asked, and never changed.

    It is `Refittable`: a remedy gets a new one, fitted on other rows.
    """

    def __init__(self, estimator: Any, face: Face, *, pad: int = PAD) -> None:
        """Take the estimator.

        Args:
            estimator: Fitted: a classifier, or a regressor for `gives = value`.
            face: What it takes and gives.  `logits` is `decision_function` (for two classes: zeros and the decision),
                `labels` is `predict` as positions in `classes_`.
            pad: Rows per block.
        """
        self._estimator = estimator
        self._face = face
        self._pad = pad
        self._threads = ThreadpoolController()

    @property
    def face(self) -> Face:
        """What it takes and gives."""
        return self._face

    def respond(self, inputs: Any, /) -> Any:
        """Return `(n, classes)` probabilities or logits, or `(n,)` labels or values."""
        asked = np.asarray(inputs) if self._face.takes is Array else inputs
        quiet, plain = warnings.catch_warnings(), sklearn.config_context(transform_output="default")
        with quiet, plain, self._threads.limit(limits=1):
            # It would say in every block that a text is new to it, or that an array has no names of columns.
            warnings.simplefilter("ignore", UserWarning)
            return in_blocks(self._answer, asked, self._pad)

    def surroundings(self) -> dict[str, str]:
        """Return the libraries of linear algebra and of threads that the estimator computes with."""
        told = ("internal_api", "version", "architecture", "threading_layer")
        found = (" ".join(str(one[name]) for name in told if one.get(name)) for one in self._threads.info())
        return {"sklearn.libraries": ", ".join(sorted(set(found)))}

    def module(self) -> Any:
        """Return a copy of the estimator."""
        return deepcopy(self._estimator)

    def saved(self, module: Any, /) -> bytes:
        """Return an estimator as a skops file."""
        return bytes(skops.io.dumps(module))

    def around(self, module: Any, /) -> SklearnTarget:
        """Return a target that answers as this one would with another estimator in place of its own."""
        return SklearnTarget(module, self._face, pad=self._pad)

    def fitted(self, inputs: Any, labels: Any, /, *, seed: int) -> SklearnTarget:
        """Return a target whose estimator has the same parameters and was fitted on these rows; on one thread.

        Raises:
            ValueError: Or whatever else the estimator raises at rows that it cannot be fitted on.
        """
        estimator = clone(self._estimator)
        chance = [name for name in estimator.get_params() if name.rpartition("__")[2] == "random_state"]
        estimator.set_params(**dict.fromkeys(chance, seed))
        native = self._native(np.asarray(inputs) if self._face.takes is Array else inputs)
        truth = np.asarray(labels)
        classes = getattr(self._estimator, "classes_", None)
        with self._threads.limit(limits=1), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # whether it converged is seen from what it answers
            estimator.fit(native, truth if classes is None else np.asarray(classes)[truth.astype(np.intp)])
        return self.around(estimator)

    def rebuilt(self, change: Change, /) -> SklearnTarget:
        """Return a target whose estimator is changed and not fitted.

        Raises:
            TargetError: If the estimator cannot be changed like that.
        """
        return self.around(rebuilt(self._estimator, change, self.columns()))

    def columns(self) -> tuple[int | str, ...]:
        """Return the names or positions of what a row holds; empty for texts."""
        if self._face.takes is Frame:
            return tuple(field.name for field in self._face.columns)
        return tuple(range(self._face.shape[0])) if self._face.takes is Array and self._face.shape else ()

    def _answer(self, inputs: Any) -> npt.NDArray[Any]:
        given = np.asarray(getattr(self._estimator, _METHOD[self._face.gives])(self._native(inputs)))
        if self._face.gives == "labels":
            return np.searchsorted(self._estimator.classes_, given).astype(np.int64)
        if self._face.gives == "logits" and given.ndim == 1:
            return np.stack([np.zeros_like(given), given], axis=1)
        return given

    def _native(self, inputs: Any) -> Any:
        """Return inputs as the estimator takes them."""
        if self._face.takes is Frame:
            return dataframe(inputs, [field.name for field in self._face.columns])
        return list(inputs) if self._face.takes is Texts else inputs


def make(block: Mapping[str, Any], folder: Path) -> SklearnTarget:
    """Return the target that a charter's block describes, after one probe of it.

    Raises:
        TargetError: With all that is wrong: keys, missing or damaged files, types that are not trusted (each is named),
            a file that can run code without `unsafe: true`, an estimator without the method, another number of columns.
    """
    read_ = read_block(block, folder, known=("weights", "trusted"), needs=("weights", "input"), pad=PAD)
    estimator = loaded(read_)
    problems: list[Problem] = []
    with gathered(problems):
        gives = _gives(estimator, read_.gives)
    if problems := problems + _misfits(estimator, read_):
        raise TargetError(*problems)
    classes = len(estimator.classes_) if hasattr(estimator, "classes_") and gives != "value" else None
    columns = _columns(estimator, read_)
    size = read_.classes or classes
    face = read_.told(Face(read_.takes, gives, read_.shape, read_.low, read_.high, size, columns=columns))
    target = SklearnTarget(estimator, face, pad=read_.pad)
    probed(target, "target")
    return target


def loaded(block: Block) -> Any:
    """Return the estimator of a block's file.

    Raises:
        TargetError: If it may not be loaded, is damaged, or holds types that the block does not trust.
    """
    path = block.path("weights")
    data = read(path)
    if admitted(path, data, SKLEARN, unsafe=block.unsafe) != SKOPS:
        with reachable(block.folder), blamed(str(path), "cannot be loaded:"):
            return joblib.load(io.BytesIO(data))
    trusted = [*HARMLESS, *block.values.get("trusted", [])]
    with blamed(str(path), "is no skops file that can be read:"):
        unknown = skops.io.get_untrusted_types(data=data)
    if missing := sorted(set(unknown) - set(trusted)):
        what = f"holds types that the charter does not trust: {', '.join(missing)}"
        raise TargetError(Problem(str(path), what, f"if you know them, add to target: trusted: [{', '.join(missing)}]"))
    with reachable(block.folder), blamed(str(path), "cannot be loaded:"):
        return skops.io.loads(data, trusted=trusted)


def _gives(estimator: Any, asked: str) -> str:
    """Return what the estimator is asked for: the charter's word, or the most that it can say."""
    if not hasattr(estimator, "predict"):
        raise TargetError(Problem("target.weights", f"hold {type(estimator).__name__}, which cannot predict"))
    able = [gives for gives in ("probabilities", "logits") if hasattr(estimator, _METHOD[gives])]
    able += ["labels"] if hasattr(estimator, "classes_") else ["value"]
    if asked and asked not in able:
        name = type(estimator).__name__
        raise TargetError(Problem("target.gives", f"{name} cannot give {asked}", f"one of {', '.join(able)}"))
    return asked or able[0]


def _misfits(estimator: Any, block: Block) -> list[Problem]:
    problems = []
    if block.takes not in (Array, Frame, Texts):
        problems.append(Problem("target.input.takes", "an estimator takes no talks", "one of array, table, texts"))
    if not problems and (needed := _needed(estimator)) not in ("", _TAKES[block.takes]):
        fitted = "rows with texts" if needed == "table" else needed
        what = f"is {_TAKES[block.takes]}, but the model was fitted on {fitted}"
        return [*problems, Problem("target.input.takes", what, f"write input: {{takes: {needed}}}")]
    problems += _misshapen(estimator, block) if block.takes is Array else []
    problems += _misnamed(estimator, block) if block.takes is Frame else []
    classes = getattr(estimator, "classes_", None)
    if block.classes and classes is not None and len(classes) != block.classes:
        problems.append(Problem("target.classes", f"is {block.classes}, but the model knows {len(classes)}"))
    return problems


_TAKES: Mapping[type[Any], str] = {Array: "array", Frame: "table", Texts: "texts"}


def _needed(estimator: Any) -> str:
    """Return what a model must be given, if that is sure: rows with texts in them, or texts; else nothing."""
    first = getattr(estimator, "steps", [("", estimator)])[0][1]
    if hasattr(first, "build_analyzer"):
        return "texts"
    return "table" if any(field.kind == "text" for field in fitted_fields(estimator)) else ""


def _misshapen(estimator: Any, block: Block) -> list[Problem]:
    wanted = getattr(estimator, "n_features_in_", None)
    if block.shape is None:
        hint = f"the model was fitted on [{wanted}]" if wanted else "[30], or takes: table, or takes: texts"
        return [Problem("target.input.shape", "is missing", hint)]
    if len(block.shape) != 1 or wanted not in (None, block.shape[0]):
        return [Problem("target.input.shape", f"is {list(block.shape)}, but the model was fitted on [{wanted}]")]
    return []


def _misnamed(estimator: Any, block: Block) -> list[Problem]:
    """Return what is wrong with the columns of a table."""
    kinds = {field.name: field.kind for field in fitted_fields(estimator)}
    fitted = list(kinds)
    if not fitted and not block.columns:
        hint = "the model was fitted without names: write {age: number, job: text}, in its order"
        return [Problem("target.input.columns", "is missing", hint)]
    where, said = "target.input.columns", [field.name for field in block.fields]
    if not said or not fitted:
        return []
    mistyped = [
        Problem(where, f"calls {field.name!r} a number, and the model was fitted on texts there", f"{field.name}: text")
        for field in block.fields
        if block.kinds_told and field.kind == "number" and kinds.get(field.name) == "text"
    ]
    extra = [
        Problem(where, f"the model was fitted without {name!r}", meant(name, fitted))
        for name in said
        if name not in fitted
    ]
    lacking = [Problem(where, f"lacks {name!r}, which the model was fitted on") for name in fitted if name not in said]
    return [*mistyped, *extra, *lacking]


def _columns(estimator: Any, block: Block) -> tuple[Field, ...]:
    """Return the columns of a table in the model's order: as the charter says, the rest as the model says."""
    if block.takes is not Frame:
        return ()
    fitted = {field.name: field for field in fitted_fields(estimator)}
    said = {field.name: field for field in block.fields}
    if not block.kinds_told:
        return tuple(fitted.get(name, Field(name)) for name in fitted or said)
    return tuple(_fuller(said[name], fitted.get(name)) for name in fitted or said)


def _fuller(said: Field, fitted: Field | None) -> Field:
    """Return what the charter says of a column, with the texts that the model knows where it names none."""
    if said.kind == "text" and not said.values and fitted is not None:
        return Field(said.name, "text", fitted.values)
    return said


def look(block: Mapping[str, Any], folder: Path) -> Model:
    """Return what an estimator says of itself, before it meets data.

    Args:
        block: A target block without `input`; ordinary types of its file are added to those that it trusts.
        folder: Where relative paths start.

    Raises:
        TargetError: If it does not load, can run code, or holds types that nobody trusts (each is named).
    """
    known = admissible(block, folder, HARMLESS)
    return described(
        loaded(read_block(known, folder, known=("weights", "trusted"), needs=("weights",), pad=PAD)), known
    )


CARD: Card[Target[Any, Any]] = Card(make, "scikit-learn estimator", extra="sklearn", look=look)
