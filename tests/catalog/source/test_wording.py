"""What a model refuses, in plain words."""

from typing import Annotated, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Discriminator, Field, StringConstraints, Tag, ValidationError

from seatrial.catalog.source import forms
from seatrial.catalog.source.file import parse
from seatrial.catalog.source.wording import paths, problems


class Dog(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["dog"]
    legs: int = Field(ge=0, le=4, examples=[4])


class Cat(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    kind: Literal["cat"]
    name: str = Field(min_length=1, max_length=5, examples=["Tom: the cat"])


class Zoo(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    open: bool | None = None
    pets: list[
        Annotated[
            Annotated[Dog, Tag("dog")] | Annotated[Cat, Tag("cat")], Discriminator(lambda v: v.get("kind", "cat"))
        ]
    ] = Field(default_factory=list, max_length=4)
    keepers: dict[Annotated[str, StringConstraints(pattern=forms.CLAUSE)], Cat] = Field(default_factory=dict)


def said(text: str) -> list[str]:
    page, _ = parse(text.encode(), "z.yaml")
    assert page is not None
    with pytest.raises(ValidationError) as caught:
        Zoo.model_validate(page.values)
    return [str(problem) for problem in problems(page, Zoo, caught.value.errors(include_url=False))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("opne: true", "z.yaml:1: opne: unknown key (did you mean open?)"),
        ("x: 1", "z.yaml:1: x: unknown key (there are open, pets, keepers)"),
        ("open: yes", "z.yaml:1: open: must be true or false"),
        ("pets: {}", "z.yaml:1: pets: must be a list"),
        ("pets:\n- {kind: dog}", "z.yaml:2: pets[0].legs: is missing (write for example `legs: 4`)"),
        ("pets:\n- {kind: dog, legs: 5}", "z.yaml:2: pets[0].legs: must be 4 or less (write for example `legs: 4`)"),
        ("pets:\n- {kind: dog, legs: -1}", "z.yaml:2: pets[0].legs: must be 0 or more (write for example `legs: 4`)"),
        (
            "pets:\n- {kind: dog, legs: 1.5}",
            "z.yaml:2: pets[0].legs: must be a whole number (write for example `legs: 4`)",
        ),
        ("pets:\n- kind: dog\n  legs: 4\n  lges: 4", "z.yaml:4: pets[0].lges: unknown key (did you mean legs?)"),
        (
            "pets:\n- {kind: cat, name: 007}",
            'z.yaml:2: pets[0].name: must be text, and YAML reads 007 as a number (write "007")',
        ),
        (
            "pets:\n- {kind: cat, name: true}",
            'z.yaml:2: pets[0].name: must be text, and YAML reads true as true or false (write "true")',
        ),
        ("pets:\n- kind: cat\n  name:", 'z.yaml:3: pets[0].name: is empty (write for example `name: "Tom: the cat"`)'),
        (
            "pets:\n- {kind: cat, name: ''}",
            'z.yaml:2: pets[0].name: is empty (write for example `name: "Tom: the cat"`)',
        ),
        ("keepers: {A b: {kind: cat, name: x}}", "z.yaml:1: keepers.A b: is no name of a clause"),
        ("keepers:\n  a: 3", "z.yaml:2: keepers.a: must be a mapping of names to values"),
        ("keepers: {a: {kind: dog, name: x}}", "z.yaml:1: keepers.a.kind: must be 'cat'"),
    ],
)
def test_every_kind_of_mistake(text, expected) -> None:
    (problem,) = said(text)
    assert problem.startswith(expected)


def test_mistakes_come_in_the_order_of_their_lines() -> None:
    found = said("keepers:\n  a: 1\nopne: 1\npets: 3\n")
    assert [problem.split(": ")[0] for problem in found] == ["z.yaml:2", "z.yaml:3", "z.yaml:4"]


def test_tags_of_unions_are_no_part_of_a_path() -> None:
    with pytest.raises(ValidationError) as caught:
        Zoo.model_validate({"pets": [{"kind": "dog", "legs": 9}]})
    assert paths(Zoo, caught.value.errors()) == [("pets", 0, "legs")]
