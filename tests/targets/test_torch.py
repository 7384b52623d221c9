from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from safetensors.torch import load, save_file

from seatrial.errors import TargetError
from seatrial.records.batch import Array, Batch, Oddities
from seatrial.records.digest import column_digests
from seatrial.targets.target import Differentiable, Face, Trainable
from seatrial.targets.torch import TorchTarget, home, make
from seatrial.testing.targets import check_target

MODEL = """
import torch
from torch import nn


def build():
    return nn.Sequential(
        nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(), nn.Flatten(), nn.Dropout(0.5), nn.Linear(144, 3)
    )


def probabilities():
    return nn.Sequential(build(), nn.Softmax(1))


def flat():
    return nn.Sequential(build(), nn.Flatten(0))


def broken():
    raise RuntimeError("no licence for this layer")


def nothing():
    return 7


class Nan(nn.Module):
    def forward(self, inputs):
        return inputs.flatten(1)[:, :3] * float("nan")


class Dropped(nn.Module):
    def forward(self, inputs):
        return nn.functional.dropout(inputs.flatten(1)[:, :3], 0.2)


class Batched(nn.Module):
    def forward(self, inputs):
        return nn.functional.batch_norm(inputs, None, None, training=True).flatten(1)[:, :3]
"""
BLOCK = {"kind": "torch", "load": "net.model:build", "weights": "w.safetensors"}
INPUT = {"shape": [1, 8, 8], "range": [0, 1]}


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "net").mkdir()
    (tmp_path / "net" / "__init__.py").write_text("")
    (tmp_path / "net" / "model.py").write_text(MODEL)
    torch.random.default_generator.manual_seed(5)
    names = {}
    exec(MODEL, names)
    save_file(names["build"]().state_dict(), tmp_path / "w.safetensors")
    return tmp_path


def images(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 1, 8, 8), dtype=np.float32)


def batch(count: int) -> Batch:
    inputs = images(count)
    return Batch(column_digests(inputs), inputs)


def changed(**values):
    return {**BLOCK, "input": INPUT, **values}


def problems(block, folder) -> str:
    with pytest.raises(TargetError) as caught:
        make(block, folder)
    return str(caught.value)


def test_a_module_answers_as_it_would_alone(folder):
    target = make(changed(), folder)
    assert isinstance(target, Differentiable)
    assert isinstance(target, Trainable)
    assert target.face.classes == 3
    assert (target.face.takes, target.face.gives, target.face.shape) == (Array, "logits", (1, 8, 8))
    inputs = torch.tensor(images(16))
    with torch.no_grad():
        assert torch.equal(target.respond(inputs), target.module()(inputs))
    check_target(target, batch(37))


def test_gradient_is_that_of_the_weighted_sum(folder):
    target = make(changed(), folder)
    inputs, weights = torch.tensor(images(5)), torch.tensor([[1.0, -2.0, 0.5]]).expand(5, 3)
    responses, back = target.linearise(inputs)
    asked = inputs.clone().requires_grad_()
    (target.module()(asked) * weights).sum().backward()
    assert torch.allclose(back(weights), asked.grad, atol=1e-6)
    assert torch.equal(back(weights), back(weights))
    assert not responses.requires_grad
    assert not back(weights).requires_grad


def test_rows_do_not_know_their_neighbours_not_even_nan(folder):
    target = make(changed(), folder)
    inputs = images(33)
    whole = target.respond(inputs)
    crowd = inputs.copy()
    crowd[:32] = np.nan
    assert torch.equal(target.respond(crowd)[32], whole[32])
    assert torch.equal(target.respond(inputs[32:])[0], whole[32])


def test_without_padding_check_target_would_notice():
    torch.random.default_generator.manual_seed(1)
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(64, 64), torch.nn.ReLU(), torch.nn.Linear(64, 10))
    face = Face(Array, "logits", (1, 8, 8), 0, 1, 10)
    check_target(TorchTarget(module, face), batch(40))
    with pytest.raises(AssertionError, match="has other bytes when"):
        check_target(TorchTarget(module, face, pad=1), batch(40))


