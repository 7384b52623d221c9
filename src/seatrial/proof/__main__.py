"""`python -m seatrial.proof BUNDLE --trust trust.json`: verifies a bundle offline, without plugins.

Exit code 0 if the evidence verifies, 5 if not, 2 if the command is wrong, 4 if the verifier itself broke.
"""

# ruff: noqa: T201 - it is a command

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from seatrial.errors import EvidenceError, InputError, Problem, SeatrialError
from seatrial.proof import assurance, bundle, inclusion, outcome, remember, today, trust
from seatrial.proof.reading import Question
from seatrial.proof.trust import Trust
from seatrial.proof.verify import verify_bundle

PROG = "python -m seatrial.proof"
_BUNDLE = ("remember", "decision", "all", "approved", "files", "disclosed", "attestation", "require", "max_age", "now")
"""Options that only a bundle can answer."""


def main(arguments: Sequence[str] | None = None, *, prog: str = PROG) -> int:
    """Verify as the command line says, print what was found, and return the exit code.

    Args:
        arguments: The words of the command line; those of this process by default.
        prog: Name of the command, for its help.
    """
    try:
        return _run(_parser(prog=prog).parse_args(arguments))
    except SeatrialError as error:
        print(outcome.refused(error), file=sys.stderr)
        return error.exit_code
    except Exception as error:  # noqa: BLE001 - a crash must not look like a finding
        print(f"the verifier broke, and says nothing about the evidence: {error!r}", file=sys.stderr)
        return 4


def _parser(*, prog: str = PROG) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=prog, description="Verify a bundle of evidence offline.")
    parser.add_argument("bundle", type=Path, help="the bundle file, or the proof of one entry (.tlog-proof)")
    parser.add_argument("--entry", type=Path, help="with a proof that does not hold its entry: the entry's bytes")
    parser.add_argument("--trust", type=Path, required=True, help="trust.json: the keys that you pinned")
    parser.add_argument("--remember", type=Path, help="file of what you accepted before; brought up to date")
    parser.add_argument("--decision", type=int, help="entry of the decision to recompute (default: the last one)")
    parser.add_argument("--all", action="store_true", help="check the log key's signature on every entry, too")
    parser.add_argument("--approved", action="store_true", help="also require that enough people approved it")
    parser.add_argument("--files", type=Path, help="folder that holds the model's files of today, and nothing else")
    parser.add_argument(
        "--disclosed", type=Path, help="samples that the bundle withholds and that you were shown later"
    )
    parser.add_argument("--attestation", type=Path, help="an in-toto attestation that is said to follow from it")
    parser.add_argument("--require", choices=assurance.WORDS, default="", help="the least assurance that will do")
    parser.add_argument("--max-age", help="how long ago witnesses may have seen the log last: 12h, 7d (needs --now)")
    parser.add_argument("--now", help="what time it is, as 2027-01-31T12:00:00Z: this verifier reads no clock")
    parser.add_argument("--checks", action="store_true", help="print every check, not only those that find something")
    parser.add_argument("--json", action="store_true", help="print the outcome as JSON")
    return parser


def _run(options: argparse.Namespace) -> int:
    pinned = trust.read(_bytes(options.trust))
    given = _bytes(options.bundle)
    if options.bundle.suffix == inclusion.SUFFIX:
        return _entry(options, given, pinned)
    if options.entry or inclusion.is_proof(given):
        what = f"a proof of one entry is read from a file that is called so: ...{inclusion.SUFFIX}"
        raise InputError(Problem(str(options.bundle), what, "it proves far less than a bundle, whatever it is called"))
    kept = options.remember
    before = remember.read(_bytes(kept), pinned.origin) if kept and kept.exists() else ()
    shown = bundle.disclosed(_bytes(options.disclosed)) if options.disclosed else ()
    question = Question(options.decision, before, options.all, disclosed=shown, approved=options.approved)
    question = replace(question, today=today.files_of(options.files) if options.files else None)
    now, most = _aged(options)
    attested = (_bytes(options.attestation),) if options.attestation else ()
    question = replace(question, attestations=attested)
    question = replace(question, assurance=options.require, now=now, max_age=most)
    found = verify_bundle(given, pinned, question=question)
    if kept and found.ok:
        _replace(kept, remember.write(pinned.origin, found.leaves))
    print(json.dumps(outcome.plain(found), indent=2) if options.json else outcome.told(found, every=options.checks))
    return 0 if found.ok else EvidenceError.exit_code


def _entry(options: argparse.Namespace, given: bytes, pinned: Trust) -> int:
    """Check the proof of one entry; whoever asks more than that asks for a bundle."""
    asked = [name for name in _BUNDLE if getattr(options, name) not in (None, False, "")]
    if asked:
        named = ", ".join("--" + name.replace("_", "-") for name in asked)
        raise InputError(Problem(named, "cannot be told from the proof of one entry", "ask for a bundle"))
    included = inclusion.check(given, pinned, entry=_bytes(options.entry) if options.entry else None)
    print(json.dumps(outcome.entry_plain(included), indent=2) if options.json else outcome.entry_told(included))
    return 0


def _aged(options: argparse.Namespace) -> tuple[int | None, int | None]:
    """Return what time it is, and the greatest age that was asked for."""
    if options.max_age and not options.now:
        raise InputError(Problem("--max-age", "needs --now", "--now $(date -u +%FT%TZ)"))
    now = assurance.moment(options.now) if options.now else None
    return now, assurance.seconds(options.max_age) if options.max_age else None


def _bytes(path: Path) -> bytes:
    """Return what a file holds; a file that is too large is not read."""
    try:
        if path.stat().st_size > bundle.LIMIT:
            raise EvidenceError(Problem(str(path), f"is larger than {bundle.LIMIT} bytes, and is not looked at"))
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
