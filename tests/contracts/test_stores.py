"""Every store on the shelf keeps the contract."""

from pathlib import Path
from tempfile import mkdtemp

import pytest

from seatrial import plugins
from seatrial.testing.stores import check_store

NEEDS_A_FOLDER = {"directory"}


@pytest.mark.parametrize("name", plugins.names("stores"))
def test_contract(name, tmp_path) -> None:
    make = plugins.find("stores", name).make
    check_store((lambda: make(Path(mkdtemp(dir=tmp_path)))) if name in NEEDS_A_FOLDER else make)
