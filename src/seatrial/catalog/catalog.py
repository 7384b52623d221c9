"""The living library: all scenarios that are at hand, by name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from seatrial.catalog.scenario import Scenario
from seatrial.errors import CatalogError, Problem, meant
from seatrial.proof.canonical import digest, dumps


@dataclass(frozen=True, slots=True)
class Catalog:
    """Scenarios in the order of their ids and versions; `gather` makes one."""

    scenarios: tuple[Scenario, ...]

    @property
    def latest(self) -> tuple[Scenario, ...]:
        """The newest version of each scenario."""
        return tuple({scenario.id: scenario for scenario in self.scenarios}.values())

    @property
    def digest(self) -> str:
        """Digest of all names with the digests of what they stand for."""
        return digest(dumps({scenario.name: scenario.digest for scenario in self.scenarios}))

    def get(self, name: str) -> Scenario:
        """Return a scenario.

        Args:
            name: `family/name` for the newest version, `family/name@2` for that one.

        Raises:
            CatalogError: If there is none of that name; it says which names are near.
        """
        for scenario in reversed(self.scenarios):
            if name in (scenario.id, scenario.name):
                return scenario
        raise CatalogError(Problem("", f"there is no scenario {name!r}", self._near(name)))

    def plus(self, *scenarios: Scenario) -> Catalog:
        """Return a catalog that has these as well.

        Raises:
            CatalogError: If a name is then there twice.
        """
        return gather((*self.scenarios, *scenarios))

    def _near(self, name: str) -> str:
        wanted = name.partition("@")[0]
        if versions := [scenario.name for scenario in self.scenarios if scenario.id == wanted]:
            return f"there is {', '.join(versions)}"
        ids = [scenario.id for scenario in self.latest]
        return meant(wanted, ids) if ids else "the catalog is empty"


def gather(scenarios: Iterable[Scenario]) -> Catalog:
    """Return a catalog of these scenarios.

    Raises:
        CatalogError: If two have the same id and version.
    """
    ordered = sorted(scenarios, key=lambda scenario: (scenario.id, scenario.version))
    names = [scenario.name for scenario in ordered]
    if twice := sorted({name for name in names if names.count(name) > 1}):
        hint = "a changed scenario is a new version"
        raise CatalogError(*(Problem(name, "two scenarios have this id and version", hint) for name in twice))
    return Catalog(tuple(ordered))
