"""A public name that is new, gone or changed is a line in a diff."""

import difflib

import seatrial
from seatrial import errors
from tests.house import public


def test_the_public_names_are_those_of_the_snapshot() -> None:
    before = public.SNAPSHOT.read_text(encoding="utf-8").splitlines()
    diff = list(difflib.unified_diff(before, public.text().splitlines(), "public.txt", "the code", n=0, lineterm=""))
    hint = (
        "`python -m tests.house.public` writes it again; what goes or changes is a break: VERSIONING.md, CHANGELOG.md"
    )
    assert diff == [], "\n".join([*diff, hint])


def test_what_is_listed_is_what_people_use() -> None:
    listed = public.lines()
    for name in seatrial.__all__:
        assert any(line.startswith(f"seatrial.{name}") for line in listed), name
    assert "ReplayMismatch(EvidenceError): 5" in listed
    assert sum(line.endswith(f": {errors.InputError.exit_code}") for line in listed) >= 8
    for line in (
        "seatrial gate <charter>",
        "seatrial gate --weights VALUE",
        "seatrial verify --trust VALUE",
        "python -m seatrial.proof --trust (required)",
        "targets: torch",
        "adversaries: evasion.pgd",
        "baseline/clean@1",
    ):
        assert line in listed
    assert any("testing.adversaries.check_adversary(" in line for line in listed)


def test_a_changed_signature_is_seen() -> None:
    def verb(path: str, *, log: "str | None" = None) -> "int": ...

    def other(path: str, *, log: "str | None" = "x") -> "int": ...

    assert public._signature(verb) == "(path: str, *, log: str | None = None) -> int"
    assert public._signature(verb) != public._signature(other)


def test_nothing_of_this_machine_is_in_it() -> None:
    text = public.text()
    assert "0x" not in text
    assert str(public.SNAPSHOT.parents[2]) not in text
