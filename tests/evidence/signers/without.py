"""A process whose `cryptography` has no ML-DSA."""

import subprocess
import sys

_FIRST = (
    "import sys\n"
    "import cryptography.hazmat.primitives.asymmetric.types\n"  # it names the module itself, where there is one
    "sys.modules['cryptography.hazmat.primitives.asymmetric.mldsa'] = None\n"
)


def without_ml_dsa(program: str) -> str:
    """What a program prints where the algorithm cannot be imported."""
    done = subprocess.run([sys.executable, "-c", _FIRST + program], capture_output=True, text=True, check=True)
    return done.stdout
