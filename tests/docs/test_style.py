"""The list of our own violations does not forget the largest."""

from tests.house.source import ROOT, files, short

STYLE = (ROOT / "docs" / "style.md").read_text(encoding="utf-8")
MENTIONED = 300


def test_long_files_are_named() -> None:
    long = [short(path) for path in files() if len(path.read_text(encoding="utf-8").splitlines()) > MENTIONED]
    assert [path for path in long if f"`{path}`" not in STYLE] == []
