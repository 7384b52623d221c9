import pytest

from seatrial.errors import LogError
from seatrial.evidence.place import log_place, shown, tape
from seatrial.evidence.tapes.address import Address, is_remote


@pytest.mark.parametrize(
    ("text", "log", "said"),
    [
        ("postgresql://host/db#reader", "reader", "postgresql://host/db#reader"),
        ("postgres://ada@host:5433/db#a.b-c_d", "a.b-c_d", "postgresql://ada@host:5433/db#a.b-c_d"),
        ("postgresql://ada:secret@host/db#x", "x", "postgresql://ada@host/db#x"),
        ("postgresql://ada:se%40cr%2Fet@one,two:6/db#x", "x", "postgresql://ada@one,two:6/db#x"),
        ("postgresql://ada:sec@ret@host/db#x", "x", "postgresql://ada@host/db#x"),
        ("postgresql:///db?host=/run&user=ada&password=secret#x", "x", "postgresql:///db?host=/run&user=ada#x"),
        (
            "postgresql://h/db?sslmode=require&sslpassword=secret&sslkey=/k#x",
            "x",
            "postgresql://h/db?sslmode=require#x",
        ),
        ("postgresql://host/db", "", "postgresql://host/db"),
    ],
)
def test_an_address_is_shown_without_what_is_secret(text: str, log: str, said: str) -> None:
    parsed = Address.parse(text)
    assert (parsed.log, parsed.shown, str(parsed), shown(text)) == (log, said, said, said)
    assert parsed.text == text
    assert "secret" not in repr(parsed)


@pytest.mark.parametrize(
    "text",
    [
        "postgresql://ada:se/secret@host/db#x",
        "postgresql://ada:se#secret@host/db#x",
        "postgresql:/ada:secret@host/db",
        "mysql://ada:secret@host/db#x",
        "sqlite://secret",
        "postgresql://host/db#no/secret",
        "postgresql://host/db#..secret",
        "s3://secret/x",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(text: str) -> None:
    assert is_remote(text)
    for look in (Address.parse, shown, tape):
        with pytest.raises(LogError) as caught:
            look(text)
        assert "secret" not in str(caught.value)


@pytest.mark.parametrize("text", ["/var/log", "log", "~/log", "./a:b", "a:b", "C:/x", "postgresql"])
def test_a_folder_is_no_address(text: str) -> None:
    assert not is_remote(text)
    assert shown(text) == text


def test_a_log_without_a_name_is_called_like_the_system() -> None:
    assert log_place("reader", "postgresql://host/db", {}) == "postgresql://host/db#reader"
    assert log_place("reader", "postgresql://host/db#", {}) == "postgresql://host/db#reader"
    assert log_place("reader", None, {"SEATRIAL_LOG": "postgres://host/db?a=b"}) == "postgres://host/db?a=b#reader"
    assert log_place("reader", "postgresql://host/db#other", {}) == "postgresql://host/db#other"
    assert log_place(None, "postgresql://host/db", {}) == "postgresql://host/db"
    with pytest.raises(LogError, match="which log"):
        tape("postgresql://host/db").read("checkpoint")
