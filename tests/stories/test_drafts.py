"""What `init` does with what people really bring: said clearly, all at once, and nothing written."""

import contextlib
import os
import pty
import shutil
import subprocess
import sys
import tracemalloc

import joblib
import numpy as np
import pandas as pd
import pytest
import skops.io
import torch
import yaml
from safetensors.torch import save_file
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from tests.stories.newcomer import COLUMNS, LABEL, NUMBERS, Desk, tumours, write_pictures, write_table

TORCH = ("--model", "model.py:build", "--weights", "model.safetensors")
TABLE = ("--model", "model.skops")
PLAIN = ("--model", "rules.py:predict", "--data", "numbers.csv", "--label", LABEL, "--classes", "malignant,benign")
"""A function of rows: the quickest to draft for."""
RULES = """\
import numpy as np


def predict(rows):
    return (np.asarray(rows)[:, 0] < 15).astype(int)


def by_name(rows):
    return (rows["mean_radius"] < 15).astype(int)


def measured(rows):
    return np.asarray(rows)[:, 0]


def shouted(rows):
    raise RuntimeError("no GPU")
"""


@pytest.fixture(scope="module")
def brought(tmp_path_factory):
    """A folder with models and data, made once; tests get a copy."""
    folder = tmp_path_factory.mktemp("brought")
    write_table(folder)
    write_pictures(folder, 220)
    table = tumours()[200:]
    (folder / "rules.py").write_text(RULES)
    table[[*NUMBERS, LABEL]].to_csv(folder / "numbers.csv", index=False)
    random = np.random.default_rng(1)
    images = random.random((120, 1, 8, 8)).astype(np.float32)
    np.savez(folder / "cases.npz", x=images, y=np.arange(120) % 10)
    return folder


@pytest.fixture
def desk(brought, tmp_path, monkeypatch):
    monkeypatch.setenv("SEATRIAL_LOG", str(tmp_path / "log"))
    monkeypatch.setenv("SEATRIAL_KEY", str(tmp_path / "key"))
    shutil.copytree(brought, tmp_path / "work")
    return Desk(tmp_path / "work")


def rows(desk, change, name="changed.csv"):
    """Write the rows of the CSV, changed, as another file."""
    change(pd.read_csv(desk.folder / "rows.csv")).to_csv(desk.folder / name, index=False)
    return name


def refused(desk, *words, code=2):
    """Everything that `init` says is wrong, on one line; it must have written nothing."""
    before = {path.name for path in desk.folder.iterdir()}
    found, out, err = desk.do("init", *words, "--quiet")
    assert found == code, out + err
    assert {path.name for path in desk.folder.iterdir()} - before <= {".seatrial"}
    assert not (desk.folder.parent / "key").exists()
    assert "Traceback" not in err
    return " ".join(err.split())


def drafted(desk, *words):
    """The charter that `init` writes, and what it said."""
    code, out, err = desk.do("init", *words, "--quiet")
    assert code == 0, err
    assert desk.do("lint")[0] == 0
    return yaml.safe_load(desk.charter.read_text()), out


def test_a_model_that_does_not_load(desk) -> None:
    (desk.folder / "broken.py").write_text("import nothing_of_the_kind\n")
    said = refused(desk, "--model", "broken.py:build", *TORCH[2:], "--data", "images", "--yes", code=4)
    assert "nothing_of_the_kind" in said
    (desk.folder / "model.skops").write_bytes(b"PK\x03\x04 nonsense")
    assert "model.skops" in refused(desk, *TABLE, "--data", "rows.csv", "--yes", code=4)
    (desk.folder / "model.py").write_text("def build():\n    raise RuntimeError('no GPU')\n")
    assert "no GPU (model.py, line 2)" in refused(desk, *TORCH, "--data", "images", "--yes", code=4)


def test_names_of_no_model(desk) -> None:
    assert "--weights model.safetensors" in refused(desk, "--model", "model.safetensors", "--data", "images", "--yes")
    shutil.copy(desk.folder / "model.safetensors", desk.folder / "other.safetensors")
    assert "its weights" in refused(desk, "--model", "model.py:build", "--data", "images", "--yes")
    assert "no file mdel.skops" in refused(desk, "--model", "mdel.skops", "--data", "rows.csv", "--yes")
    (desk.folder / "a.onnx").write_bytes(b"x")
    assert ".onnx" in refused(desk, "--model", "a.onnx", "--data", "images", "--yes")
    assert "model.py:build" in refused(desk, "--model", "model.py", "--data", "images", "--yes")


