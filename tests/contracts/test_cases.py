"""Every source of cases keeps what `cases/cases.py` promises."""

import csv
import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from seatrial import plugins
from seatrial.testing.cases import check_cases

MANY = 20
ROWS = [
    {
        "age": 20.5 + at if at % 5 else None,
        "job": ["a", "b, c", 'd "e"\nf', ""][at % 4],
        "sex": "mf"[at % 2],
        "y": at % 3,
    }
    for at in range(MANY)
]
NAMES = {"label": "y", "groups": "sex"}
COLUMNS = {"columns": {"age": "number", "job": "text"}, **NAMES}


def npz(folder):
    x = np.random.default_rng(2).random((MANY, 2, 3), dtype=np.float32)
    np.savez(folder / "cases.npz", x=x, y=np.arange(MANY) % 3)
    return {"path": "cases.npz"}


def talks(folder):
    lines = [json.dumps({"messages": [{"role": "user", "content": f"question {at}"}]}) for at in range(MANY)]
    (folder / "talks.jsonl").write_text("\n".join(lines) + "\n")
    return {"path": "talks.jsonl"}


def delimited(folder, separator=","):
    with (folder / "rows.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["age", "job", "sex", "y"], delimiter=separator)
        writer.writeheader()
        writer.writerows(ROWS)
    return {"path": "rows.csv", "separator": separator}


def jsonl(folder):
    (folder / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    return {"path": "rows.jsonl"}


def parquet(folder):
    pd.DataFrame(ROWS).to_parquet(folder / "rows.parquet", row_group_size=7)
    return {"path": "rows.parquet"}


def numbers(folder):
    (folder / "n.tsv").write_text("a\tb\ty\n" + "".join(f"{at}\t{at / 7}\t{at % 2}\n" for at in range(MANY)))
    return {"path": "n.tsv", "label": "y", "form": "array"}


def folder_of_images(folder):
    noise = np.random.default_rng(3)
    for at in range(MANY):
        place = folder / "images" / "ab"[at % 2]
        place.mkdir(parents=True, exist_ok=True)
        pixels = noise.integers(0, 256, (9, 7 + at % 2, 3), dtype=np.uint8)
        Image.fromarray(pixels).save(place / f"{at}.{('png', 'jpg')[at % 3 == 0]}")
    return {"path": "images", "size": [8, 6], "mode": "L"}


TEXTS = {"text": "job", **NAMES}
SOURCES = {
    "bundled": ("bundled", lambda _folder: {"name": "wine"}),
    "npz": ("npz", npz),
    "talks": ("talks", talks),
    "table-csv": ("table", lambda folder: delimited(folder) | COLUMNS),
    "table-semicolon": ("table", lambda folder: delimited(folder, ";") | COLUMNS),
    "table-jsonl": ("table", lambda folder: jsonl(folder) | COLUMNS),
    "table-parquet": ("table", lambda folder: parquet(folder) | COLUMNS),
    "table-array": ("table", numbers),
    "texts-csv": ("texts", lambda folder: delimited(folder) | TEXTS),
    "texts-jsonl": ("texts", lambda folder: jsonl(folder) | TEXTS),
    "texts-parquet": ("texts", lambda folder: parquet(folder) | TEXTS),
    "folder": ("folder", folder_of_images),
}
"""Name -> kind, and what makes its settings, given a folder."""


def test_every_source_is_here() -> None:
    assert {kind for kind, _ in SOURCES.values()} == set(plugins.names("cases"))


@pytest.mark.parametrize("name", SOURCES)
def test_contract(name, tmp_path) -> None:
    kind, made = SOURCES[name]
    settings = made(tmp_path)
    check_cases(lambda: plugins.find("cases", kind).make(settings, tmp_path))


@pytest.mark.parametrize("kind", ["table", "texts"])
def test_one_row_has_one_digest_whatever_the_file(kind, tmp_path) -> None:
    more = COLUMNS if kind == "table" else TEXTS
    made = [plugins.find("cases", kind).make(form(tmp_path) | more, tmp_path) for form in (delimited, jsonl, parquet)]
    assert len({cases.take(0, MANY).ids for cases in made}) == 1


class Careless:
    """A source that breaks one rule."""

    def __init__(self, cases, how) -> None:
        self.cases, self.how = cases, how

    def __len__(self) -> int:
        return len(self.cases)

    def take(self, first, last):
        batch = self.cases.take(first, last)
        if self.how == "names":
            return type(batch)(tuple(b"%32d" % at for at in range(first, first + len(batch))), batch.inputs)
        if self.how == "slices" and first:
            return type(batch)(batch.ids, batch.inputs, batch.labels + 1)
        return type(batch)(batch.ids[:-1], batch.inputs, batch.labels) if self.how == "length" else batch


@pytest.mark.parametrize(
    ("how", "said"),
    [("names", "named by their content"), ("slices", "other labels"), ("length", "and all of them are")],
)
def test_a_careless_source_is_found(how, said, tmp_path) -> None:
    settings = npz(tmp_path)
    with pytest.raises(AssertionError, match=said):
        check_cases(lambda: Careless(plugins.find("cases", "npz").make(settings, tmp_path), how))
