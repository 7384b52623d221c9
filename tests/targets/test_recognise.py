"""What a model is by its name, and what its file says of itself before it meets data."""

from pathlib import Path

import numpy as np
import pytest
import skops.io
from safetensors.torch import save_file
from sklearn.ensemble import RandomForestClassifier
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from torch import nn

from seatrial.errors import InputError, TargetError
from seatrial.targets.recognise import beside, recognised

CODE = """\
import numpy as np
from torch import nn


def dense():
    return nn.Sequential(nn.Flatten(), nn.Linear(64, 10))


def convolved():
    return nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(16, 10))


def predict(rows, scale=1):
    return np.zeros(len(rows), dtype=int)


def nothing():
    return 7


LIMIT = 3
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "model.py").write_text(CODE)
    for name, module in (("dense", nn.Linear(64, 10)), ("convolved", nn.Conv2d(3, 4, 3))):
        parts = [nn.Flatten(), module] if name == "dense" else [module, nn.Flatten(), nn.Linear(16, 10)]
        save_file(nn.Sequential(*parts).state_dict(), tmp_path / f"{name}.safetensors")
    return tmp_path


def saved(folder, estimator, name="model.skops"):
    skops.io.dump(estimator, folder / name)
    return str(folder / name)


def test_the_first_layer_says_what_it_takes(folder) -> None:
    dense = recognised("model:dense", folder / "dense.safetensors", folder)
    assert (dense.layer, dense.width) == ("numbers", 64)
    assert dense.block == {"kind": "torch", "load": "model:dense", "weights": "dense.safetensors"}
    convolved = recognised(f"{folder}/model.py:convolved", folder / "convolved.safetensors", folder)
    assert (convolved.layer, convolved.width) == ("channels", 3)
    assert convolved.block["load"] == "model:convolved"


def test_weights_of_another_module_do_not_fit(folder) -> None:
    with pytest.raises(TargetError, match="the file does not"):
        recognised("model:dense", folder / "convolved.safetensors", folder)


def test_a_function_of_a_batch_is_known_by_its_arguments(folder) -> None:
    assert recognised("model:predict", None, folder).block == {"kind": "callable", "load": "model:predict"}


@pytest.mark.parametrize(
    ("name", "error", "said"),
    [
        ("model:dense", InputError, "--weights"),
        ("model:nothing", TargetError, "returns int"),
        ("model:LIMIT", TargetError, "no function"),
        ("model:absent", TargetError, "absent"),
        ("other.py:dense", InputError, "no file other.py"),
        ("x.onnx", InputError, "no loader"),
        ("x", InputError, "is not there"),
        (str(Path(__file__).parent), InputError, "is no model"),
    ],
)
def test_what_is_no_model(folder, name, error, said) -> None:
    with pytest.raises(error, match=said):
        recognised(name, None, folder)


def test_code_must_lie_beside_the_charter(folder, tmp_path) -> None:
    (folder / "work").mkdir()
    with pytest.raises(InputError, match="beside the charter"):
        recognised(str(folder / "model.py") + ":predict", None, folder / "work")


def test_an_estimator_tells_its_classes_and_columns(folder) -> None:
    rows, labels = np.random.default_rng(1).random((40, 3)), np.array(["no", "yes"])[np.arange(40) % 2]
    plain = recognised(saved(folder, LogisticRegression().fit(rows, labels)), None, folder)
    assert (plain.features, plain.classes, plain.columns, plain.texts) == (3, ("no", "yes"), (), False)
    assert plain.block == {"kind": "sklearn", "weights": "model.skops"}


def test_ordinary_types_are_trusted_and_named(folder) -> None:
    rows, labels = np.random.default_rng(1).random((40, 3)), np.arange(40) % 2
    forest = recognised(saved(folder, RandomForestClassifier(3).fit(rows, labels)), None, folder)
    assert forest.block["trusted"] == ["sklearn.tree._tree.Tree"]
    assert forest.classes == (0, 1)
    assert all(type(one) is int for one in forest.classes)
    assert "Tree" in forest.notes[0]


def test_types_that_could_run_code_are_the_users_word(folder) -> None:
    rows, labels = np.random.default_rng(1).random((40, 3)), np.arange(40) % 2
    odd = make_pipeline(FunctionTransformer(np.testing.assert_equal, kw_args={"desired": 0}), LogisticRegression())
    odd.steps[1][1].fit(rows, labels)
    name = saved(folder, odd)
    with pytest.raises(TargetError, match=r"--trust numpy\.testing") as error:
        recognised(name, None, folder)
    types = [word for word in error.value.problems[0].hint.split() if "." in word]
    trusted = recognised(name, None, folder, trusted=types)
    assert trusted.block["trusted"] == types


def test_a_model_of_texts_is_known_by_its_first_step(folder) -> None:
    model = make_pipeline(CountVectorizer(), LogisticRegression()).fit(["good ship", "bad ship"] * 5, [1, 0] * 5)
    assert recognised(saved(folder, model), None, folder).texts


def test_what_cannot_predict_is_no_model(folder) -> None:
    with pytest.raises(TargetError, match="cannot predict"):
        recognised(saved(folder, CountVectorizer().fit(["a ship"])), None, folder)


def test_a_path_is_named_from_the_charter(folder) -> None:
    assert beside(folder / "data" / "x.csv", folder) == "data/x.csv"
    assert beside(folder / "x.csv", folder / "deep") == "../x.csv"
