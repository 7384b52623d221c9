"""The whole story on real digits: reject, harden, deploy, verify, replay.

Every step is a command that you could type; this script types it, shows it and looks at its exit code.
No number is staged: another SEED trains other models and opens other cases.
"""

import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from typed import begin, say

HERE = Path(__file__).parent
DEPLOY, REJECT = 0, 6


def main() -> None:
    story = begin(__doc__ or "", HERE, "charter.yaml", "model.py", "train.py", work=Path(".seatrial/demo"))
    began = time.monotonic()
    say("1. Train a small network, plainly, on the training cases only")
    story.type("python", "train.py", "--seed", story.seed)
    say("2. Make a log key and a log; check the charter; see what a gate would need")
    story.type("seatrial", "init", "--yes")
    story.type("seatrial", "lint")
    story.type("seatrial", "plan", "--pilot", "256")
    say("3. The gate: the plain network")
    story.type("seatrial", "gate", expect=REJECT)
    say("4. Harden it with the remedy that the charter names")
    story.type("seatrial", "harden", "--out", "hardened.safetensors", "--seed", story.seed)
    say("5. The gate again, on fresh cases: the hardened network")
    story.type("seatrial", "plan", "--pilot", "256", "--weights", "hardened.safetensors")
    story.type("seatrial", "gate", "--weights", "hardened.safetensors", expect=DEPLOY)
    say("6. Verify the evidence offline, as an outsider would; then run the trial again and compare bytes")
    story.type("seatrial", "export", "evidence.tar")
    story.type("python", "-m", "seatrial.proof", "evidence.tar", "--trust", "trust.json")
    story.type("seatrial", "replay", "--weights", "hardened.safetensors")

    say(f"Done in {time.monotonic() - began:.0f} seconds.")
    print(f"The plain network: reject (exit code {REJECT}).  The hardened network: deploy (exit code {DEPLOY}).")
    for number, word in ((1, "reject"), (2, "deploy")):
        print(f"  attempt {number}, {word}: {story.report(number)}")


if __name__ == "__main__":
    main()