def test_the_users_module_stays_as_it_is():
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.BatchNorm1d(64), torch.nn.Linear(64, 3)).train()
    module[2].weight.grad = torch.ones(3, 64)
    before = {name: value.clone() for name, value in module.state_dict().items()}
    chance = torch.random.get_rng_state()
    target = TorchTarget(module, Face(Array, "logits", (1, 8, 8)))
    target.respond(images(4))
    target.linearise(images(4))[1](torch.ones(4, 3))
    assert torch.equal(chance, torch.random.get_rng_state())
    assert module.training
    assert all(parameter.requires_grad for parameter in module.parameters())
    assert torch.equal(module[2].weight.grad, torch.ones(3, 64))
    assert all(torch.equal(value, before[name]) for name, value in module.state_dict().items())


def test_building_leaves_the_global_chance_alone(folder):
    chance = torch.random.get_rng_state()
    make(changed(), folder)
    assert torch.equal(chance, torch.random.get_rng_state())


def test_trained_weights_come_back_by_the_same_door(folder):
    target = make(changed(), folder)
    module = target.module()
    with torch.no_grad():
        module[5].bias += 1
    (folder / "w2.safetensors").write_bytes(target.saved(module))
    again = make(changed(weights="w2.safetensors"), folder)
    assert torch.allclose(again.respond(images(3)), target.respond(images(3)) + 1, atol=1e-6)
    assert set(load(target.saved(module))) == set(module.state_dict())


def test_state_dict_goes_through_weights_only(folder):
    target = make(changed(), folder)
    for name, new in (("w.pt", True), ("old.pth", False)):
        torch.save(target.module().state_dict(), folder / name, _use_new_zipfile_serialization=new)
        again = make(changed(weights=name), folder)
        assert torch.equal(again.respond(images(3)), target.respond(images(3)))


@pytest.mark.filterwarnings("ignore::FutureWarning", "ignore::DeprecationWarning")
def test_what_can_run_code_loads_with_unsafe(folder):
    target = make(changed(), folder)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.jit.save(torch.jit.script(target.module()), str(folder / "m.ts"))
        rows = ({0: torch.export.Dim("n", min=2, max=4096)},)
        program = torch.export.export(target.module(), (torch.zeros(16, 1, 8, 8),), dynamic_shapes=rows)
        torch.export.save(program, folder / "m.pt2")
    torch.save(target.module(), folder / "m.pt")
    for name in ("m.ts", "m.pt2", "m.pt"):
        block = {"weights": name, "unsafe": True, "input": INPUT}
        again = make(block, folder)
        assert torch.allclose(again.respond(images(3)), target.respond(images(3)), atol=1e-5)
        check_target(again, batch(20))


def test_all_mistakes_at_once(folder):
    said = problems({"kind": "torch", "load": "net.modle:build", "weights": "gone.safetensors", "wieghts": 1}, folder)
    assert "target.wieghts: is unknown here" in said
    assert "target.input: is missing" in said
    assert "gone.safetensors" in said
    assert "net.modle cannot be imported" in said
    assert "No module named 'net.modle'" in said


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"load": "net.model:biuld"}, "net.model has no 'biuld'"),
        ({"load": "net.model"}, "'net.model' names nothing"),
        ({"load": "net.model:broken"}, r"raised RuntimeError: no licence for this layer \(model.py, line 21\)"),
        ({"load": "net.model:nothing"}, "returned int"),
        ({"input": {"shape": [1, 9, 8]}}, r"the model raised for inputs of shape \(16, 1, 9, 8\): RuntimeError"),
        ({"classes": 10}, "answers 3 classes, target.classes says 10"),
        ({"gives": "probabilities"}, "are no probabilities"),
        ({"gives": "labels"}, "labels is not for torch"),
        ({"input": {"range": [0, 1]}}, "target.input.shape: is missing"),
        ({"input": {"shape": [1, 8.5], "range": [1, 0]}, "pad": 0}, r"(?s)input.shape.*input.range.*target.pad"),
        ({"device": "warp"}, "there is no warp here"),
    ],
)
def test_what_is_wrong_is_named(folder, values, expected):
    with pytest.raises(TargetError, match=expected):
        make(changed(**values), folder)


