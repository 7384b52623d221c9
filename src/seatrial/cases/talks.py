"""Conversations, one JSON object a line: `{kind: talks, path: talks.jsonl}`.

    {"messages": [{"role": "user", "content": "Hello"}], "canary": "a secret of this case", "group": "greeting"}

`canary` is sealed: target and oracle know it, an adversary never does.  `label` (an integer) and `group` (a text)
are optional; if one line has them, all have.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from seatrial.cases.cases import Cases
from seatrial.cases.listed import Listed, label_problems, listed, unknown_settings
from seatrial.errors import CasesError, Problem
from seatrial.records.batch import Message, Talk, Talks
from seatrial.records.card import Card

ROLES = ("system", "user", "assistant")


def make(settings: Mapping[str, Any], folder: Path) -> Listed:
    """Return the conversations of a file.

    Raises:
        CasesError: With all that is wrong, line by line.
    """
    unknown_settings(settings, {"path"})
    if not settings.get("path"):
        raise CasesError(Problem("cases.path", "is missing", "the .jsonl file"))
    path = folder / str(settings["path"])
    lines = _lines(path)
    problems: list[Problem] = []
    read = [_record(text, f"{path}:{number}", problems) for number, text in lines]
    if not read:
        problems.append(Problem(str(path), "has no cases"))
    columns = {key: [value.get(key) for _, value in read] for key in ("label", "group", "canary")}
    for key in ("label", "group"):
        if None in columns[key] and any(value is not None for value in columns[key]):
            number = lines[columns[key].index(None)][0]
            problems.append(Problem(f"{path}:{number}", f"has no {key}, others have", "give all lines one, or none"))
    labels = None if None in columns["label"] or problems else np.array(columns["label"])
    if labels is not None:
        problems += label_problems(labels, len(read), None, f"{path}: label")
    if problems:
        raise CasesError(*problems)
    groups = None if None in columns["group"] else np.array(columns["group"])
    sealed = tuple({"canary": value} for value in columns["canary"]) if any(columns["canary"]) else None
    return listed(Talks(talk for talk, _ in read), labels, groups=groups, sealed=sealed)


def _lines(path: Path) -> list[tuple[int, str]]:
    """Return the lines that are not blank, with their numbers."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise CasesError(Problem(str(path), "there is no such file", "paths start at the charter's folder")) from None
    except (OSError, UnicodeDecodeError) as error:
        raise CasesError(Problem(str(path), f"cannot be read: {error}", "it must be UTF-8")) from error
    return [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _record(text: str, where: str, problems: list[Problem]) -> tuple[Talk, Mapping[str, Any]]:
    """Return one line's conversation and its other fields; what is wrong is added to the problems."""
    try:
        value = json.loads(text)
    except ValueError as error:
        problems.append(Problem(where, f"is no JSON: {error}"))
        return (), {}
    if not isinstance(value, dict) or not isinstance(value.get("messages"), list) or not value["messages"]:
        problems.append(Problem(where, "has no messages", '{"messages": [{"role": "user", "content": "..."}]}'))
        return (), {}
    if unknown := sorted(set(value) - {"messages", "canary", "label", "group"}):
        problems.append(Problem(where, f"has unknown fields: {', '.join(unknown)}", "messages, canary, label, group"))
    for key, kind in (("canary", str), ("group", str), ("label", int)):
        if value.get(key) is not None and not isinstance(value[key], kind):
            problems.append(Problem(f"{where}: {key}", f"is {type(value[key]).__name__}", f"write a {kind.__name__}"))
    talk = tuple(_message(turn, f"{where}: message {at}", problems) for at, turn in enumerate(value["messages"], 1))
    return talk, value


def _message(turn: Any, where: str, problems: list[Problem]) -> Message:
    good = isinstance(turn, dict) and set(turn) == {"role", "content"} and isinstance(turn["content"], str)
    if not good or turn["role"] not in ROLES:
        problems.append(Problem(where, "is no message", f'{{"role": {" | ".join(ROLES)}, "content": text}}'))
        return Message("user", "")
    return Message(turn["role"], turn["content"])


CARD: Card[Cases] = Card(make, "conversations in a .jsonl file")
