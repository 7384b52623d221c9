"""What training depends on is named, and what is not installed is left out."""

import subprocess
import sys
from importlib.metadata import version

from seatrial.harden.conditions import environment


def test_processor_versions_and_code_are_named() -> None:
    found = environment("scikit-learn", "no-such-package")
    assert {"code.seatrial", "cpu.model", "cpu.flags", "numpy", "python"} <= found.keys()
    assert found["code.seatrial"].startswith("sha256:")
    assert found["package.scikit-learn"] == version("scikit-learn")
    assert "package.no-such-package" not in found


def test_a_variable_that_chooses_instructions_is_named_and_torch_is_not_needed() -> None:
    script = (
        "import sys\n"
        "sys.modules['torch'] = None\n"
        "from seatrial.harden.conditions import environment\n"
        "print(environment()['variable.MKL_CBWR'])\n"
    )
    done = subprocess.run(
        ["env", "MKL_CBWR=AVX2", sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "AVX2"
