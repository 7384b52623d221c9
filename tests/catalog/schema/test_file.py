"""The schema of scenario files, for editors."""

import json

import jsonschema
import pytest
import yaml

from seatrial.catalog.file import PACKAGED
from seatrial.catalog.schema.file import Entry, schema

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema()))
FILES = sorted(PACKAGED.rglob("*.yaml"))


def written(path):
    """What an editor sees: days are texts."""
    return json.loads(json.dumps(yaml.safe_load(path.read_text(encoding="utf-8")), default=str))


def test_it_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(schema()))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_packaged_scenario_meets_it(path) -> None:
    VALIDATOR.validate(written(path))


@pytest.mark.parametrize(
    "change",
    [{"id": "no family"}, {"cost": "days"}, {"version": 0}, {"authors": []}, {"surprise": 1}, {"against": []}],
)
def test_a_wrong_one_is_refused(change) -> None:
    good = written(FILES[0])
    VALIDATOR.validate(good)
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate({**good, **change})


def test_every_key_says_what_it_means() -> None:
    whole = json.loads(schema())
    blocks = {"Entry": whole, **whole["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, block in blocks.items()
        for key, one in block["properties"].items()
        if not one.get("description")
    ]
    assert silent == []
    assert set(whole["properties"]) == set(Entry.model_fields)
