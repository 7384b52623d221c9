"""The library of scenarios: gathered, checked, compared."""

from __future__ import annotations

from pathlib import Path

from seatrial.catalog import diff, lint
from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load, read
from seatrial.catalog.schema.file import schema
from seatrial.errors import CatalogError, Problem


def catalog(own: Path | None = None) -> Catalog:
    """Return all scenarios at hand; `own` is a folder of scenarios besides those that are installed.

    Examples:
        >>> scenario = seatrial.catalog().get("evasion/fgsm")
        >>> scenario.title, [one.use for one in scenario.adversaries]
        ('One gradient step', ['evasion.fgsm'])
    """
    return load(own)


def lint_catalog(own: Path | None = None, older: Path | None = None) -> tuple[Problem, ...]:
    """Return everything that is wrong with the scenarios at hand.

    Args:
        own: A folder of scenarios besides those that are installed.
        older: A folder with an earlier state: what changed since must be a new version.
    """
    try:
        return tuple(lint.lint(load(own), older=read(older) if older else None))
    except CatalogError as error:
        return error.problems


def diff_catalogs(old: Path, new: Path) -> diff.Diff:
    """Return what changed from one folder of scenarios to another.

    Raises:
        CatalogError: If a folder is not there, or holds mistakes.
    """
    if missing := [folder for folder in (old, new) if not folder.is_dir()]:
        raise CatalogError(*(Problem(str(folder), "there is no such folder") for folder in missing))
    return diff.diff(read(old), read(new))


def schema_() -> bytes:
    """Return the JSON Schema of scenario files: for editors, which then complete keys and mark mistakes."""
    return schema()
