"""Which optional parts are installed, read from the metadata of packages: nothing is imported."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, requires, version

_LINE = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[(?P<extras>[^\]]*)\])?(?P<least>[^;]*)(?:;(?P<when>.*))?$")
_WHEN = re.compile(r"extra\s*==\s*['\"]([^'\"]+)['\"]")
_NEEDS = {
    ("targets", "torch"): "torch",
    ("targets", "sklearn"): "sklearn",
    ("cases", "bundled"): "demo",
    ("cases", "folder"): "data",
    ("files", ".parquet"): "data",
}
"""What a charter names -> the extra that brings it.  The plugin's card says it too, but to read it is to import it."""


@dataclass(frozen=True, slots=True)
class Part:
    """A distribution that is required."""

    name: str
    version: str
    """Empty if it is not installed."""
    least: str
    """Oldest version that will do, or empty."""

    @property
    def fits(self) -> bool:
        """Whether it is installed, and new enough."""
        return bool(self.version) and _numbers(self.version) >= _numbers(self.least)

    @property
    def shown(self) -> str:
        """What to say of it: `torch 2.13.0`, or what is wrong."""
        if not self.version:
            return f"{self.name} is missing"
        return f"{self.name} {self.version}" if self.fits else f"{self.name} {self.version} is older than {self.least}"


def extra_of(shelf: str, name: str) -> str:
    """Return the extra that brings a plugin or a kind of file; empty if it needs none."""
    return _NEEDS.get((shelf, name), "")


@cache
def parts(extra: str) -> tuple[Part, ...]:
    """Return what an extra requires, in the order of the metadata; the core for an empty name."""
    found: dict[str, Part] = {}
    for line in requires("seatrial") or ():
        read = _LINE.match(line.strip())
        if read is None or (_WHEN.findall(read["when"] or "") or [""]) != [extra]:
            continue
        if read["name"] == "seatrial":
            inner = [part for name in (read["extras"] or "").split(",") for part in parts(name.strip())]
        else:
            least = re.search(r">=\s*([0-9.]+)", read["least"])
            inner = [Part(read["name"], installed(read["name"]), least[1] if least else "")]
        found |= {part.name: part for part in inner}
    return tuple(found.values())


def installed(name: str) -> str:
    """Return the version of a distribution, or an empty text."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text.partition("+")[0])[:3])
