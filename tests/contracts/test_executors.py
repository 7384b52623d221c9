"""Every executor on the shelf keeps the contract, made as `seatrial run` makes it."""

import pytest

from seatrial import plugins
from seatrial.testing.executors import check_executor

SETTINGS = {"processes": {"workers": 2}, "auto": {"workers": 2}}


@pytest.mark.parametrize("name", plugins.names("executors"))
def test_contract(name, tmp_path) -> None:
    check_executor(plugins.find("executors", name).make(**SETTINGS.get(name, {})), tmp_path)