def test_output_of_a_wrong_shape(folder):
    names = {}
    exec(MODEL, names)
    save_file(names["flat"]().state_dict(), folder / "flat.safetensors")
    said = problems(changed(load="net.model:flat", weights="flat.safetensors"), folder)
    assert (
        "the model raised for inputs of shape (16, 1, 8, 8): ValueError: the module answers 16 rows with shape (48,)"
        in said
    )


def test_nan_in_answers_and_in_weights(folder):
    save_file({}, folder / "none.safetensors")
    assert "NaN" in problems(changed(load="net.model:Nan", weights="none.safetensors"), folder)
    tensors = load((folder / "w.safetensors").read_bytes())
    tensors["5.bias"][1] = float("nan")
    save_file(tensors, folder / "nan.safetensors")
    assert "nan.safetensors: hold NaN or infinity: 5.bias" in problems(changed(weights="nan.safetensors"), folder)


def test_weights_that_do_not_fit_are_named(folder):
    tensors = load((folder / "w.safetensors").read_bytes())
    tensors["5.wieght"] = tensors.pop("5.weight")
    tensors["5.bias"] = torch.zeros(4)
    save_file(tensors, folder / "other.safetensors")
    said = problems(changed(weights="other.safetensors"), folder)
    assert "the module has these, the file does not: 5.weight (" in said
    assert "have no place in the module: 5.wieght (" in said
    assert "have another shape than the module's: 5.bias (4,) for (3,) (" in said
    assert "0.weight" not in said


def test_a_file_for_another_network_is_one_short_message(folder):
    save_file({f"block.{n:03}.weight": torch.zeros(2) for n in range(300)}, folder / "other.safetensors")
    with pytest.raises(TargetError) as caught:
        make(changed(weights="other.safetensors"), folder)
    said = [problem.what for problem in caught.value.problems]
    assert len(said) == 2
    assert said[1].startswith("have no place in the module: block.000.weight, block.001.weight, ")
    assert said[1].endswith(", and 294 more")


@pytest.mark.parametrize(
    ("load", "said"),
    [
        ("net.model:Dropped", "differently when it is asked again"),
        ("net.model:Batched", "differently beside other inputs"),
    ],
)
def test_a_model_that_is_never_in_evaluation_mode(folder, load, said):
    save_file({}, folder / "none.safetensors")
    with pytest.raises(TargetError, match=said):
        make(changed(load=load, weights="none.safetensors"), folder)


def test_a_softmax_at_the_end_is_not_taken_for_logits(folder):
    names = {}
    exec(MODEL, names)
    save_file(names["probabilities"]().state_dict(), folder / "soft.safetensors")
    block = changed(load="net.model:probabilities", weights="soft.safetensors")
    with pytest.raises(TargetError, match="write gives: probabilities"):
        make(block, folder)
    assert make({**block, "gives": "probabilities"}, folder).face.classes == 3


@pytest.mark.parametrize("keep", [4, 9, 40, -1])
def test_truncated_safetensors(folder, keep):
    data = (folder / "w.safetensors").read_bytes()
    (folder / "cut.safetensors").write_bytes(data[:keep])
    said = problems(changed(weights="cut.safetensors"), folder)
    assert "cut.safetensors" in said
    assert "is damaged" in said or "but holds a file of unknown content" in said


def test_truncated_state_dict(folder):
    torch.save({"weight": torch.zeros(100)}, folder / "w.pt")
    (folder / "cut.pt").write_bytes((folder / "w.pt").read_bytes()[:-200])
    assert "cut.pt" in problems(changed(weights="cut.pt"), folder)


def test_pickle_that_is_no_state_dict(folder):
    torch.save([1, 2], folder / "list.pt")
    assert "holds list, not a state_dict" in problems(changed(weights="list.pt"), folder)


