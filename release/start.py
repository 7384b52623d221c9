"""The first thing that `seatrial-verify.pyz` does: look for what it needs, then verify.

Old syntax on purpose (3.6): an old Python must get as far as the sentence that says what is wrong.
"""

# ruff: noqa: PLC0415 - what may be missing is looked for first

import sys

BROKEN = 4
"""Exit code: nothing is said about the evidence."""


def start() -> int:
    """Verify as the command line says and return the exit code."""
    if sys.version_info < (3, 11):
        return _told("needs Python 3.11 or newer, this is %d.%d" % sys.version_info[:2])
    try:
        from cryptography.hazmat.primitives.asymmetric import ed25519  # noqa: F401
        from cryptography.hazmat.primitives.kdf import hkdf  # noqa: F401
    except ImportError as error:
        what = "needs the package cryptography 42 or newer, which has compiled parts and so is not inside this file"
        return _told("%s (%s)\n  %s -m pip install 'cryptography>=42'" % (what, error, sys.executable))
    from seatrial.proof.__main__ import main

    return main(prog="seatrial-verify.pyz")


def _told(what: str) -> int:
    sys.stderr.write("seatrial-verify.pyz " + what + "\nNothing was verified.\n")
    return BROKEN


if __name__ == "__main__":
    sys.exit(start())
