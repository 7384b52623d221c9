"""Tests run stricter than production: one thread, warnings are errors, nothing leaves the machine."""

import os

from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("MKL_CBWR", "AUTO")
settings.register_profile("seatrial", deadline=None)
settings.load_profile("seatrial")
"""No example is judged by the clock: machines are busy."""
