"""`python -m seatrial.proof BUNDLE --trust trust.json`: verifies a bundle offline, without plugins.

Exit code 0 if the evidence verifies, 5 if not, 2 if the command is wrong, 4 if the verifier itself broke.
"""

# ruff: noqa: T201 - it is a command

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem, SeatrialError
from seatrial.proof import outcome, remember, trust
from seatrial.proof.reading import Question
from seatrial.proof.verify import verify_bundle

PROG = "python -m seatrial.proof"


def main(arguments: Sequence[str] | None = None, *, prog: str = PROG) -> int:
    """Verify as the command line says, print what was found, and return the exit code.

    Args:
        arguments: The words of the command line; those of this process by default.
        prog: Name of the command, for its help.
    """
    try:
        return _run(_parser(prog=prog).parse_args(arguments))
    except SeatrialError as error:
        told = f"NOT VERIFIED:\n{error}" if isinstance(error, EvidenceError) else str(error)
        print(outcome.shown(told), file=sys.stderr)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - a crash must not look like a finding
        print(f"the verifier broke, and says nothing about the evidence: {error!r}", file=sys.stderr)
        return 4


def _parser(*, prog: str = PROG) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Verify a bundle of evidence offline.")
    parser.add_argument("bundle", type=Path, help="the bundle file")
    parser.add_argument("--trust", type=Path, required=True, help="trust.json: the keys that you pinned")
    parser.add_argument("--remember", type=Path, help="file of what you accepted before; brought up to date")
    parser.add_argument("--decision", type=int, help="entry of the decision to recompute (default: the last one)")
    parser.add_argument("--all", action="store_true", help="check the log key's signature on every entry, too")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    return parser


def _run(options: argparse.Namespace) -> int:
    pinned = trust.read(_bytes(options.trust))
    kept = options.remember
    before = remember.read(_bytes(kept), pinned.origin) if kept and kept.exists() else ()
    question = Question(options.decision, before, options.all)
    found = verify_bundle(_bytes(options.bundle), pinned, question=question)
    if kept and found.ok:
        _replace(kept, remember.write(pinned.origin, found.leaves))
    print(json.dumps(outcome.plain(found), indent=2) if options.json else outcome.told(found))
    return 0 if found.ok else EvidenceError.exit_code


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be read: {error.strerror}")) from None


def _replace(path: Path, data: bytes) -> None:
    """Write a file so that it is never seen half-written."""
    try:
        beside = path.with_name(path.name + ".new")
        beside.write_bytes(data)
        beside.replace(path)
    except OSError as error:
        raise InputError(Problem(str(path), f"cannot be written: {error.strerror}")) from None


if __name__ == "__main__":
    sys.exit(main())
