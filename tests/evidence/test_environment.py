import getpass
import json
import platform
import subprocess
import sys
from pathlib import Path

import pytest

from seatrial.errors import EvidenceError, InputError
from seatrial.evidence.environment import PACKED, fingerprint, packed, stated, unpacked, variable
from seatrial.proof.canonical import digest


def test_it_says_what_can_change_bytes() -> None:
    found = fingerprint(settings={"torch.threads": "1", "network.host": "api.example"})
    assert found["python"] == f"CPython {platform.python_version()}"
    assert found["setting.torch.threads"] == "1"
    assert found["network.host"] == "api.example"
    wanted = {"os", "os.kernel", "libc", "python.build", "cpu.model", "cpu.flags", "cpu.count", "memory.total"}
    wanted |= {"container", "locale", "locale.timezone", "code.seatrial", "package.numpy", "record.numpy"}
    assert wanted <= {name for name, value in found.items() if value}
    assert "package.lightgbm" not in found
    assert all(isinstance(value, str) for value in found.values())
    assert list(found) == sorted(found)


def test_threads_are_recorded_even_if_unset_and_families_if_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "3")
    monkeypatch.setenv("KMP_AFFINITY", "compact")
    monkeypatch.delenv("MKL_CBWR", raising=False)
    found = fingerprint()
    assert found["variable.OMP_NUM_THREADS"] == "3"
    assert found["variable.KMP_AFFINITY"] == "compact"
    assert found["variable.MKL_CBWR"] == ""
    monkeypatch.delenv("KMP_AFFINITY")
    assert "variable.KMP_AFFINITY" not in fingerprint()


def test_two_fingerprints_of_one_machine_are_equal_in_this_process_and_the_next() -> None:
    here = fingerprint()
    assert here == fingerprint()
    code = "import json, seatrial.evidence.environment as e; print(json.dumps(e.fingerprint()))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    there = json.loads(done.stdout)
    # Who works on seatrial may save a file in between.
    assert {**there, "code.seatrial": ""} == {**here, "code.seatrial": ""}


