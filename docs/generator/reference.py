"""Pages of the reference: commands, the keys of a charter, exit codes."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

import typer

from generator.markdown import code, fence, listing, one_line, page, section, table
from seatrial import errors
from seatrial.catalog.schema.file import schema as scenarios
from seatrial.charter.schema.file import schema
from seatrial.cli.app import app
from seatrial.proof.__main__ import _parser

BLOCKS = {
    "": ("The whole", "A charter is one YAML file, read from top to bottom."),
    "System": ("system", ""),
    "Target": ("target", "`kind` decides which other keys there are:"),
    "Torch": ("target, kind torch", ""),
    "Sklearn": ("target, kind sklearn", ""),
    "Callable": ("target, kind callable", ""),
    "Recorded": ("target, kind recorded", ""),
    "Chat": ("target, kind chat", ""),
    "OtherTarget": ("target, any other kind", "`built` and `faulty` come with seatrial: `load` names a function."),
    "Input": ("input", ""),
    "Cases": ("cases", "`kind` decides which other keys there are:"),
    "BundledCases": ("cases, kind bundled", ""),
    "NpzCases": ("cases, kind npz", ""),
    "TableCases": ("cases, kind table", ""),
    "TextsCases": ("cases, kind texts", ""),
    "FolderCases": ("cases, kind folder", ""),
    "TalksCases": ("cases, kind talks", ""),
    "OtherCases": ("cases, any other kind", ""),
    "Clause": ("clauses: each one", "The key is the clause's name: small letters, digits and hyphens."),
    "Use": ("clauses: a scenario of the catalog", "Or just its id, as a text."),
    "Inline": ("clauses: a scenario described here", "For what is not in the catalog yet."),
    "Against": ("against: an adversary with tactics", "Or just its id, as a text."),
    "Harden": ("otherwise: harden", "Or just the id of the remedy, as a text."),
    "Guard": ("otherwise: guard", ""),
    "Narrow": ("otherwise: narrow", ""),
    "Pause": ("otherwise: pause", ""),
    "Rollback": ("otherwise: rollback", ""),
    "Escalate": ("otherwise: escalate", ""),
    "Whom": ("escalate", ""),
    "Do": ("otherwise: do", ""),
    "Costs": ("costs", ""),
    "Budget": ("budget", ""),
    "Prices": ("prices", ""),
}
"""Definition of the schema -> heading, and a sentence; in the order of the page."""
SCENARIO = {
    "": "The whole",
    "Parameter": "parameters: each one",
    "Against": "against: each one",
    "Defence": "defences: each one",
    "Origin": "origin",
    "Tags": "tags",
}
"""The same of a scenario."""
KINDS = ("Target", "Cases")
"""Headings under which only the kinds are listed."""
FOLDED = ("Bundled", "Npz", "Table", "Texts", "Folder", "Talks", "OtherSource")
"""Definitions without a section: sources of members are cases without shares."""
CODES = (
    (0, "deploy; or done, for a verb that judges nothing", "ship it"),
    (2, "the charter or the command is wrong; nothing was run or spent", "mend what is listed: it is all of it"),
    (3, "hold: a clause is unproven or untried, or one that is not critical is breached", "read what would settle it"),
    (4, "no decision could be recorded: model, log or disk failed (`range`: a control was missed)",
     "mend that and type it again: what is finished is kept"),
    (5, "the evidence does not verify, or a replay gave other bytes", "trust nothing on it until you know why"),
    (6, "reject: a critical clause is breached", "harden the model, or choose another"),
    (130, "interrupted", "type it again to go on"),
)  # fmt: skip
"""Exit code, meaning, what to do."""
WORDS = {bool: "", str: "text", int: "whole number", float: "number", Path: "path"}
GRAMMAR = """\
criterion := expr (">=" | "<=") number [unit] "at" number "%"
expr      := "held_rate" | "mean(" metric ")" | "p99(" metric ")"
unit      := "%" | "s" | "ms" | "us"
"""


def pages() -> dict[str, str]:
    """Return path below `docs/` -> text, of every page of the reference."""
    return {
        "reference/cli.md": _commands(),
        "reference/charter.md": _charter(),
        "reference/scenario.md": _scenario(),
        "reference/exit-codes.md": _exit_codes(),
    }


def _commands() -> str:
    top = typer.main.get_command(app)
    rows = [
        (f"[{name}](#{name.replace(' ', '-')})", _summary(command)) for name, command in _walk(top, "seatrial") if name
    ]
    return page(
        "Commands",
        "What `--help` says, on one page. Every command also takes `-h` or `--help`. Exit codes: "
        "[exit-codes.md](exit-codes.md).",
        table(("command", "what it does"), rows),
        *(section(name, *_command(name, command)) for name, command in _walk(top, "seatrial")),
        section("python -m seatrial.proof", *_proof()),
    )


def _walk(command: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield every command that can be typed, with its full name, in the order of the help."""
    below = getattr(command, "commands", None)
    if below is None:
        yield name, command
        return
    for word, one in below.items():
        yield from _walk(one, f"{name} {word}")