def test_data_that_is_not_there(desk) -> None:
    assert "did you mean rows.csv" in refused(desk, *TABLE, "--data", "row.csv", "--yes")


def test_one_class(desk) -> None:
    name = rows(desk, lambda table: table[table[LABEL] == "benign"])
    assert "all labels are 'benign'" in refused(desk, *TABLE, "--data", name, "--yes")
    for folder in list((desk.folder / "images").iterdir())[1:]:
        shutil.rmtree(folder)
    assert "one class" in refused(desk, *TORCH, "--data", "images", "--yes")


def test_ten_rows(desk) -> None:
    name = rows(
        desk, lambda table: pd.concat([table[table[LABEL] == kind].head(5) for kind in ("benign", "malignant")])
    )
    said = refused(desk, *TABLE, "--data", name, "--yes")
    assert "10 different cases" in said
    assert "needs 50" in said


def test_numbers_and_texts_in_one_column(desk) -> None:
    def mixed(table):
        table = table.astype({"mean_radius": object})
        table.loc[7, "mean_radius"] = "unknown"
        return table

    said = refused(desk, *TABLE, "--data", rows(desk, mixed), "--yes")
    assert "mean_radius" in said
    assert "line 9: 'unknown'" in said


def test_an_empty_folder(desk) -> None:
    (desk.folder / "nothing").mkdir()
    assert "nothing: is empty" in refused(desk, *TORCH, "--data", "nothing", "--yes")
    (desk.folder / "nothing" / "cat").mkdir()
    assert "no image" in refused(desk, *TORCH, "--data", "nothing", "--yes")


def test_a_file_of_five_gigabytes_is_not_read_to_its_end(desk) -> None:
    table = pd.read_csv(desk.folder / "numbers.csv")
    long = pd.concat([table.assign(mean_radius=table["mean_radius"] + at / 1000) for at in range(20)])
    long.to_csv(desk.folder / "numbers.csv", index=False)
    with (desk.folder / "numbers.csv").open("r+b") as file:
        file.truncate(5 << 30)
    tracemalloc.start()
    code, out, err = desk.do("init", *PLAIN, "--yes", "--quiet")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert code == 0, err
    assert "a long file, of which the first" in out
    assert peak < 200 << 20
    charter = yaml.safe_load(desk.charter.read_text())
    assert charter["cases"]["path"] == "numbers.csv"
    assert charter["cases"]["per_attempt"] == 500


def test_labels_that_the_model_does_not_know(desk) -> None:
    name = rows(desk, lambda table: table.assign(**{LABEL: table[LABEL].replace("benign", "harmless")}))
    said = refused(desk, *TABLE, "--data", name, "--yes")
    assert "'harmless'" in said
    assert "benign, malignant" in said
    np.savez(desk.folder / "many.npz", x=np.random.default_rng(1).random((120, 1, 8, 8)), y=np.arange(120) % 12)
    assert "labels 10, 11" in refused(desk, *TORCH, "--data", "many.npz", "--yes")
    np.savez(desk.folder / "words.npz", x=np.zeros((60, 1, 8, 8)), y=np.array(["a", "b"])[np.arange(60) % 2])
    assert "positions" in refused(desk, *TORCH, "--data", "words.npz", "--yes")


def test_more_classes_than_folders(desk) -> None:
    shutil.rmtree(desk.folder / "images" / "zero")
    said = refused(desk, *TORCH, "--data", "images", "--yes")
    assert "10 classes, and the data has 9" in said
    assert "--classes" in said


def test_inputs_of_another_shape(desk) -> None:
    np.savez(desk.folder / "wide.npz", x=np.zeros((60, 3, 5), dtype=np.float32), y=np.arange(60) % 10)
    said = refused(desk, *TORCH, "--data", "wide.npz", "--yes")
    assert "one case of the data has shape [3, 5]" in said
    assert "64" in said
    said = refused(desk, *TORCH, "--data", "numbers.csv", "--yes")
    assert "takes 64 numbers" in said
    assert "--columns" in said


def test_labels_as_texts_and_features_in_another_order(desk) -> None:
    name = rows(desk, lambda table: table[table.columns[::-1]])
    charter, out = drafted(desk, *TABLE, "--data", name, "--yes")
    assert list(charter["cases"]["columns"]) == COLUMNS
    assert "not that of the file" in out
    assert charter["cases"]["classes"] == ["benign", "malignant"]
    assert charter["target"]["input"] == {"takes": "table"}


