"""A scikit-learn model on a table, without torch: reject, harden, deploy, verify.

Every step is a command that you could type; this script types it, shows it and looks at its exit code.
No number is staged: another SEED fits other models and opens other cases.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from typed import begin, say

HERE = Path(__file__).parent
DEPLOY, REJECT = 0, 6


def main() -> None:
    story = begin(__doc__ or "", HERE, "charter.yaml", "train.py", work=Path(".seatrial/demo-table"))
    began = time.monotonic()
    say("1. Fit a logistic regression as freely as it likes, on the training cases only")
    story.type("python", "train.py", "--seed", story.seed, "--strength", "100")
    say("2. Make a log key; read the charter")
    story.type("seatrial", "init", "--yes")
    story.type("seatrial", "lint")
    say("3. Rehearse, as every commit would: nothing is spent, nothing can be deployed")
    story.type("seatrial", "rehearse", expect=REJECT)
    say("4. The gate: the free regression")
    story.type("seatrial", "gate", expect=REJECT)
    say("5. Harden it with the remedy that the charter names; the gate again, on fresh cases")
    story.type("seatrial", "harden", "--out", "hardened.skops", "--seed", story.seed)
    story.type("seatrial", "gate", "--weights", "hardened.skops", expect=DEPLOY)
    say("6. Verify the evidence offline, as an outsider would")
    story.type("seatrial", "export", "evidence.tar")
    story.type("python", "-m", "seatrial.proof", "evidence.tar", "--trust", "trust.json")
    say(f"Done in {time.monotonic() - began:.0f} seconds: reject (exit code {REJECT}), then deploy ({DEPLOY}).")
    for number, word in ((1, "reject"), (2, "deploy")):
        print(f"  attempt {number}, {word}: {story.report(number)}")


if __name__ == "__main__":
    main()
