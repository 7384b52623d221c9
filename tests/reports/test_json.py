import hashlib
import json
from importlib.resources import files

import jsonschema
import numpy as np
import pytest
from tests.reports import dossiers

from seatrial import plugins
from seatrial.proof import canonical
from seatrial.reports.json import Json, named, plain


@pytest.fixture(scope="module")
def schema():
    return json.loads((files("seatrial.reports") / "schema" / "v1.json").read_text())


def test_it_is_found_by_its_name():
    assert plugins.find("reports", "json").make is Json


@pytest.mark.parametrize("name", dossiers.ALL)
def test_it_is_canonical_and_meets_its_schema(name, schema):
    data = Json().render(dossiers.ALL[name]())
    report = canonical.loads(data)
    jsonschema.Draft202012Validator(schema).validate(report)
    assert report["schema"] == "seatrial/report/v1"
    assert data == Json().render(dossiers.ALL[name]())


def test_the_schema_refuses_what_is_unknown(schema):
    report = canonical.loads(Json().render(dossiers.rejected()))
    report["clauses"][0]["verdict"] = "fine"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(report)


def test_numbers_that_do_not_exist_are_null():
    report = canonical.loads(Json().render(dossiers.held_back()))
    assert report["clauses"][1]["low"] is None


def test_pixels_stay_out_and_are_named():
    first = dossiers.rejected().clauses[0].examples[0]
    report = canonical.loads(Json().render(dossiers.rejected()))
    stimulus = report["clauses"][0]["examples"][0]["original"]
    wanted = hashlib.sha256(b"float32 1,28,28\n" + first.original.astype("<f4").tobytes()).hexdigest()
    assert stimulus == {"dtype": "float32", "shape": [1, 28, 28], "digest": "sha256:" + wanted}
    assert len(Json().render(dossiers.rejected())) < 20_000


def test_an_array_is_named_by_its_values_and_not_by_its_memory():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    assert named(array) == named(np.asfortranarray(array)) == named(array.astype(">f4"))
    assert named(array)["digest"] != named(array.reshape(3, 2))["digest"]
    assert named(array)["digest"] != named(array + 1)["digest"]


def test_what_strangers_write_fits():
    report = canonical.loads(Json().render(dossiers.hostile()))
    assert "\\udcff" in report["sentence"]


def test_plain_values():
    assert plain((np.float32(0.5), np.int64(3), float("inf"), 2**60, None, True)) == [
        0.5,
        3,
        None,
        str(2**60),
        None,
        True,
    ]
