"""The notebooks are whole, run, and become pages; a cell that fails is named."""

import json
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from tests.docs import session

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
NOTEBOOKS = sorted((DOCS / "notebooks").glob("*.ipynb"))
SHORT = "audit"
"""Run in the fast tests."""
NOT_ABOUT_USING_IT = {
    *("environment", "identity", "keys", "lessons", "log", "people", "planning", "releasing", "remediation", "risk"),
    *("settings", "witness"),
}
"""Guides without a notebook: they are about commands, keys of people that ask for a password, and other machines."""
WRITES_NOTHING = {"attack"}
"""Notebooks that need no place of their own."""
TIED = ("execution", "collapsed", "scrolled", "jupyter", "ExecuteTime", "colab", "vscode")
"""Metadata that editors leave behind."""


def execute(to: Path, *names: str, source: Path = DOCS / "notebooks") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(DOCS / "execute.py"), "--from", str(source), "--to", str(to), *names]
    home = to / "home"
    home.mkdir(parents=True)
    return subprocess.run(
        command, env=session.environment(home), capture_output=True, text=True, timeout=900, check=False
    )


def write(folder: Path, *sources: str, name: str = "small") -> None:
    cells = [nbformat.v4.new_markdown_cell("# Small", id="small-1")]
    cells += [nbformat.v4.new_code_cell(source, id=f"small-{at}") for at, source in enumerate(sources, 2)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / f"{name}.ipynb")


def test_every_guide_about_using_it_has_one_and_links_to_it() -> None:
    guides = {path.stem for path in (DOCS / "guides").glob("*.md")} - NOT_ABOUT_USING_IT
    assert {path.stem for path in NOTEBOOKS} == guides
    for name in guides:
        assert f"(../notebooks/{name}.ipynb)" in (DOCS / "guides" / f"{name}.md").read_text(encoding="utf-8")
        assert f"notebooks/{name}.md" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8")


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs_and_with_steady_ids(path) -> None:
    text = path.read_text(encoding="utf-8")
    notebook = json.loads(text)
    nbformat.validate(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    assert notebook["metadata"] == {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook["cells"]:
        assert cell.get("outputs", []) == []
        assert cell.get("execution_count") is None
        assert not set(cell["metadata"]) & set(TIED)
        assert re.fullmatch(rf"{path.stem}-\d\d", cell["id"])
    assert len({cell["id"] for cell in notebook["cells"]}) == len(notebook["cells"])
    assert text == json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_begins_with_a_title_its_guide_and_a_place_of_its_own(path) -> None:
    first, second = json.loads(path.read_text(encoding="utf-8"))["cells"][:2]
    assert first["source"][0].startswith("# ")
    assert f"(../guides/{path.stem}.md)" in "".join(first["source"])
    if path.stem in WRITES_NOTHING:
        return
    setup = "".join(second["source"])
    assert all(word in setup for word in ("os.chdir(tempfile.mkdtemp())", '"SEATRIAL_KEY"', '"SEATRIAL_LOG"'))


def check(page: str) -> None:
    assert "run when this site was built" in page
    assert "Traceback" not in page
    assert "Warning" not in page
    assert "\x1b" not in page
    assert page.count("```") % 2 == 0


def test_the_shortest_runs_and_touches_nobody_elses_log(tmp_path) -> None:
    done = execute(tmp_path / "pages", SHORT)
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "pages" / f"{SHORT}.md").read_text(encoding="utf-8")
    check(page)
    assert "Verified: deploy" in page
    left = [path for path in (tmp_path / "pages" / "home").rglob("*") if "seatrial" in path.name]
    assert left == []


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_notebook_runs_without_a_warning(path, tmp_path) -> None:
    done = execute(tmp_path / "pages", path.stem)
    assert done.returncode == 0, done.stderr
    check((tmp_path / "pages" / f"{path.stem}.md").read_text(encoding="utf-8"))


def test_a_cell_that_fails_is_named_and_the_rest_is_written(tmp_path) -> None:
    write(tmp_path, "1 + 1", "x = {}\nx['no such key']", name="broken")
    write(
        tmp_path,
        "%%writefile a.py\nimport os",
        "print('\\x1b[31mred\\x1b[0m ```')",
        "from IPython.display import HTML, SVG, display\ndisplay(HTML('<b>bold</b>\\n\\n<i>it</i>'))\n"
        "display(SVG('<svg xmlns=\"http://www.w3.org/2000/svg\"><g/></svg>'))\n{'a': 1}",
    )
    done = execute(tmp_path / "pages", source=tmp_path)
    assert done.returncode == 1
    assert "broken.ipynb, cell 3 (small-3): KeyError: 'no such key'" in done.stderr
    assert "x['no such key']" in done.stderr
    assert not (tmp_path / "pages" / "broken.md").exists()
    page = (tmp_path / "pages" / "small.md").read_text(encoding="utf-8")
    assert '```python title="a.py"\nimport os\n```' in page
    assert "Writing" not in page
    assert "````text\nred ```\n````" in page
    assert '<div class="cell">\n<b>bold</b>\n<i>it</i>\n</div>' in page
    assert "<svg" in page
    assert "{'a': 1}" in page
