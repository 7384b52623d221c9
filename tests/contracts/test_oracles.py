"""Every oracle on the shelf keeps the contract, and judges the kinds of case that it is for."""

import pytest

from seatrial import plugins
from seatrial.testing.oracles import check_oracle

JUDGES = {
    "in_time": {"scores", "labels", "conversations"},
    "not_member": {"claims"},
    "one_answer": {"malformed input"},
    "same_answer": {"scores", "labels", "conversations", "many labels", "numbers"},
    "same_label": {"scores", "labels", "many labels", "numbers"},
    "sane_answer": {"malformed input"},
    "secret_kept": {"conversations"},
    "within": {"numbers"},
}


@pytest.mark.parametrize("name", plugins.names("oracles"))
def test_contract(name) -> None:
    assert set(check_oracle(plugins.find("oracles", name))) >= JUDGES[name]
