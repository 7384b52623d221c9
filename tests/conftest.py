"""Tests run stricter than production: one thread, warnings are errors, nothing leaves the machine."""

import os

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("MKL_CBWR", "AUTO")