def test_a_feature_that_is_missing(desk) -> None:
    name = rows(desk, lambda table: table.rename(columns={"mean_area": "mean_aera"}))
    said = refused(desk, *TABLE, "--data", name, "--yes")
    assert "no column 'mean_area'" in said
    assert "mean_aera" in said


def test_a_label_that_is_not_there(desk) -> None:
    assert f"did you mean {LABEL}" in refused(desk, *TABLE, "--data", "rows.csv", "--label", "diagnose", "--yes")
    name = rows(desk, lambda table: table.assign(**{LABEL: np.linspace(0, 1, len(table))}))
    assert "no column" in refused(desk, *TABLE, "--data", name, "--yes")
    name = rows(desk, lambda table: table.assign(**{LABEL: table[LABEL].where(table.index > 3, "")}))
    assert "have no diagnosis" in refused(desk, *TABLE, "--data", name, "--label", LABEL, "--yes")


def test_a_pickle_only_with_unsafe(desk) -> None:
    table = tumours()[:200]
    model = LogisticRegression(max_iter=1000).fit(table[NUMBERS].to_numpy(), table[LABEL])
    joblib.dump(model, desk.folder / "model.joblib")
    said = refused(desk, "--model", "model.joblib", "--data", "numbers.csv", "--label", LABEL, "--yes", code=4)
    assert "--unsafe" in said
    words = ("--model", "model.joblib", "--data", "numbers.csv", "--yes", "--unsafe")
    charter, out = drafted(desk, *words)
    assert charter["target"]["unsafe"] is True
    assert charter["cases"]["classes"] == ["benign", "malignant"]
    assert charter["cases"]["columns"] == NUMBERS
    assert f"--label {LABEL}" in out


def test_a_regressor_is_no_classifier(desk) -> None:
    said = refused(desk, "--model", "rules.py:measured", "--data", "numbers.csv", "--label", LABEL, "--yes")
    assert "gives value" in said


def test_a_function_of_rows(desk) -> None:
    words = ("--data", "numbers.csv", "--label", LABEL, "--classes", "malignant,benign", "--yes")
    charter, _ = drafted(desk, "--model", "rules.py:predict", *words)
    assert charter["target"]["load"] == "rules:predict"
    assert charter["target"]["gives"] == "labels"
    assert charter["cases"]["classes"] == ["malignant", "benign"]
    assert charter["cases"]["form"] == "array"
    assert float(charter["clauses"]["clean"]["require"].split()[2]) > 0.6


def test_a_function_of_a_table(desk) -> None:
    words = ("--data", "rows.csv", "--label", LABEL, "--classes", "malignant,benign", "--yes")
    charter, _ = drafted(desk, "--model", "rules.py:by_name", *words)
    assert charter["target"]["input"]["takes"] == "table"
    assert charter["target"]["input"]["columns"]["mean_area"] == ["large", "medium", "small"]


def test_a_pipeline_of_texts(desk) -> None:
    random = np.random.default_rng(1)
    words = [["calm", "bright", "solid"], ["leaky", "cold", "broken"]]
    moods = random.integers(0, 2, 220)
    texts = [
        f"ship {at} was {random.choice(words[mood])} and {random.choice(words[mood])}" for at, mood in enumerate(moods)
    ]
    names = np.array(["fine", "poor"])[moods]
    skops.io.dump(make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, names), desk.folder / "mood.skops")
    pd.DataFrame({"review": texts, "mood": names}).to_csv(desk.folder / "reviews.csv", index=False)
    charter, _ = drafted(desk, "--model", "mood.skops", "--data", "reviews.csv", "--label", "mood", "--yes")
    assert charter["cases"] | {"kind": "texts", "text": "review", "classes": ["fine", "poor"]} == charter["cases"]
    assert charter["target"]["input"] == {"takes": "texts"}
    assert {"clean", "typos", "look-alikes", "worst-misspellings"} <= set(charter["clauses"])


def test_classes_in_a_wrong_order_raise_a_doubt(desk) -> None:
    words = ("--data", "numbers.csv", "--label", LABEL, "--classes", "benign,malignant", "--yes")
    _, out = drafted(desk, "--model", "rules.py:predict", *words)
    assert "which is what chance does" in out


