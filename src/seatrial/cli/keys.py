"""`seatrial keys`: who signs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from seatrial.cli import complete, outside
from seatrial.cli.screen import out, show_json
from seatrial.cli.words import CHARTER, CharterOption, Json, LogFolder, PersonalKeys

app = typer.Typer(
    no_args_is_help=True,
    help="Show the log key; make, add, rotate and revoke keys; say whose word counts.",
)

Reason: TypeAlias = Annotated[str, typer.Option("--reason", prompt="Why", help="Why: it stands in the log.")]
Algorithm: TypeAlias = Annotated[
    str, typer.Option("--algorithm", help="ed25519, or ml-dsa-44 (post-quantum).", autocompletion=complete.algorithms)
]


@app.command()
def show() -> None:
    """Show the public half of the log key and where its private half lives."""
    from seatrial.verbs.keys import shown

    for line in shown():
        out().print(line, soft_wrap=True)


@app.command()
def new(
    path: Annotated[Path, typer.Argument(help="File for the new key.")],
    password: Annotated[
        str | None, typer.Option(help="It encrypts the key; asked for by default. Empty: not encrypted.")
    ] = None,
    algorithm: Algorithm = "ed25519",
) -> None:
    """Make a personal key, encrypted, in a file that only you can read."""
    from seatrial.cli.passwords import new_password
    from seatrial.verbs.keys import make

    said = new_password(path) if password is None else password
    out().print(make(path, said, algorithm=algorithm), soft_wrap=True)


@app.command()
def trust(
    name: Annotated[str, typer.Argument(help="The person, or the runner.")],
    key: Annotated[str, typer.Argument(help="Base64 of the public key, as `seatrial keys new` printed it.")],
    role: Annotated[
        list[str] | None,
        typer.Option("--role", help="approver, waiver or runner; may be repeated.", autocompletion=complete.roles),
    ] = None,
    algorithm: Algorithm = "ed25519",
    since: Annotated[
        int | None, typer.Option("--from", min=0, help="First entry that it may sign; a runner's: the next one.")
    ] = None,
    until: Annotated[int | None, typer.Option(min=1, help="First entry that it may sign no more.")] = None,
    log: LogFolder = None,
    charter: CharterOption = CHARTER,
) -> None:
    """Put a person's public key into trust.json beside the charter; commit that file, and review it like code."""
    from seatrial.verbs.keys import Term, trusted

    said = trusted(charter, name, key, roles=role or (), term=Term(algorithm, since, until), log=log)
    person = said.people[name]
    keys = "1 key" if len(person.keys) == 1 else f"{len(person.keys)} keys"
    out().print(f"{name}: {keys}, {', '.join(person.roles) or 'no role yet'}", markup=False)


@app.command()
def quorum(
    approve: Annotated[int | None, typer.Option("--approve", min=1, help="People who must approve a deploy.")] = None,
    waive: Annotated[int | None, typer.Option("--waive", min=1, help="People who must waive what is critical.")] = None,
    keys: Annotated[int | None, typer.Option("--keys", min=1, help="Approvers who must sign a change of keys.")] = None,
    witness: Annotated[int | None, typer.Option("--witness", min=1, help="Witnesses who must cosign.")] = None,
    charter: CharterOption = CHARTER,
) -> None:
    """Say in trust.json how many people a deploy, a waiver of what is critical, or a change of keys needs."""
    from seatrial.verbs.keys import quorum as set_quorum

    given = {"approve": approve, "waive": waive, "keys": keys, "witness": witness}
    wanted = {name: count for name, count in given.items() if count is not None}
    found = set_quorum(charter, wanted)
    out().print(", ".join(f"{name} {count}" for name, count in found.quorum.items()), markup=False)


@app.command("list")
def listed(charter: CharterOption = CHARTER, log: LogFolder = None, json: Json = False) -> None:
    """List every key of the log and of people: whose, since and until which entry, and what says so."""
    from seatrial.verbs.rotation import listed as rows

    found = rows(charter, log=log)
    if json:
        show_json([row.to_json() for row in found])
        return
    for row in found:
        term = f"entries {row.since} to {row.until - 1}" if row.until is not None else f"from entry {row.since}"
        roles = ", ".join(row.roles) or "no role"
        out().print(
            f"{row.id}  {row.who} ({roles})  {row.algorithm}  {term}, by {row.by}", markup=False, soft_wrap=True
        )


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="Somebody in trust.json.")],
    new_key: Annotated[Path, typer.Option("--new", help="File of their new key: it signs, too.")],
    reason: Reason,
    key: PersonalKeys = None,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write into the log that a person has one more key; approvers other than that person sign it (--key)."""
    from seatrial.cli.passwords import asked_passwords
    from seatrial.verbs.rotation import Given
    from seatrial.verbs.rotation import add as added

    words = asked_passwords([*(key or ()), new_key])
    entry = added(charter, name, new_key, Given(reason, key or (), words, log))
    out().print(f"{name} has another key from entry {entry} on", markup=False)


@app.command()
def rotate(
    new_key: Annotated[Path, typer.Option("--new", help="File of the new key; a log key is made if it is not there.")],
    reason: Reason,
    key: PersonalKeys = None,
    log_key: Annotated[bool, typer.Option("--log-key", help="The log's key; approvers sign it with --key.")] = False,
    lost: Annotated[
        bool, typer.Option("--lost", help="The old log key cannot sign: trust.json is changed, and must be agreed on.")
    ] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write into the log that a key takes the place of another: your own (--key OLD --new NEW), or the log's."""
    from seatrial.cli.passwords import asked_passwords
    from seatrial.errors import InputError, Problem
    from seatrial.verbs import rotation

    if lost and not log_key:
        raise InputError(Problem("--lost", "is about the log key", "a lost key of your own: revoke it, and add one"))
    asked = key or () if log_key else [*(key or ()), new_key]
    given = rotation.Given(reason, key or (), asked_passwords(asked), log)
    if log_key:
        entry = rotation.rotate_log(charter, new_key, given, lost=lost)
        out().print(f"the log has another key from entry {entry} on; trust.json says so: commit it", markup=False)
        out().print(f"from now on: SEATRIAL_KEY={new_key.absolute()}", markup=False, soft_wrap=True)
        return
    entry = rotation.rotate(charter, new_key, given)
    out().print(f"the new key counts from entry {entry} on, and the old one no more", markup=False)


@app.command()
def revoke(
    reason: Reason,
    key_id: Annotated[
        str,
        typer.Argument(help="Id of the key, or how it begins (`seatrial keys list`).", autocompletion=complete.key_ids),
    ] = "",
    log_key: Annotated[
        bool, typer.Option("--log-key", help="Revoke the log's key without another: nothing can ever follow.")
    ] = False,
    charter: CharterOption = CHARTER,
    log: LogFolder = None,
) -> None:
    """Write into the log that a key signs nothing from now on; what it signed before stands."""
    from seatrial.errors import InputError, Problem
    from seatrial.verbs import rotation

    if bool(key_id) == log_key:
        raise InputError(Problem("key", "name one key by its id, or --log-key", "`seatrial keys list` shows them"))
    given = rotation.Given(reason, log=log)
    if log_key:
        entry = rotation.close(charter, given)
        out().print(f"the log is closed: entry {entry} is its last", markup=False)
        return
    entry, name = rotation.revoke(charter, key_id, given)
    out().print(f"a key of {name} counts no more after entry {entry}; what it signed before stands", markup=False)


app.command("witness")(outside.trusted)
app.command("authority")(outside.authority)
app.command("keyless")(outside.keyless)
