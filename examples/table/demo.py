"""A scikit-learn model on a table, without torch: fit, gate, verify.

Every step is a command that you could type; this script types it, shows it and looks at its exit code.
No number is staged: another SEED fits another model and opens other cases.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from typed import begin, say

HERE = Path(__file__).parent


def main() -> None:
    story = begin(__doc__ or "", HERE, "charter.yaml", "train.py", work=Path(".seatrial/demo-table"))
    began = time.monotonic()
    say("1. Fit a logistic regression, on the training cases only")
    story.type("python", "train.py", "--seed", story.seed)
    say("2. Make a log key; read the charter")
    story.type("seatrial", "init", "--yes")
    story.type("seatrial", "lint")
    say("3. Rehearse, as every commit would: nothing is spent, nothing can be deployed")
    story.type("seatrial", "rehearse")
    say("4. The gate")
    story.type("seatrial", "gate")
    say("5. Verify the evidence offline, as an outsider would")
    story.type("seatrial", "export", "evidence.tar")
    story.type("python", "-m", "seatrial.proof", "evidence.tar", "--trust", "trust.json")
    say(f"Done in {time.monotonic() - began:.0f} seconds: deploy (exit code 0).")
    print(f"  {story.report(1)}")


if __name__ == "__main__":
    main()