def test_what_a_model_says_of_itself_cannot_be_said_otherwise(desk) -> None:
    words = (*TABLE, "--data", "rows.csv", "--label", LABEL, "--yes")
    assert "the model itself has benign,malignant" in refused(desk, *words, "--classes", "malignant,benign")
    said = refused(desk, *words, "--columns", "mean_radius,mean_aera")
    assert "names mean_radius, mean_aera; the model was fitted on" in said
    drafted(desk, *words, "--columns", ",".join(reversed(COLUMNS)), "--classes", "benign,malignant")


def test_one_sigmoid_is_refused_and_taken_as_two_columns(desk) -> None:
    one = "nn.Sequential(nn.Flatten(), nn.Linear(64, 1), nn.Sigmoid())"
    both = "    network.register_forward_hook(lambda module, given, p: torch.cat([1 - p, p], dim=1))\n"
    code = f"import torch\nfrom torch import nn\n\n\ndef one():\n    return {one}\n\n\n"
    desk.folder.joinpath("odd.py").write_text(f"{code}def both():\n    network = one()\n{both}    return network\n")
    save_file({"1.weight": torch.full((1, 64), 0.1), "1.bias": torch.full((1,), -3.2)}, desk.folder / "odd.safetensors")
    images = np.random.default_rng(2).random((120, 1, 8, 8)).astype(np.float32)
    np.savez(desk.folder / "halves.npz", x=images, y=(images.sum((1, 2, 3)) > 32).astype(int))
    words = ("--weights", "odd.safetensors", "--data", "halves.npz", "--yes")
    said = refused(desk, "--model", "odd.py:one", *words)
    assert "answers one number per input" in said
    assert "two columns, 1 - p and p" in said
    assert "--data:" not in said
    charter, _ = drafted(desk, "--model", "odd.py:both", *words)
    assert charter["target"]["gives"] == "probabilities"


def test_an_archive_and_a_bundled_set(desk) -> None:
    charter, _ = drafted(desk, *TORCH, "--data", "cases.npz", "--yes")
    assert charter["cases"] | {"kind": "npz", "path": "cases.npz"} == charter["cases"]
    assert charter["target"]["input"] == {"shape": [1, 8, 8], "range": [0, 1]}
    desk.charter.unlink()
    charter, _ = drafted(desk, *TORCH, "--data", "digits", "--eps", "8/255", "--yes")
    assert charter["cases"] | {"kind": "bundled", "name": "digits"} == charter["cases"]
    assert charter["clauses"]["imperceptible-change"]["scenarios"][0]["eps"] == pytest.approx(8 / 255)


def found(desk):
    """What a charter says of model and cases, and of what needs no chance."""
    return desk.charter.read_text().partition("malformed-input:")[0]


@pytest.mark.parametrize("suffix", ["parquet", "jsonl", "tsv"])
def test_other_files_of_rows(desk, suffix) -> None:
    table = pd.read_csv(desk.folder / "numbers.csv")
    name = f"numbers.{suffix}"
    if suffix == "parquet":
        table.to_parquet(desk.folder / name)
    elif suffix == "jsonl":
        table.to_json(desk.folder / name, orient="records", lines=True)
    else:
        table.to_csv(desk.folder / name, sep="\t", index=False)
    drafted(desk, *PLAIN, "--yes")
    before = found(desk)
    desk.charter.unlink()
    drafted(desk, *PLAIN[:3], name, *PLAIN[4:], "--yes")
    assert found(desk).replace(name, "numbers.csv") == before


def test_the_same_input_gives_the_same_text(desk) -> None:
    drafted(desk, *TORCH, "--data", "cases.npz", "--yes")
    before = desk.charter.read_text()
    shutil.rmtree(desk.folder / ".seatrial")
    desk.charter.unlink()
    drafted(desk, *TORCH, "--data", "cases.npz", "--yes")
    assert desk.charter.read_text() == before


def test_a_charter_that_is_there_is_kept(desk) -> None:
    drafted(desk, *PLAIN, "--yes")
    desk.charter.write_text(desk.charter.read_text().replace("owner: ", "owner: not-"))
    before = desk.charter.read_text()
    code, out, _ = desk.do("init", *PLAIN, "--yes")
    assert code == 0
    assert "is kept" in out
    assert desk.charter.read_text() == before


