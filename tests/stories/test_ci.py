"""The files of `examples/ci`: each meets its published schema, and the shell of every step runs, at every scale."""

import json
import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
CI = ROOT / "examples" / "ci"
WORKFLOW = CI / "github/workflows/sea-trial.yml"
ACTION = CI / "github/actions/sea-trial/action.yml"
GITLAB = CI / "gitlab/.gitlab-ci.yml"
SCHEMAS = {"github-workflows": WORKFLOW, "github-actions": ACTION, "gitlab-ci": GITLAB}
WRONG = {
    "github-workflows": ("runs-on: ubuntu-latest", "runs-on: [[7]]"),
    "github-actions": ("using: composite", "using: cobol"),
    "gitlab-ci": ("stages: [trial]", "stages: 7"),
}
"""Schema -> what to write wrong in the file."""
MARK = "<!-- seatrial:rehearsal:tumour-table -->"


@pytest.mark.parametrize("name", SCHEMAS)
def test_it_meets_its_published_schema(name, tmp_path) -> None:
    def checked(path):
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{name}", str(path)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    done = checked(SCHEMAS[name])
    assert done.returncode == 0, done.stdout + done.stderr
    wrong = tmp_path / SCHEMAS[name].name
    text, (good, bad) = SCHEMAS[name].read_text(encoding="utf-8"), WRONG[name]
    assert good in text
    wrong.write_text(text.replace(good, bad), encoding="utf-8")
    assert checked(wrong).returncode != 0


def test_the_workflow_uses_the_action_with_inputs_that_it_has() -> None:
    inputs = yaml.safe_load(ACTION.read_bytes())["inputs"]
    used = [
        step["with"]
        for job in yaml.safe_load(WORKFLOW.read_bytes())["jobs"].values()
        for step in job["steps"]
        if step.get("uses") == "./.github/actions/sea-trial"
    ]
    assert {one["scale"] for one in used} == {"rehearse", "gate", "nightly"}
    assert {name for one in used for name in one} <= set(inputs)


def test_a_gate_names_its_log_and_its_key() -> None:
    jobs = yaml.safe_load(WORKFLOW.read_bytes())["jobs"]
    for name in ("gate", "nightly"):
        assert {"SEATRIAL_LOG", "SEATRIAL_KEY"} <= set(jobs[name]["env"])
    for name in ("gate", "nightly"):
        assert "SEATRIAL_LOG" in yaml.safe_load(GITLAB.read_bytes())[name]["variables"]


def test_no_text_of_strangers_is_pasted_into_a_shell() -> None:
    """What an expression gives goes through the environment, never into the words of a script."""
    steps = [step for job in yaml.safe_load(WORKFLOW.read_bytes())["jobs"].values() for step in job["steps"]]
    for step in [*steps, *yaml.safe_load(ACTION.read_bytes())["runs"]["steps"]]:
        assert "${{" not in step.get("run", "")


@dataclass
class Runner:
    """A machine of a CI service: the table example in a repository, and programs that stand for its services."""

    home: Path
    called: Path = field(init=False)

    def __post_init__(self) -> None:
        self.repository, self.called = self.home / "repository", self.home / "called"
        shutil.copytree(ROOT / "examples" / "table", self.repository / "model")
        self.called.mkdir()
        programs = self.home / "programs"
        programs.mkdir()
        scripts = {
            "python": f'if [ "$1 $2" = "-m pip" ]; then exit 0; fi\nexec {sys.executable} "$@"',
            "seatrial": f"exec {sys.executable} -c 'from seatrial.cli.app import main; main()' \"$@\"",
            "gh": f'echo "$@" >> {self.called}/gh\ncase "$*" in *PATCH*|*POST*) exit ;; esac\ncat {self.home}/comments',
            "curl": f'echo "$@" >> {self.called}/curl',
        }
        for name, script in scripts.items():
            (programs / name).write_text(f"#!/bin/sh\n{script}\n")
            (programs / name).chmod(0o755)
        (self.home / "comments").write_text("")
        self.run("cd model && python train.py && seatrial init --yes && cd .. && git init --quiet && git add .", {})

    def run(self, script: str, variables: dict[str, str], *, code: int = 0) -> str:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SEATRIAL_"))}
        more = {
            "PATH": f"{self.home / 'programs'}{os.pathsep}{os.environ['PATH']}",
            "OMP_NUM_THREADS": "1",
            "CI": "true",
            "GITHUB_OUTPUT": str(self.home / "output"),
            "GITHUB_STEP_SUMMARY": str(self.home / "summary"),
            "SEATRIAL_LOG": str(self.home / "log"),
            "SEATRIAL_KEY": str(self.home / "key"),
        }
        done = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", script],
            cwd=self.repository,
            env={**kept, **more, **variables},
            capture_output=True,
            text=True,
            timeout=500,
            check=False,
        )
        said = done.stdout + done.stderr
        assert done.returncode == code, f"{script}\n{said}"
        return said

    def action(self, **inputs: str) -> None:
        """Run the shell of the action's steps, as GitHub would."""
        action = yaml.safe_load(ACTION.read_bytes())
        given = {name: str(one.get("default", "")) for name, one in action["inputs"].items()}
        known = {f"inputs.{name}": value for name, value in {**given, **inputs}.items()}
        known |= {"github.event_name": "pull_request", "github.repository": "a/b", "github.event.number": "7"}
        known |= {"github.actor": "somebody"}
        (self.home / "output").write_text("")
        for step in action["runs"]["steps"]:
            output = dict(line.split("=", 1) for line in (self.home / "output").read_text().splitlines())
            known["steps.trial.outputs.code"] = output.get("code", "")
            if "run" in step and self._wanted(step.get("if", "always()"), known):
                self.run(step["run"], {name: _filled(text, known) for name, text in step.get("env", {}).items()})

    def _wanted(self, condition: str, known: dict[str, str]) -> bool:
        plain = condition.replace("always()", "True").replace("&&", "and")
        plain = re.sub(r"\b(?:inputs|github)[\w.]+", lambda found: repr(known[found.group()]), plain)
        return bool(eval(plain))

    def job(self, name: str, *, code: int = 0, **variables: str) -> None:
        """Run the scripts of a job of the GitLab file."""
        file = yaml.safe_load(GITLAB.read_bytes())
        job = {**file[file[name].get("extends", name)], **file[name]}
        known = {
            **file["variables"],
            **{k: v for k, v in job.get("variables", {}).items() if "LOG" not in k},
            **variables,
        }
        self.run("\n".join([*job["before_script"], *job["script"]]), known, code=code)
        self.run("\n".join(job.get("after_script", [":"])), known)

    def found(self, name: str) -> Path:
        return self.repository / "sea-trial" / name


