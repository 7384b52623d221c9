"""Every plugin has a test of its mirrored name."""

import pytest

from seatrial import plugins
from tests.house.source import PACKAGE, ROOT


def homes() -> list[str]:
    found = []
    for shelf, package in plugins.SHELVES.items():
        folder = PACKAGE.joinpath(*package.split(".")[1:])
        for name in plugins.names(shelf):
            path = folder.joinpath(*name.split(".")).with_suffix(".py")
            if path.exists():
                found.append(path.relative_to(PACKAGE).as_posix())
    return sorted(found)


@pytest.mark.parametrize("home", homes())
def test_a_plugin_has_its_own_test(home) -> None:
    folder, _, name = home.rpartition("/")
    assert (ROOT / "tests" / folder / f"test_{name}").exists()
