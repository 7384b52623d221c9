import os
import stat
from pathlib import Path

import pytest

from seatrial.evidence import machine


def test_no_accelerator_is_no_field_and_nothing_is_run(tmp_path: Path) -> None:
    assert machine.accelerators(probe=str(tmp_path / "never"), driver=str(tmp_path / "absent")) == {}


def test_an_accelerator_is_told_with_its_driver(tmp_path: Path) -> None:
    (tmp_path / "version").write_text("NVRM version: NVIDIA  580.1\nGCC version: x\n")
    probe = tmp_path / "nvidia-smi"
    probe.write_text('#!/bin/sh\necho "NVIDIA H200, 580.1, 96.00, Disabled, Enabled, 143771 MiB"\n')
    probe.chmod(probe.stat().st_mode | stat.S_IEXEC)
    found = machine.accelerators(probe=str(probe), driver=str(tmp_path / "version"))
    assert found["gpu.driver"] == "NVRM version: NVIDIA 580.1"
    assert (found["gpu.0.name"], found["gpu.0.driver.version"]) == ("NVIDIA H200", "580.1")
    assert "uuid" not in " ".join(found)
    silent = machine.accelerators(probe=str(tmp_path / "absent"), driver=str(tmp_path / "version"))
    assert set(silent) == {"gpu.driver"}


@pytest.mark.parametrize(
    ("files", "variables", "kind"),
    [
        ({}, {}, "none seen"),
        ({".dockerenv": ""}, {}, "docker"),
        ({"run/.containerenv": ""}, {}, "podman"),
        ({"proc/1/cgroup": "0::/kubepods/pod1\n"}, {}, "kubepods"),
        ({}, {"container": "lxc"}, "lxc"),
    ],
)
def test_which_container(tmp_path: Path, files: dict[str, str], variables: dict[str, str], kind: str) -> None:
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    assert machine.container(variables, root=tmp_path)["container"] == kind


def test_an_image_is_what_somebody_says_and_podman_is_believed_first(tmp_path: Path) -> None:
    digest = "b" * 64
    ours = {"SEATRIAL_IMAGE": f"harbour.example/team/trial:1@sha256:{digest}", "CI_JOB_IMAGE": "python:3.12"}
    found = machine.container(ours, root=tmp_path)
    assert found["container.image"] == f"trial:1@sha256:{digest}"
    assert found["container.says"] == "the variable SEATRIAL_IMAGE, unchecked"
    assert (
        machine.container({"CI_JOB_IMAGE": "python:3.12"}, root=tmp_path)["container.image"]
        == "python:3.12 (no digest)"
    )
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / ".containerenv").write_text(f'engine="podman-5"\nimageid="{"c" * 64}"\n')
    found = machine.container(ours, root=tmp_path)
    assert (found["container.image"], found["container.says"]) == (f"sha256:{'c' * 64}", "Podman")
    assert machine.container({}, root=tmp_path / "none")["container.says"] == ""


def test_memory_and_cores_are_what_the_system_grants() -> None:
    found = machine.memory() | machine.cpu()
    assert found["memory.total"].endswith("GiB")
    assert found["memory.address_space"]
    assert int(found["cpu.count"]) == len(os.sched_getaffinity(0))
    assert found["cpu.model"]