def _summary(command: Any) -> str:
    return one_line((command.help or "").partition("\n\n")[0])


def _command(name: str, command: Any) -> Iterator[str]:
    words = [name, *(_place(one) for one in command.params if one.param_type_name == "argument")]
    yield fence("text", f"{' '.join(words)} [options]" if _options(command) else " ".join(words))
    yield "\n\n".join(one_line(part) for part in (command.help or "").split("\n\n"))
    hints = get_type_hints(command.callback)
    rows = [(_name(one), _takes(one, hints), _default(one), one.help or "") for one in command.params]
    yield table(("", "takes", "default", "meaning"), rows)


def _options(command: Any) -> list[Any]:
    return [one for one in command.params if one.param_type_name == "option"]


def _place(one: Any) -> str:
    return str(one.name).upper() if one.required else f"[{str(one.name).upper()}]"


def _name(one: Any) -> str:
    return code(str(one.name).upper()) if one.param_type_name == "argument" else ", ".join(map(code, one.opts))


def _takes(one: Any, hints: Mapping[str, Any]) -> str:
    """Return in words what follows an option: read from the function, because versions of typer differ."""
    given = [kind for kind in (get_args(hints[one.name]) or (hints[one.name],)) if kind is not type(None)]
    if get_origin(given[0]) is list:
        return f"{WORDS[get_args(given[0])[0]]}, may be repeated"
    return WORDS[given[0]]


def _default(one: Any) -> str:
    if getattr(one, "is_flag", False) or one.default is None or callable(one.default) or one.default == []:
        return "required" if one.required else ""
    return code(one.default)


def _proof() -> Iterator[str]:
    yield fence("text", "python -m seatrial.proof BUNDLE --trust TRUST [options]")
    yield "Verifies a bundle offline, with the standard library and `cryptography` alone. Exit code: 0, 2, 4 or 5."
    rows = [
        (", ".join(map(code, one.option_strings)) or code(one.dest.upper()), one.help or "")
        for one in _parser()._actions  # noqa: SLF001 - argparse has no other way to list them
    ]
    yield table(("", "meaning"), rows)


def _charter() -> str:
    whole = json.loads(schema())
    blocks = {"": whole, **whole["$defs"]}
    parts = []
    for name, (title, sentence) in BLOCKS.items():
        if name in KINDS:
            kinds = [f"[{BLOCKS[_ref(one)][0]}](#{_anchor(BLOCKS[_ref(one)][0])})" for one in _members(whole, name)]
            parts.append(section(title, sentence, listing(kinds)))
            continue
        about = one_line(str(blocks[name].get("description", ""))) if name else ""
        parts.append(section(title, " ".join(part for part in (about, sentence) if part), _keys(name, blocks)))
    return page(
        "The charter, key by key",
        "Schema v1. For editors, `seatrial lint --schema` prints it. Numbers may be written as fractions "
        "(`8/255`), shares as percent (`40%`). An unknown key is an error; `seatrial lint` names all mistakes at once.",
        *parts,
        section(
            "The criterion",
            fence("text", GRAMMAR),
            "`held_rate >= 0.95 at 95%`: the one-sided 95 % bound on the share of cases that hold is at least 0.95. "
            "`p99(latency) <= 200 ms at 95%`: with the same confidence 99 % of the cases take at most 200 ms. "
            "`mean(score)` needs a metric in 0..1. `held_rate - baseline >= -0.02 at 95%`: on the same cases at most "
            "2 % fewer hold than with the model under `baseline`. `gap(held_rate) <= 5% at 95%`: no two groups of the "
            "source's column `groups` are further apart. `held_rate >= 0.9 at 95% per person`: persons are counted, "
            "not cases; `cases.unit: person` says that a group is one.",
        ),
    )


def _scenario() -> str:
    whole = json.loads(scenarios())
    blocks = {"": whole, **whole["$defs"]}
    return page(
        "A scenario, key by key",
        "Form 1. One YAML file a scenario, in `scenarios/` beside the charter or in a pack. `seatrial new scenario` "
        "writes one; `seatrial catalog lint` names what is wrong with all of them, and with `--schema` prints the "
        "schema for editors. A text `$name` stands for a parameter: its value is the charter's, or the default.",
        *(
            section(
                title,
                one_line(str(blocks[name].get("description", ""))) if name else "",
                _keys(name, blocks, titles=SCENARIO),
            )
            for name, title in SCENARIO.items()
        ),
    )


def unsaid() -> list[str]:
    """Return the keys of a charter whose meaning the schema does not say, and definitions that no page shows."""
    whole = json.loads(schema())
    blocks = {"": whole, **whole["$defs"]}
    silent = [
        f"{name}.{key}"
        for name, block in blocks.items()
        for key, one in block.get("properties", {}).items()
        if name not in FOLDED and not _meaning(one, blocks)
    ]
    return silent + [name for name in blocks if name not in BLOCKS and name not in FOLDED]