def test_a_charter_in_another_folder_names_its_files_from_there(desk) -> None:
    (desk.folder / "deep" / "er").mkdir(parents=True)
    (desk.folder / "rules.py").rename(desk.folder / "deep" / "er" / "rules.py")
    words = ("--model", "deep/er/rules.py:predict", *PLAIN[2:], "--yes", "--quiet")
    code, _, err = desk.do("init", "deep/er/charter.yaml", *words)
    assert code == 0, err
    charter = yaml.safe_load((desk.folder / "deep" / "er" / "charter.yaml").read_text())
    assert charter["target"]["load"] == "rules:predict"
    assert charter["cases"]["path"] == "../../numbers.csv"
    code, _, err = desk.do("init", "other.yaml", *words)
    assert code == 0, err
    assert yaml.safe_load((desk.folder / "other.yaml").read_text())["target"]["load"] == "deep.er.rules:predict"
    code, _, err = desk.do("init", "nowhere/charter.yaml", *words)
    assert code == 2
    assert "no such folder" in err


def test_where_nobody_can_be_asked_every_question_is_named_with_its_option(desk) -> None:
    said = refused(desk, "--model", "rules.py:predict", "--data", "numbers.csv")
    assert {"--label:", "--classes:", "--name:"} <= set(said.split())
    assert f"--yes takes {LABEL}" in said
    said = refused(desk, *TORCH, "--data", "cases.npz")
    assert "--eps" in said
    said = refused(desk, *TABLE)
    assert "--data" in said
    charter, out = drafted(desk, *TORCH, "--data", "cases.npz", "--name", "n", "--eps", "0.1")
    assert "\ntaken" not in out
    assert charter["system"]["name"] == "n"


def test_the_only_weights_beside_a_builder_are_taken_and_said(desk) -> None:
    _, out = drafted(desk, *TORCH[:2], "--data", "cases.npz", "--yes")
    assert "taken       --weights model.safetensors" in out


def test_pictures_in_bytes_get_a_change_in_bytes(desk) -> None:
    images = np.random.default_rng(1).integers(0, 256, (120, 1, 8, 8), dtype=np.uint8)
    np.savez(desk.folder / "bytes.npz", x=images, y=np.arange(120) % 10)
    charter, _ = drafted(desk, *TORCH, "--data", "bytes.npz", "--yes")
    assert charter["target"]["input"]["range"] == [0, 255]
    [scenario] = charter["clauses"]["imperceptible-change"]["scenarios"]
    assert scenario["threat"]["eps"] == 25.5
    assert scenario["against"] == ["evasion.pgd"]


def test_a_person_is_asked_with_the_reason_and_the_default(desk) -> None:
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "seatrial", "init", *PLAIN[:4], "--quiet"]
    asked = subprocess.Popen(words, cwd=desk.folder, stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True)
    os.close(theirs)
    os.write(ours, b"\nmalignant,benign\nsorter\n")
    said = b""
    with contextlib.suppress(OSError):
        while part := os.read(ours, 4096):
            said += part
    assert asked.wait(timeout=120) == 0
    text = said.decode()
    for word in ("Which column", "(--label)", "[diagnosis]", "In which order", "[benign,malignant]", "first draft"):
        assert word in text
    charter = yaml.safe_load(desk.charter.read_text())
    assert charter["system"]["name"] == "sorter"
    assert charter["cases"]["classes"] == ["malignant", "benign"]


def test_a_missing_extra_is_named_with_the_command_that_installs_it(desk) -> None:
    pictures = ("--data", "images")
    lines = [(*TABLE, "--data", "rows.csv"), (*TORCH, *pictures), (*PLAIN[:2], *pictures)]
    code = (
        "import sys\n"
        "class Gone:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.split('.')[0] in ('skops', 'torch', 'PIL'): raise ModuleNotFoundError(name, name=name)\n"
        "sys.meta_path.insert(0, Gone())\n"
        "from seatrial.cli.app import run_app\n"
        f"for words in {lines!r}:\n"
        "    print(run_app(['init', *words, '--yes', '--quiet']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=desk.folder, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["2", "2", "2"]
    commands = [line.strip() for line in done.stderr.splitlines() if "pip install" in line]
    assert commands == [f"pip install 'seatrial[{extra}]'" for extra in ("sklearn", "torch", "data")]
    assert not desk.charter.exists()


def test_yes_prints_every_default_that_it_takes(desk) -> None:
    _, out = drafted(desk, "--model", "rules.py:predict", "--data", "numbers.csv", "--yes")
    taken = [line.split()[1] for line in out.splitlines() if line.startswith("taken")]
    assert taken == ["--label", "--classes", "--name"]