def test_home_moves_kinds_to_kinds():
    assert home(np.zeros((2, 3))).dtype == torch.float32
    assert home(np.arange(3, dtype=np.int32)).dtype == torch.int64
    assert home(np.array([True])).dtype == torch.bool
    assert home({"a": np.zeros(2)})["a"].dtype == torch.float32
    assert home(("a",)) == ("a",)
    assert isinstance(home(Oddities((np.zeros(2), "text"))), Oddities)
    source = np.zeros(3, dtype=np.float32)
    home(source)[0] = 1
    assert source[0] == 0
    with pytest.raises(TypeError):
        home(np.array([object()]))


def test_empty_batches_reach_the_module(folder):
    assert make(changed(), folder).respond(np.zeros((0, 1, 8, 8), dtype=np.float32)).shape == (0, 3)


def test_works_in_a_spawned_worker(folder):
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        bytes_there = pool.apply(answered, (changed(), folder))
    assert bytes_there == answered(changed(), folder)


def answered(block, folder) -> bytes:
    return make(block, folder).respond(images(5)).numpy().tobytes()


SETTLED = """
import pathlib, sys, torch
{first}
from seatrial.targets.torch import make
target = make({block!r}, pathlib.Path({folder!r}))
assert torch.get_num_threads() == 1
assert torch.are_deterministic_algorithms_enabled()
assert not torch.is_deterministic_algorithms_warn_only_enabled()
print("torch._dynamo" in sys.modules, getattr(sys.modules.get("torch._inductor.config"), "deterministic", None))
"""


@pytest.mark.parametrize(
    ("first", "said"), [("", "False None"), ("import torch._dynamo", "True True")], ids=["plain", "with the compiler"]
)
def test_kernels_are_deterministic_and_the_compiler_is_not_imported_for_it(folder, first, said):
    program = SETTLED.format(first=first, block=changed(), folder=str(folder))
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, said), done.stderr


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no accelerator on this machine")
def test_a_model_on_an_accelerator_keeps_the_contract() -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 3))
    face = Face(takes=Array, gives="logits", shape=(3, 4), low=0.0, high=1.0, classes=3)
    inputs = torch.rand(40, 3, 4, generator=torch.Generator().manual_seed(1)).numpy()
    check_target(TorchTarget(module, face, device="cuda"), Batch(column_digests(inputs), inputs))


def test_small_layers_do_not_know_where_a_row_stands():
    """Without MKL_CBWR, these differ on some processors: 5 to 31 numbers in, 2 to 10 out."""
    for given, wanted in ((6, 8), (10, 3), (13, 4), (30, 10)):
        module = torch.nn.Sequential(torch.nn.Linear(given, wanted), torch.nn.ReLU(), torch.nn.Linear(wanted, 3))
        inputs = np.random.default_rng(given).random((21, given), dtype=np.float32)
        target = TorchTarget(module, Face(Array, "logits", (given,), 0.0, 1.0, 3))
        check_target(target, Batch(column_digests(inputs), inputs))


PRODUCTS = """
import os, torch
torch.set_num_threads(1)
{first}
from seatrial.records.batch import Array
from seatrial.targets.target import Face
from seatrial.targets.torch import TorchTarget
layer = torch.nn.Linear(6, 8)
TorchTarget(layer, Face(Array, "logits", (6,), 0.0, 1.0, 8))
found = [layer(torch.rand(1, 6).expand(16, 6).contiguous()) for _ in range(50)]
print(os.environ["MKL_CBWR"], all(bool((one == one[0]).all()) for one in found))
"""


@pytest.mark.parametrize("first", ["", "torch.rand(16, 6) @ torch.rand(6, 8)"], ids=["in time", "too late"])
def test_reproducible_products_are_asked_for_and_missed_with_a_warning(first):
    environment = {name: value for name, value in os.environ.items() if name != "MKL_CBWR"}
    program = PRODUCTS.format(first=first)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split()[0] == "AUTO"
    warned, equal = "MKL_CBWR=AUTO before Python starts" in done.stderr, done.stdout.split()[1] == "True"
    assert warned or equal, "rows that differ by their place come with a warning"
    assert first or (equal and not warned)
