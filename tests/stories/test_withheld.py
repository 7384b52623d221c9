"""Samples are withheld from a bundle, the rest verifies and is reported, and one of them is shown later."""

import json
import re
import subprocess
import sys

import pytest
from tests.stories.projects import CLEAN, FAR

from seatrial.evidence.export import restored
from seatrial.evidence.log import Log
from seatrial.evidence.withhold import kept
from seatrial.proof import bundle


@pytest.fixture
def gated(net):
    """A project whose gate ended in a reject, with broken cases in its record."""
    net.write(clauses=(CLEAN, FAR))
    assert net.gate().code == 6
    return net


def cases(project):
    log = Log.open(project.log)
    (seq,) = [seq for seq, said in enumerate(log.statements()) if said.kind == "decision"]
    return [one.case.hex() for _, one in kept(log, seq)]


def test_a_case_stays_at_home_and_the_rest_verifies(gated, tmp_path) -> None:
    listed = cases(gated)
    case = listed[0]
    done = gated.do("export", "--bundle", tmp_path / "less.tar", "--withhold", case[:12])
    assert done.code == 0, done.err
    (tmp_path / "trust.json").write_bytes((gated.folder / "trust.json").read_bytes())
    said = gated.do("verify", tmp_path / "less.tar")
    assert said.code == 0, said.out
    assert f"{listed.count(case)} of {len(listed)} kept samples withheld" in said.out
    assert gated.do("export", "--bundle", tmp_path / "sample", "--disclose", case[:12]).code == 0
    shown = gated.do("verify", tmp_path / "less.tar", "--disclosed", tmp_path / "sample", "--json")
    assert (shown.code, shown.json["samples"]["disclosed"]) == (0, listed.count(case))
    assert gated.do("export", "--bundle", tmp_path / "other", "--disclose", listed[-1][:12]).code == 0
    words = ("less.tar", "--trust", "trust.json", "--disclosed", "other", "--json")
    alone = [sys.executable, "-m", "seatrial.proof", *words]
    done = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, "a sample that is in the bundle anyway is one that was committed to"
    assert json.loads(done.stdout)["samples"]["disclosed"] == 0


def test_a_changed_sample_is_not_the_one_that_was_withheld(gated, tmp_path) -> None:
    case = cases(gated)[0]
    (tmp_path / "trust.json").write_bytes((gated.folder / "trust.json").read_bytes())
    assert gated.do("export", tmp_path / "less.tar", "--withhold-stimuli").code == 0
    assert gated.do("export", tmp_path / "sample", "--disclose", case).code == 0
    files = bundle.unpack((tmp_path / "sample").read_bytes(), bundle.LIMIT)
    forged = {name: data[:-1] + bytes([data[-1] ^ 1]) for name, data in files.items()}
    (tmp_path / "sample").write_bytes(bundle.pack(forged))
    done = gated.do("verify", tmp_path / "less.tar", "--disclosed", tmp_path / "sample")
    assert done.code == 5
    assert "not the one that was withheld" in done.out


def test_reports_and_cases_of_a_copy_say_what_is_withheld(gated, tmp_path) -> None:
    case = cases(gated)[0]
    assert gated.do("export", tmp_path / "less.tar", "--withhold", case).code == 0
    (tmp_path / "copy").mkdir()
    pinned = (gated.folder / "trust.json").read_bytes()
    restored((tmp_path / "less.tar").read_bytes(), tmp_path / "copy", pinned)
    whole, less = (gated.do("show", case, "--json", "--log", log).out for log in (gated.log, tmp_path / "copy"))
    assert re.findall(r'"outcome": ?"\w+"', whole) == re.findall(r'"outcome": ?"\w+"', less) != []
    assert "withheld from this copy" in gated.do("show", case, "--log", tmp_path / "copy").out
    assert "withheld from this copy" not in gated.do("show", case).out
    text = gated.do("report", "--log", tmp_path / "copy").out
    assert "kept samples are withheld" in text
    assert "withheld" not in gated.do("report").out
    again = gated.do("verify", "--log", tmp_path / "copy")
    assert again.code == 0, again.out
    assert "kept samples withheld" in again.out
    assert gated.do("replay", "--level", "r3", "--executor", "inline", "--log", tmp_path / "copy").code == 0


def test_a_case_that_nobody_kept_cannot_be_withheld(gated, tmp_path) -> None:
    for words in (("--withhold", "xyz"), ("--withhold", "12"), ("--disclose", "xyz"), ("--disclose", "")):
        done = gated.do("export", tmp_path / "less.tar", *words)
        assert (done.code, "Traceback" in done.err) == (2, False), words
        assert not (tmp_path / "less.tar").exists()


def test_todays_model_is_compared_with_what_was_decided_about(gated) -> None:
    assert gated.do("verify", "--model", gated.folder / "charter.yaml").code == 0
    weights = gated.folder / "net.safetensors"
    whole = weights.read_bytes()
    weights.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    done = gated.do("verify", "--model", gated.folder)
    weights.write_bytes(whole)
    assert done.code == 5
    assert "net.safetensors: holds other bytes" in done.out
    assert gated.do("verify", "--approved").code == 5
