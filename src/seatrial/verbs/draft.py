"""A first charter for a model and data, from Python."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from seatrial.records.event import Listener, silent
from seatrial.reports.notebook import Sheet, sheet_card
from seatrial.verbs.drafting.defaults import Defaults
from seatrial.verbs.drafting.wanted import Wanted
from seatrial.verbs.initialise import Told
from seatrial.verbs.initialise import draft as drafted
from seatrial.verbs.project import charter_file


@dataclass(frozen=True, slots=True)
class Draft:
    """A first charter that was written, for you to read and change."""

    charter: Path
    told: tuple[Told, ...]
    """What was done, and what a reader must know."""
    taken: tuple[tuple[str, str], ...]
    """Option and value of each default."""

    def __str__(self) -> str:
        """Return the charter's text."""
        return self.charter.read_text(encoding="utf-8")

    def _repr_html_(self) -> str:
        lead, *notes = (what for _, what in self.told)
        return sheet_card(Sheet(lead, ("Default", "Value"), self.taken, notes=tuple(notes)))


def draft(
    path: Path | str,
    *,
    model: str,
    data: str,
    weights: str = "",
    label: str = "",
    classes: Sequence[str] = (),
    columns: Sequence[str] = (),
    eps: float | None = None,
    name: str = "",
    owner: str = "",
    release: str = "",
    unsafe: bool = False,
    trust: Sequence[str] = (),
    hear: Listener = silent,
) -> Draft:
    """Look at a model and at data, and write a first charter; nobody is asked, and defaults that were taken are told.

    Args:
        path: The charter to write, or the folder for it; one that is there is kept. Other files are named
            from the working folder.
        model: `model.py:build` (with weights), `model.skops`, or a function of a batch: `model.py:predict`.
        data: .csv, .tsv, .jsonl, .parquet or .npz, a folder of pictures, or the name of a bundled set.
        weights: Weights of the module that the model's function builds: a .safetensors file.
        label: Column, or array, of the right answers.
        classes: Values of the label in the model's order.
        columns: Columns that the model gets, in its order.
        eps: Largest change of each number that must not matter.
        name: Name of the system.
        owner: Who answers for it.
        release: What this release is called.
        unsafe: Whether a file that can run code may be loaded.
        trust: Types in a .skops file that you know.
        hear: Is told what happens in the pilot.

    Raises:
        InputError: If model and data do not fit, or something has no default and has to be said.
        TargetError: If the model does not load.
        CasesError: If the data cannot be read, or are too few.
        MissingExtra: If a package is not installed.
    """
    ask = Defaults()
    said = {"weights": weights, "label": label, "name": name, "owner": owner, "release": release}
    wanted = Wanted(
        model, data, **said, classes=tuple(classes), columns=tuple(columns), eps=eps, unsafe=unsafe, trust=tuple(trust)
    )
    told = drafted(path, wanted, ask, watch=lambda: nullcontext(hear))
    return Draft(charter_file(path), told, tuple(ask.taken))
