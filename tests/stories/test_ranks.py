"""`seatrial harden` in several processes: started by itself or by torchrun, killed and gone on with, refused."""

import os
import subprocess
import sys

import psutil
import pytest
from tests.stories.projects import CLEAN, NEAR
from tests.stories.test_hardening import put_down
from tests.stories.test_interrupted import until

MIDDLE = NEAR.replace("near:", "middle:").replace("0.01", "0.4").replace("0.70", "0.90")
WORDS = ("harden", "--clause", "middle", "--cases", "0")


@pytest.fixture
def weak(net):
    """A torch project with a clause that a small change breaks, and a remedy for it."""
    return net.write(clauses=(CLEAN, MIDDLE + "  otherwise: training.pgd\n"))


def made(project, name: str) -> bytes:
    return (project.folder / f"{name}.safetensors").read_bytes()


def test_two_processes_that_it_starts_write_one_model_and_one_entry(weak) -> None:
    assert weak.gate().code == 6
    done = weak.do(*WORDS, "--steps", "40", "--processes", "2", "--json")
    assert done.code == 0, done.err
    assert done.json["record"]["processes"] == 2
    assert done.json["weights"] == "hardened.safetensors"
    assert len(weak.said("lineage")) == 1
    assert not list(weak.folder.glob(".seatrial/harden/*"))


@pytest.mark.slow
def test_torchrun_and_workers_make_the_same_model(weak) -> None:
    assert weak.do(*WORDS, "--steps", "40", "--processes", "2", "--out", "ours.safetensors").code == 0
    read = weak.do(*WORDS, "--steps", "40", "--processes", "2", "--workers", "1", "--out", "read.safetensors")
    assert read.code == 0, read.err
    command = [sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]
    words = [*WORDS, "--steps", "40", "--quiet", "--out", "theirs.safetensors"]
    run = subprocess.run(
        [*command, "-m", "seatrial", *words],
        cwd=weak.folder,
        env={**os.environ, **weak.environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout.count("New weights") == 1
    assert made(weak, "ours") == made(weak, "theirs") == made(weak, "read")


@pytest.mark.slow
def test_killed_with_all_that_it_started_it_ends_in_the_same_weights(weak) -> None:
    words = (*WORDS, "--steps", "300", "--processes", "2", "--quiet", "--out")
    assert weak.do(*words, "whole.safetensors").code == 0
    process = weak.start(*words, "again.safetensors")
    until(lambda: put_down(weak) > 1, process)
    ranks = psutil.Process(process.pid).children(recursive=True)
    process.kill()
    process.communicate()
    assert psutil.wait_procs(ranks, timeout=30)[1] == []
    assert not (weak.folder / "again.safetensors").exists()
    done = weak.do(*words[:-2], "--out", "again.safetensors")
    assert done.code == 0, done.err
    assert "goes on after" in done.err
    assert made(weak, "whole") == made(weak, "again")


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("--processes", "0"), 2, "--processes"),
        (("--workers", "-1"), 2, "--workers"),
        (("--processes", "2", "--launcher", "raay"), 2, "did you mean ray?"),
        (("--workers", "1", "--remedy", "calibration.temperature"), 2, "does not train update by update"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_trained(weak, words, code, said) -> None:
    refused = weak.do(*WORDS, *words)
    assert refused.code == code
    assert said in " ".join((refused.out + refused.err).split())
    assert not (weak.folder / "hardened.safetensors").exists()


def test_what_ranks_refuse_is_told_once(weak) -> None:
    refused = weak.do(*WORDS, "--minutes", "0.0001", "--processes", "2", "--json")
    assert refused.code == 4
    assert refused.err.count("not enough for one pass") == 1
