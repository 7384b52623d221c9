"""Arrays in a file of numpy: `{kind: npz, path: cases.npz, inputs: x, labels: y}`.

Python objects are never read.  Inputs are numbers, cases first, or texts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seatrial.cases.cases import Cases
from seatrial.cases.listed import Listed, label_problems, listed, truth_problems, unknown_settings
from seatrial.errors import CasesError, Problem, meant
from seatrial.records.batch import Texts
from seatrial.records.card import Card

TRUTHS = ("classes", "flags", "values")
"""What a label may be."""
_KINDS = {"classes": np.int64, "flags": np.int64, "values": np.float64}
ROLES = {"inputs": "x", "labels": "y", "groups": ""}
"""Setting -> name of the array in the file, unless the settings say otherwise; empty: none."""


def make(settings: Mapping[str, Any], folder: Path) -> Listed:
    """Return the cases of a file.

    Args:
        settings: `path`; `inputs`, `labels` and `groups`, the names of arrays (`labels: null` if there are none);
            `classes`, the number of classes, to check the labels; `truth`, what a label is: `classes`, one whole
            number, `flags`, a 0 or 1 for each output (-1 where nobody knows), or `values`, the true numbers.
        folder: Where a relative path starts.

    Raises:
        CasesError: With all that is wrong and the positions of the first offenders: missing file or array, objects,
            no cases, NaN or infinity, labels that are no integers, out of range or of another number.
    """
    unknown_settings(settings, {"path", "classes", "truth", *ROLES})
    if settings.get("truth", TRUTHS[0]) not in TRUTHS:
        hint = meant(str(settings["truth"]), TRUTHS)
        raise CasesError(Problem("cases.truth", f"there is no {settings['truth']!r}", hint))
    if not settings.get("path"):
        raise CasesError(Problem("cases.path", "is missing", "the .npz file"))
    path = folder / str(settings["path"])
    names = {role: name for role, default in ROLES.items() if (name := settings.get(role, default))}
    arrays = _read(path, names)
    inputs, labels, groups = (arrays.get(role) for role in ROLES)
    assert inputs is not None
    problems = _input_problems(inputs, f"{path}: {names['inputs']}")
    truth = settings.get("truth", TRUTHS[0])
    where = f"{path}: {names.get('labels', '')}"
    if labels is not None and truth == "classes":
        problems += label_problems(labels, len(inputs), settings.get("classes"), where)
    elif labels is not None:
        problems += truth_problems(labels, len(inputs), truth, where)
    if groups is not None and groups.shape != (len(inputs),):
        what = f"has shape {groups.shape} for {len(inputs)} inputs"
        problems.append(Problem(f"{path}: {names['groups']}", what, "one group per input"))
    if problems:
        raise CasesError(*problems)
    column = Texts(map(str, inputs)) if inputs.dtype.kind == "U" else inputs
    return listed(column, None if labels is None else labels.astype(_KINDS[truth]), groups=groups)


def _read(path: Path, names: Mapping[str, str]) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays by role; problems of all arrays at once."""
    found, problems = {}, []
    try:
        data = path.read_bytes()
        if data.startswith(b"\x93NUMPY"):
            raise CasesError(Problem(str(path), "holds one array, not an archive", "np.savez(path, x=x, y=y)"))
        with np.load(io.BytesIO(data), allow_pickle=False) as archive:
            for role, name in names.items():
                try:
                    found[role] = np.atleast_1d(archive[name])
                except KeyError:
                    hint = f"there are {', '.join(archive.files)}; say which: {role}: name"
                    problems.append(Problem(f"{path}: {name}", "is no array of the file", hint))
                except ValueError as error:
                    why = "it holds Python objects" if "Object arrays" in str(error) else error
                    hint = "save numbers or texts only, all rows of one shape"
                    problems.append(Problem(f"{path}: {name}", f"cannot be read: {why}", hint))
    except FileNotFoundError:
        raise CasesError(Problem(str(path), "there is no such file", "paths start at the charter's folder")) from None
    except IsADirectoryError:
        raise CasesError(Problem(str(path), "is a folder", "name the .npz file")) from None
    except (ValueError, OSError, EOFError, zipfile.BadZipFile) as error:
        # What numpy says of a file that is none of its own advises to unpickle it.
        why = "" if "pickle" in str(error) else f": {error}"
        what = f"is no npz file of plain arrays{why}"
        raise CasesError(Problem(str(path), what, "write it with np.savez(path, x=x, y=y)")) from error
    if problems:
        raise CasesError(*problems)
    return found


def _input_problems(inputs: npt.NDArray[Any], where: str) -> list[Problem]:
    if not len(inputs):
        return [Problem(where, "has no cases")]
    if inputs.dtype.kind not in "fiubU":
        return [Problem(where, f"holds {inputs.dtype}", "save numbers or texts")]
    if inputs.dtype.kind != "f":
        return []
    bad = np.flatnonzero(~np.isfinite(inputs.reshape(len(inputs), -1)).all(axis=1))
    if not len(bad):
        return []
    first = ", ".join(str(at) for at in bad[:3])
    return [Problem(where, f"{len(bad)} cases hold NaN or infinity, the first at {first}", "repair or leave them out")]


CARD: Card[Cases] = Card(make, "arrays in an .npz file")