def _filled(text: str, known: dict[str, str]) -> str:
    filled = re.sub(r"\$\{\{ *([\w.]+) *\}\}", lambda found: known[found.group(1)], text)
    return _filled(filled, known) if "${{" in filled else filled


@pytest.fixture(scope="module")
def runner(tmp_path_factory) -> Runner:
    return Runner(tmp_path_factory.mktemp("runner"))


@pytest.mark.slow
def test_a_rehearsal_publishes_and_comments_once(runner) -> None:
    runner.action(charter="model/charter.yaml", scale="rehearse", token="t")
    suite = ET.parse(runner.found("junit.xml")).getroot().find("testsuite")
    assert suite is not None
    assert suite.get("name") == "tumour-table 2026.11 (rehearsal)"
    assert suite.get("errors") == "0"
    sarif = json.loads(runner.found("seatrial.sarif").read_bytes())["runs"][0]
    assert sarif["artifacts"][0]["location"]["uri"] == "model/charter.yaml"
    comment = runner.found("comment.md").read_text()
    assert comment.startswith(MARK)
    assert (runner.home / "summary").read_text() == comment
    calls = (runner.called / "gh").read_text().splitlines()
    assert [line.split()[2] for line in calls[1:]] == ["POST"]
    (runner.home / "comments").write_text("4711\n")
    runner.action(charter="model/charter.yaml", scale="rehearse", token="t")
    last = (runner.called / "gh").read_text().splitlines()[-1]
    assert last.startswith("api --method PATCH repos/a/b/issues/comments/4711 ")
    assert not (runner.home / "log" / "log").read_bytes().strip()


@pytest.mark.slow
def test_a_gate_decides_and_keeps_its_checkpoint_and_the_night_looks_again(runner) -> None:
    before = (runner.repository / "model" / "checkpoint.txt").read_bytes()
    runner.action(charter="model/charter.yaml", scale="gate")
    assert (runner.home / "output").read_text() == "code=0\n"
    assert "<title>" in runner.found("report.html").read_text()
    assert runner.found("comment.md").read_text().startswith("<!-- seatrial:gate:tumour-table -->")
    words = f"{sys.executable} -m seatrial.proof sea-trial/evidence.tar --trust model/trust.json"
    runner.run(words, {})
    jobs = yaml.safe_load(WORKFLOW.read_bytes())["jobs"]
    keep = next(step["run"] for step in jobs["gate"]["steps"] if step.get("name") == "Keep the checkpoint")
    runner.run(
        "git init --quiet --bare ../origin; git remote add origin ../origin; git config push.default current", {}
    )
    runner.run(keep, {"CHARTER": "model/charter.yaml"})
    assert (runner.repository / "model" / "checkpoint.txt").read_bytes() != before
    assert "Sea trial: checkpoint" in runner.run("git --git-dir ../origin log --oneline", {})
    runner.action(charter="model/charter.yaml", scale="nightly")


@pytest.mark.slow
def test_the_unit_scale_is_pytest(runner) -> None:
    (runner.repository / "tests").mkdir()
    mark = '@pytest.mark.seatrial("model/charter.yaml", clauses=["clean"], cases=20)'
    (runner.repository / "tests" / "test_model.py").write_text(f"import pytest\n\n\n{mark}\ndef test_it(): pass\n")
    steps = yaml.safe_load(WORKFLOW.read_bytes())["jobs"]["unit"]["steps"]
    for step in steps:
        if "run" in step:
            runner.run(step["run"], step.get("env", {}))
    suite = ET.parse(runner.repository / "unit.xml").getroot().find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("1", "0", "0")


@pytest.mark.slow
def test_the_jobs_of_gitlab(tmp_path) -> None:
    runner = Runner(tmp_path)
    known = {"CHARTER": "model/charter.yaml", "GITLAB_USER_LOGIN": "somebody", "SEATRIAL_NOTE_TOKEN": "t"}
    known |= {"CI_API_V4_URL": "https://gitlab.example", "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_IID": "2"}
    runner.job("rehearse", code=_code(runner), **known)
    assert (
        "body@sea-trial/comment.md https://gitlab.example/projects/1/merge_requests/2/notes"
        in (runner.called / "curl").read_text()
    )
    runner.job("gate", **known)
    assert runner.found("evidence.tar").is_file()
    assert runner.found("checkpoint.txt").read_bytes() == (runner.repository / "model/checkpoint.txt").read_bytes()


def _code(runner: Runner) -> int:
    """What a rehearsal of the example returns: on so few cases it need not be settled."""
    said = runner.run(
        "code=0; seatrial rehearse model/charter.yaml --quiet > /dev/null || code=$?; echo code=$code", {}
    )
    code = int(said.rpartition("code=")[2])
    assert code in (0, 3)
    return code