def _keys(name: str, blocks: Mapping[str, Any], *, titles: Mapping[str, Any] = BLOCKS) -> str:
    """Return the table of a block: `kind`, what is required, the rest."""
    block = blocks[name]
    required = block.get("required", [])
    rows = []
    for key, one in sorted(block["properties"].items(), key=lambda item: (item[0] != "kind", item[0] not in required)):
        default = "required" if key in required else _written(one.get("default"))
        examples = one.get("examples", [])
        example = _written(examples[0]) if examples and examples[0] not in ({}, []) and key != "kind" else ""
        takes = f"[{key}](#{key})" if key.title() in KINDS and titles is BLOCKS else _type(one, titles)
        rows.append((code(key), takes, default, example, _meaning(one, blocks)))
    return table(("key", "takes", "default", "example", "meaning"), rows)


def _meaning(one: Mapping[str, Any], blocks: Mapping[str, Any]) -> str:
    """Return what a key means; one that holds a block means what the block says."""
    block = blocks[_ref(one)] if "$ref" in one else {}
    return one_line(str(one.get("description") or block.get("description", "")))


def _type(one: Mapping[str, Any], titles: Mapping[str, Any]) -> str:
    """Return in words what a key takes."""
    if "$ref" in one:
        named = titles.get(_ref(one), "")
        title = named if isinstance(named, str) else named[0]
        return f"[{title}](#{_anchor(title)})" if title else "[cases](#cases), without shares"
    if "const" in one:
        return code(json.dumps(one["const"]).strip('"'))
    if "enum" in one:
        return ", ".join(code(value) for value in one["enum"])
    if several := one.get("anyOf") or one.get("oneOf"):
        return " or ".join(dict.fromkeys(word for part in several if (word := _type(part, titles))))
    return _simple(one, titles)


def _simple(one: Mapping[str, Any], titles: Mapping[str, Any]) -> str:
    kind = one.get("type")
    if kind == "array":
        return f"a list, each {_type(one['items'], titles)}"
    if kind in ("integer", "number"):
        least = f" from {one['minimum']}" if "minimum" in one else ""
        most = f" to {one['maximum']}" if "maximum" in one else ""
        return ("a whole number" if kind == "integer" else "a number") + least + most
    if kind == "string":
        pattern = str(one.get("pattern", ""))
        return ("a percentage or fraction" if "%" in pattern else "a fraction") if "]{1,9}" in pattern else "a text"
    held = one.get("additionalProperties")
    if isinstance(held, Mapping) and held.get("$ref") and titles is SCENARIO:
        return f"a mapping, each {_type(held, titles)}"
    return {"boolean": "true or false", "object": "a mapping", "null": ""}.get(str(kind), "")


def _ref(one: Mapping[str, Any]) -> str:
    return str(one["$ref"]).rpartition("/")[2]


def _members(whole: Mapping[str, Any], name: str) -> list[Any]:
    return list(whole["properties"][name.lower()]["oneOf"])


def _anchor(title: str) -> str:
    return "".join(sign for sign in title.lower().replace(" ", "-") if sign.isalnum() or sign == "-")


def _written(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Mapping):
        return code("{" + ", ".join(f"{key}: {_bare(part)}" for key, part in value.items()) + "}")
    return code(_bare(value))


def _bare(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return f"[{', '.join(map(_bare, value))}]"
    return str(value)


def _exit_codes() -> str:
    rows = [(str(number), meaning, do) for number, meaning, do in CODES]
    raised = [
        (code(name), str(one.exit_code), inspect.getdoc(one) or "")
        for name, one in vars(errors).items()
        if inspect.isclass(one) and issubclass(one, errors.SeatrialError)
    ]
    return page(
        "Exit codes",
        table(("code", "meaning", "what to do"), rows),
        "1 is never returned on purpose: Python itself uses it for a crash, and a crash must not look like a reject. "
        "When several apply, the order is 5, 4, 6, 3. A model that raises on every case still gets a decision: its "
        "clauses are not held.",
        section(
            "Which command returns which",
            table(
                ("command", "codes"),
                [
                    ("`gate`, `judge`", "0 deploy, 3 hold, 6 reject; 2, 4, 5"),
                    ("`rehearse`", "0 would hold, 3 not settled, 6 would be rejected; 2, 4. It never deploys anything"),
                    ("`verify`, `python -m seatrial.proof`", "0 verified, 5 not; 2, 4"),
                    ("`replay`", "0 equal bytes, 5 the first shard and case that differ; 2, 4"),
                    ("`lint`, `catalog lint`", "0 nothing is wrong, 2 something is"),
                    ("`range`", "0 all planted flaws found, 4 one was missed; 2"),
                    ("all others", "0 done; 2, 4, 5"),
                ],
            ),
        ),
        section("Errors in Python", table(("error", "exit code", "what it says"), raised)),
    )