def test_no_names_of_machine_and_user_no_paths_and_no_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Everything that could give somebody away is put where it is looked for."""
    user, home = "gwendolyn", "/srv/people/gwendolyn"
    for name in ("LOGNAME", "USER"):
        monkeypatch.setenv(name, user)
    monkeypatch.setenv("HOME", home)
    monkeypatch.setenv("LD_PRELOAD", f"{home}/lib/libjemalloc.so.2:/usr/lib/libtcmalloc.so.4")
    monkeypatch.setenv("TORCH_HOME", f"{home}/.cache/torch")
    monkeypatch.setenv("CUDA_CACHE_PATH", "C:\\Users\\gwendolyn\\cache")
    monkeypatch.setenv("TF_API_TOKEN", "hunter2-hunter2")
    monkeypatch.setenv("PYTORCH_SECRET_KEY", "hunter2-hunter2")
    monkeypatch.setenv("CI_JOB_IMAGE", f"registry.internal.example/{user}/trial@sha256:{'a' * 64}")
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_SHA", "0123abc")
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "10.1.2.3")
    assert getpass.getuser() == user
    settings = {"model": f"read from {home}/weights.bin by {user} on {platform.node()}", "home": "~/models/a"}
    found = fingerprint(project=tmp_path, settings=settings)
    text = json.dumps({name: value for name, value in found.items() if not name.startswith(("package.", "record."))})
    for secret in (user, "/srv", "Users", "hunter2", "registry.internal", "10.1.2.3", str(tmp_path), sys.prefix):
        assert secret not in text, secret
    assert platform.node() not in text.split('"')
    assert found["setting.home"] == "(a path)"
    assert found["variable.LD_PRELOAD"] == "libjemalloc.so.2 libtcmalloc.so.4"
    assert found["container.image"] == f"trial@sha256:{'a' * 64}"
    assert (found["ci"], found["ci.commit"]) == ("github", "0123abc")


def _git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", *who, "-C", str(folder), *words], check=True, capture_output=True)


def test_the_revision_of_the_project_and_what_was_changed(tmp_path: Path) -> None:
    assert "project.revision" not in fingerprint(project=tmp_path)
    _git(tmp_path, "init")
    (tmp_path / "model.py").write_text("1")
    (tmp_path / "checkpoint.txt").write_text("1")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    clean = fingerprint(project=tmp_path)
    assert len(clean["project.revision"]) == 40
    assert (clean["project.state"], clean["project.difference"]) == ("clean", "")
    (tmp_path / "model.py").write_text("2")
    changed = fingerprint(project=tmp_path)
    assert changed["project.state"] == "changed"
    (tmp_path / "model.py").write_text("3")
    assert fingerprint(project=tmp_path)["project.difference"] != changed["project.difference"] != ""
    (tmp_path / "new.py").write_text("3")
    assert fingerprint(project=tmp_path)["project.untracked"] == "1 files"


def test_what_a_run_writes_itself_is_no_change(tmp_path: Path) -> None:
    _git(tmp_path, "init")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "checkpoint.txt").write_text("1")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "-m", "first")
    before = fingerprint(project=tmp_path / "sub")
    (tmp_path / "sub" / "checkpoint.txt").write_text("2")
    (tmp_path / "sub" / "trust.json").write_text("2")
    assert fingerprint(project=tmp_path / "sub") == before
    (tmp_path / "other.py").write_text("beside the folder of the charter")
    assert fingerprint(project=tmp_path / "sub")["project.untracked"] == "1 files"


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SEATRIAL_LOG", "")
    assert variable("SEATRIAL_LOG") is None
    monkeypatch.setenv("SEATRIAL_LOG", "/kept")
    assert variable("SEATRIAL_LOG") == "/kept"


def test_no_framework_is_imported_to_name_its_version() -> None:
    load = "import sys, seatrial.evidence.environment as e; e.fingerprint();"
    code = load + " print({'torch', 'sklearn', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_packing_keeps_the_compute_path_in_sight_and_loses_nothing() -> None:
    whole = fingerprint()
    kept, blob = packed(whole)
    assert kept[PACKED] == digest(blob)
    assert {"package.numpy", "record.numpy", "package.seatrial", "cpu.flags"} <= kept.keys()
    assert "package.pytest" not in kept
    assert unpacked(kept, {digest(blob): blob}.__getitem__) == whole
    assert len(json.dumps(kept)) < 8_000


def test_a_record_of_the_first_form_is_read_as_it_is() -> None:
    fields = {"python": "CPython 3.11.0", "package.torch": "2.1"}
    assert packed(fields)[0] == fields
    assert unpacked(fields, {}.__getitem__) == fields


@pytest.mark.parametrize("blob", [b"[]", b'{"package.a":1}'])
def test_a_list_of_packages_that_is_none_is_refused(blob: bytes) -> None:
    with pytest.raises(EvidenceError, match="no list of packages"):
        unpacked({PACKED: digest(blob)}, {digest(blob): blob}.__getitem__)


def test_the_list_of_packages_cannot_overrule_the_statement() -> None:
    blob = b'{"cpu.flags":"avx512f","package.a":"1"}'
    assert unpacked({"cpu.flags": "avx2", PACKED: digest(blob)}, lambda _: blob)["cpu.flags"] == "avx2"


def test_flags_and_window_are_the_users_own_words() -> None:
    given = stated({"new-reader": "on"}, "2027-03-01/2027-03-07")
    assert given == {"flag.new-reader": "on", "window": "2027-03-01/2027-03-07"}
    assert given.items() <= fingerprint(given=given).items()
    assert stated({}, "2027-03-01T06:00:00Z/2027-03-07T18:00:00+01:00")
    assert stated({}) == {}


@pytest.mark.parametrize(
    ("flags", "window", "says"),
    [
        ({"api_key": "1"}, "", "secret"),
        ({"ACCESS_TOKEN": "1"}, "", "secret"),
        ({"a b": "1"}, "", "cannot name a flag"),
        ({"": "1"}, "", "cannot name a flag"),
        ({}, "next week", "no interval"),
        ({}, "2027-03-07/2027-03-01", "no interval"),
        ({}, "2027-03-01", "no interval"),
    ],
)
def test_what_cannot_be_recorded_is_refused(flags: dict[str, str], window: str, says: str) -> None:
    with pytest.raises(InputError, match=says):
        stated(flags, window)


def test_all_mistakes_come_at_once() -> None:
    with pytest.raises(InputError) as caught:
        stated({"password": "x", "a b": "x"}, "soon")
    assert len(caught.value.problems) == 3
