"""What a shell is offered, asked as bash and zsh ask: by environment variables."""

import contextlib
import io
import re

import pytest
from tests.stories import projects

from seatrial.cli.app import run_app


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = projects.make(tmp_path_factory.mktemp("shell") / "work")
    with pytest.MonkeyPatch.context() as patch:
        for key, value in made.environment.items():
            patch.setenv(key, value)
        assert made.do("init").code == 0
        assert made.gate().code == 0
        yield made


@pytest.fixture
def offered(project, monkeypatch):
    def ask(shell, line):
        words = line.split(" ")
        monkeypatch.setenv("_SEATRIAL_COMPLETE", f"complete_{shell}")
        monkeypatch.setenv("COMP_WORDS", line)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        monkeypatch.setenv("_TYPER_COMPLETE_ARGS", line)
        out = io.StringIO()
        with contextlib.chdir(project.folder), contextlib.redirect_stdout(out), contextlib.redirect_stderr(out):
            assert run_app([]) == 0
        said = out.getvalue()
        assert "Traceback" not in said
        return said.split() if shell == "bash" else re.findall(r'"([^"\n]+)":"|"([^"\n]+)"(?!:)', said)

    return ask


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("seatrial ga", ["gate"]),
        ("seatrial gate --wo", ["--workers"]),
        ("seatrial gate --log", ["--log", "--log-json"]),
        ("seatrial catalog sh", ["show"]),
        ("seatrial catalog show evasion/pgd-li", ["evasion/pgd-linf"]),
        ("seatrial report --to ht", ["html"]),
        ("seatrial gate --executor in", ["inline"]),
        ("seatrial replay --level r", ["r0", "r1", "r2", "r3"]),
        ("seatrial harden --clause n", ["noise"]),
        ("seatrial diff d", ["deployed"]),
        ("seatrial verify --decision ", ["4"]),
        ("seatrial range --adversary evasion.fg", ["evasion.fgsm"]),
    ],
)
def test_bash_is_offered_what_fits(offered, line, wanted) -> None:
    assert offered("bash", line) == wanted


def test_bash_is_offered_every_command(offered) -> None:
    assert {"gate", "diff", "log", "show", "where", "catalog"} <= set(offered("bash", "seatrial "))


def test_cases_are_offered_by_digits_that_show_takes(offered, project) -> None:
    cases = offered("bash", "seatrial show ")
    assert cases
    assert all(re.fullmatch("[0-9a-f]{12}", case) for case in cases)
    assert project.do("show", cases[0]).code == 0


def test_zsh_is_offered_the_same_with_a_word_about_it(offered) -> None:
    assert ("gate", "") in offered("zsh", "seatrial ga")
    found = offered("zsh", "seatrial catalog show evasion/pgd-li")
    assert [name for name, _ in found if name] == ["evasion/pgd-linf"]


@pytest.mark.parametrize("line", ["seatrial show --charter none.yaml ", "seatrial diff --charter cases.npz 1"])
def test_where_nothing_can_be_looked_up_nothing_is_offered_and_nothing_said(offered, line) -> None:
    assert offered("bash", line) == []


def test_words_about_keys(offered, project) -> None:
    public = "7rT4xVhN6lXqO3J0hZ2m8cQe1uYwGkS5bDfA9pRvTnM="
    assert project.do("keys", "trust", "ada", public, "--role", "approver").code == 0
    (row,) = (row for row in project.do("keys", "list", "--json").json if row["who"] == "ada")
    assert offered("bash", "seatrial keys new x.key --algorithm ") == ["ed25519", "ml-dsa-44"]
    assert offered("bash", "seatrial keys trust ada AAAA --role r") == ["runner"]
    assert offered("bash", "seatrial keys revoke ") == [row["id"]]
