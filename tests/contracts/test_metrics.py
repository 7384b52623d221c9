"""Every metric on the shelf keeps the contract."""

import pytest

from seatrial import plugins
from seatrial.testing.metrics import check_metric


@pytest.mark.parametrize("name", plugins.names("metrics"))
def test_contract(name) -> None:
    check_metric(plugins.find("metrics", name))
