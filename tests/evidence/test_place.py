from pathlib import Path

import pytest

from seatrial.errors import LogError
from seatrial.evidence.place import key_path, log_place, log_signer


def test_the_named_folder_comes_first_then_the_variable_then_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert log_place("reader", "/named", {"SEATRIAL_LOG": "/variable"}) == "/named"
    assert log_place("reader", None, {"SEATRIAL_LOG": "/variable"}) == "/variable"
    assert log_place("reader", None, {}) == "/data/seatrial/logs/reader"


@pytest.mark.parametrize("value", ["true", "1", "yes", "woodpecker"])
def test_ci_must_name_its_log(value: str) -> None:
    with pytest.raises(LogError, match="SEATRIAL_LOG"):
        log_place("reader", None, {"CI": value})
    assert log_place("reader", None, {"CI": value, "SEATRIAL_LOG": "/kept"}) == "/kept"


@pytest.mark.parametrize("value", ["", "false", "0"])
def test_what_is_not_ci_need_not(value: str) -> None:
    assert log_place("reader", None, {"CI": value}).endswith("/reader")


@pytest.mark.parametrize("system", ["..", "a/b", "", ".hidden", "/etc", "a b"])
def test_a_system_whose_name_leads_elsewhere_is_refused(system: str) -> None:
    with pytest.raises(LogError, match=r"system\.name"):
        log_place(system, None, {})


def test_the_key_is_a_file_or_a_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert key_path({}) == tmp_path / "config" / "seatrial" / "log.key"
    with pytest.raises(LogError, match="seatrial init"):
        log_signer({})
    made = log_signer({}, new=True)
    assert log_signer({}).public == log_signer({}, new=True).public == made.public
    pem = key_path({}).read_text()
    assert log_signer({"SEATRIAL_KEY": pem}).public == made.public
    assert log_signer({"SEATRIAL_KEY": "\n" + pem}).public == made.public
    other = tmp_path / "other.key"
    assert key_path({"SEATRIAL_KEY": str(other)}) == other
    assert log_signer({"SEATRIAL_KEY": str(other)}, new=True).public != made.public
