"""Promises of a first charter: chosen by what the model takes, each with the first scenario that fits."""

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from seatrial.catalog.catalog import Catalog
from seatrial.catalog.file import load
from seatrial.plan.suggest import PICTURE, ROW, SIGNAL, TABLE, TEXT, WISHES, choices, modality, others
from seatrial.records.batch import Array, Frame, Talks, Texts
from seatrial.targets.callable import CallableTarget
from seatrial.targets.sklearn import SklearnTarget
from seatrial.targets.target import Face, Field
from seatrial.targets.torch import TorchTarget


@pytest.fixture(scope="module")
def catalog():
    return load()


def target(takes=Array, gives="logits", shape=(1, 28, 28), low=0.0, high=1.0):
    """A black box: what it answers is never asked."""
    return CallableTarget(lambda rows: rows, Face(takes, gives, shape, low, high, 3))


def named(found):
    return {one.wish.name: one for one in found}


@pytest.mark.parametrize(
    ("face", "what"),
    [
        (Face(Array, "logits", (3, 32, 32)), PICTURE),
        (Face(Array, "logits", (28, 28)), PICTURE),
        (Face(Array, "logits", (30,)), ROW),
        (Face(Array, "logits", (1, 16000)), SIGNAL),
        (Face(Frame, "probabilities"), TABLE),
        (Face(Texts, "probabilities"), TEXT),
        (Face(Array, "logits"), ""),
    ],
)
def test_what_one_case_is(face, what) -> None:
    assert modality(face) == what


@pytest.mark.parametrize("what", list(WISHES))
def test_the_job_itself_comes_first(what) -> None:
    assert WISHES[what][0].tries == ("baseline/clean",)


def test_a_black_box_gets_an_attack_that_needs_no_gradient(catalog) -> None:
    chosen = named(choices(catalog, target()))
    assert chosen["imperceptible-change"].scenario == {"use": "evasion/square-linf", "eps": 0.1}
    assert chosen["imperceptible-change"].otherwise == ""


def test_a_module_gets_gradients_and_a_remedy(catalog) -> None:
    module = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(3072, 3))
    chosen = named(choices(catalog, TorchTarget(module, Face(Array, "logits", (3, 32, 32), 0.0, 1.0, 3))))
    assert chosen["imperceptible-change"].scenario == {"use": "evasion/pgd-linf", "eps": "8/255"}
    assert chosen["imperceptible-change"].otherwise == "training.pgd"


def test_an_estimator_is_fitted_whole_again(catalog) -> None:
    inputs = np.eye(5)
    model = SklearnTarget(
        LogisticRegression().fit(inputs, np.arange(5) % 2), Face(Array, "probabilities", (5,), 0.0, 1.0, 2)
    )
    chosen = named(choices(catalog, model))
    assert {name: one.otherwise for name, one in chosen.items() if one.otherwise} == {
        "measuring-error": "training.augmentation"
    }


def test_bytes_get_a_ball_of_their_own_units(catalog) -> None:
    chosen = named(choices(catalog, target(shape=(3, 32, 32), high=255.0)))
    scenario = chosen["imperceptible-change"].scenario
    assert scenario["threat"] == {"kind": "ball", "norm": "linf", "eps": 8}
    assert scenario["against"] == ["evasion.square"]


def test_columns_of_many_scales_get_no_ball(catalog) -> None:
    names = named(choices(catalog, target(shape=(4,), low=0.0, high=5000.0), alike=False))
    assert {"clean", "malformed-input"} <= set(names)
    assert "measuring-error" not in names
    assert "drift" not in names
    assert "measuring-error" in named(choices(catalog, target(shape=(4,))))


def test_without_a_range_nothing_that_needs_one(catalog) -> None:
    assert "imperceptible-change" not in named(choices(catalog, target(low=None, high=None)))


def test_what_is_not_installed_is_skipped(catalog) -> None:
    few = Catalog(tuple(one for one in catalog.scenarios if one.id in ("baseline/clean", "evasion/fgsm")))
    assert list(named(choices(few, target()))) == ["clean"]


def test_the_user_chooses_the_strength(catalog) -> None:
    assert named(choices(catalog, target(), eps=0.3))["imperceptible-change"].scenario["eps"] == 0.3


def test_talks_get_no_first_charter(catalog) -> None:
    assert choices(catalog, target(takes=Talks, gives="text", shape=None, low=None, high=None)) == []


def test_texts_are_misspelled(catalog) -> None:
    names = named(choices(catalog, target(takes=Texts, gives="probabilities", shape=None, low=None, high=None)))
    assert {"clean", "typos", "look-alikes", "worst-misspellings"} <= set(names)


def test_what_else_fits_is_none_of_the_chosen(catalog) -> None:
    box = target()
    chosen = choices(catalog, box)
    more = others(catalog, box, chosen)
    assert "corruption/gaussian-blur" in more
    assert "privacy/membership" not in more
    assert "evasion/pgd-linf" not in more
    assert not {one.scenario if isinstance(one.scenario, str) else one.scenario["use"] for one in chosen} & set(more)


def test_columns_of_many_scales_are_not_offered_noise_either(catalog) -> None:
    box = target(shape=(4,), low=0.0, high=5000.0)
    apart = others(catalog, box, choices(catalog, box, alike=False), alike=False)
    assert "corruption/gaussian-noise" not in apart
    assert "corruption/gaussian-noise" in others(catalog, box, [])


def test_labels_alone_are_attacked_too(catalog) -> None:
    chosen = named(choices(catalog, target(gives="labels")))
    assert chosen["imperceptible-change"].scenario["use"] == "evasion/hop-skip-jump-linf"


def test_a_signal_gets_what_happens_to_signals(catalog) -> None:
    assert {"hiss", "clipping", "lost-stretch"} <= set(named(choices(catalog, target(shape=(1, 400), low=-1.0))))


def test_rows_of_a_table_lose_fields(catalog) -> None:
    fields = (Field("age"), Field("job", "text", ("baker", "clerk")))
    face = Face(Frame, "probabilities", classes=2, columns=fields)
    names = named(choices(catalog, CallableTarget(lambda rows: rows, face)))
    assert {"clean", "missing-field", "company", "out-of-schema"} <= set(names)
