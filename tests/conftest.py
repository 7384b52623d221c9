"""Tests run stricter than production: one thread, warnings are errors, nothing leaves the machine."""

import os
import signal
import threading

from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
os.environ.setdefault("MKL_CBWR", "AUTO")
settings.register_profile("seatrial", deadline=None)
settings.load_profile("seatrial")
"""No example is judged by the clock: machines are busy."""
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN and threading.current_thread() is threading.main_thread():
    # A shell that starts the tests in the background has them ignore Ctrl-C, and every program that a test starts too.
    signal.signal(signal.SIGINT, signal.default_int_handler)
