"""What changed between two catalogs."""

from __future__ import annotations

from dataclasses import dataclass

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Change:
    """One scenario that says something else than before."""

    old: str
    """`family/name@version`, in the older catalog."""
    new: str
    fields: tuple[str, ...]
    """Names of what differs, sorted, without `version` and `changed`."""


@dataclass(frozen=True, slots=True)
class Diff:
    """All that changed; every tuple is sorted by name."""

    added: tuple[str, ...] = ()
    """Names of scenarios whose id was not there before."""
    removed: tuple[str, ...] = ()
    """Names, with version, that are gone."""
    changed: tuple[Change, ...] = ()
    """New versions of scenarios, each beside the newest of the older catalog."""
    rewritten: tuple[Change, ...] = ()
    """Scenarios that changed but kept their version: always a mistake."""

    def __bool__(self) -> bool:
        """Return whether anything changed."""
        return bool(self.added or self.removed or self.changed or self.rewritten)


def diff(old: Catalog, new: Catalog) -> Diff:
    """Return what changed from one catalog to the other."""
    before = {scenario.name: scenario for scenario in old.scenarios}
    after = {scenario.name: scenario for scenario in new.scenarios}
    newest = {scenario.id: scenario for scenario in old.scenarios}
    fresh = [scenario for name, scenario in after.items() if name not in before]
    return Diff(
        added=tuple(scenario.name for scenario in fresh if scenario.id not in newest),
        removed=tuple(name for name in before if name not in after),
        changed=tuple(_change(newest[scenario.id], scenario) for scenario in fresh if scenario.id in newest),
        rewritten=tuple(
            _change(before[name], scenario)
            for name, scenario in after.items()
            if name in before and before[name].digest != scenario.digest
        ),
    )


def _change(old: Scenario, new: Scenario) -> Change:
    keys = sorted({*old.text, *new.text} - {"version", "changed"})
    differs = tuple(key for key in keys if old.text.get(key) != new.text.get(key))
    return Change(old.name, new.name, differs or ("changed",))
