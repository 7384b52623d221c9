"""The firing range where a package is missing."""

import subprocess
import sys

SCRIPT = """
import logging, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "PIL":
            raise ModuleNotFoundError("No module named 'PIL'", name="PIL")
sys.meta_path.insert(0, Absent())
logging.basicConfig(stream=sys.stdout, format="%(message)s")
from seatrial import plugins
from seatrial.errors import MissingExtra
from seatrial.verbs import range_ as module
names = plugins.names
plugins.names = lambda shelf: ("corruption.contrast", "corruption.jpeg") if shelf == "adversaries" else names(shelf)
print([(row.adversary, row.found) for row in module.range_()])
try:
    module.range_(["corruption.jpeg"])
except MissingExtra as error:
    print("asked for:", *str(error).split())
"""


def test_what_needs_a_missing_package_is_left_out_aloud_unless_it_was_asked_for() -> None:
    said = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    left, rows, asked = said.strip().splitlines()
    assert left.startswith("left out: adversaries.corruption.jpeg: needs PIL")
    assert "seatrial[data]" in left
    assert rows == "[('corruption.contrast', True)]"
    assert asked.startswith("asked for: adversaries.corruption.jpeg: needs PIL")
