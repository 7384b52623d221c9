"""`seatrial-verify.pyz`: the verifier alone, in one file that Python runs."""

from __future__ import annotations

from pathlib import Path

from release.archives import zipped

NAME = "seatrial-verify.pyz"
START = Path(__file__).with_name("start.py")
"""What becomes `__main__.py` of the file."""
_SHEBANG = b"#!/usr/bin/env python3\n"
_PACKAGE = b'"""The verifier of seatrial, and nothing else of it."""\n'


def verifier(root: Path, when: int) -> bytes:
    """Return the file: `seatrial.proof` and the errors it raises, stored and not squeezed, so that it can be read.

    Args:
        root: The tree.
        when: Seconds UTC.
    """
    package = root / "src" / "seatrial"
    sources = sorted([package / "errors.py", *(package / "proof").glob("*.py")])
    files = {"__main__.py": START.read_bytes(), "seatrial/__init__.py": _PACKAGE}
    files |= {path.relative_to(package.parent).as_posix(): path.read_bytes() for path in sources}
    return _SHEBANG + zipped(files, when, squeezed=False)
