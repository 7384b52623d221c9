"""Whoever plays the pages sees what is wrong with them."""

import pytest
from tests.docs import session


def page(tmp_path, text: str):
    path = tmp_path / "page.md"
    path.write_text(text)
    return path


def played(tmp_path, text: str) -> list[str]:
    (tmp_path / "work").mkdir()
    return session.play(page(tmp_path, text), tmp_path / "work", tmp_path)


def test_files_are_written_and_commands_typed(tmp_path) -> None:
    text = (
        "<!-- file: a.txt -->\n```text\nhello 12\n```\n\n```python\n# b.py\nprint(open('a.txt').read())\n```\n"
        "\n```console\n$ python b.py\nhello 99\n$ cat \\\n    a.txt\nhello 7\n```\n"
    )
    assert played(tmp_path, text) == []


@pytest.mark.parametrize(
    ("block", "said"),
    [
        ("```console\n$ false\n```", "ended with 1, not 0"),
        ("<!-- exit: 3 -->\n```console\n$ exit 6\n```", "ended with 6, not 3"),
        ("<!-- exit: 1 0 -->\n```console\n$ false\n$ true\n$ false\n```", "ended with 1, not 0"),
        ("```console\n$ echo deployed 3 cases\nrejected 3 cases\n```", "does not show"),
        ("```console\n$ printf 'a\\nb\\n'\na\n...\nc\n```", "does not show"),
    ],
)
def test_what_is_wrong_is_seen(tmp_path, block, said) -> None:
    (wrong,) = played(tmp_path, f"text\n\n{block}\n")
    assert said in wrong
    assert "page.md:" in wrong


@pytest.mark.parametrize(
    "block",
    [
        "<!-- exit: 6 -->\n```console\n$ exit 6\n```",
        "<!-- not run: it needs a cluster -->\n```console\n$ false\n```",
        "```console\n$ pip install nothing-of-this-name\n```",
        "```console\n$ printf 'a 1 of 20\\nb\\nc /x/y.html\\n'\na 300 of 4\n...\nc report/z.html\n```",
        "```yaml\nkey: no file\n```",
    ],
)
def test_what_is_right_passes(tmp_path, block) -> None:
    assert played(tmp_path, f"{block}\n") == []


def test_numbers_digests_paths_and_bars_stand_for_any_other() -> None:
    one = "bound 37.6 %, at ~/a/b.tar  ··━━●━━·│·· 0cff1cf91c2b992f in entry 4,096: finding noise-77b01e"
    other = "bound 8 %, at /home/me/c.tar ·━●━━·│· 89ab12cd34ef5678 in entry 7: finding noise-3c2db5"
    assert session.masked(one) == session.masked(other) == "bound # %, at # # in entry #: finding noise-#"
