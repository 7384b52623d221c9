"""What `seatrial lessons` prints."""

from typer.testing import CliRunner

from seatrial.cli.app import app

CHARTER = """\
charter: 1
system: {name: digits, release: "1", owner: me}
target: {kind: torch, load: "model:build", weights: model.safetensors, input: {shape: [1, 8, 8], range: [0, 1]}}
cases: {kind: bundled, name: digits, gate: 60%, rehearsal: 10%, per_attempt: 100}
clauses:
  clean: {because: it must work, scenarios: [baseline/clean], require: held_rate >= 0.5 at 95%, severity: major}
"""


def test_where_there_are_no_lessons_nothing_is_listed(tmp_path) -> None:
    charter = tmp_path / "charter.yaml"
    charter.write_text(CHARTER)
    for word in ("list", "show"):
        done = CliRunner().invoke(app, ["lessons", word, "--charter", str(charter)])
        assert done.exit_code == 0, done.output
        assert done.stdout.startswith("There are no lessons yet.")
        assert "label " not in done.stdout
