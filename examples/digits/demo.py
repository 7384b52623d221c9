"""The whole story on real digits: reject, harden, deploy, verify, replay.

Every step is a command that you could type; this script types it, shows it and looks at its exit code.
No number is staged: another SEED trains other models and opens other cases.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
SEATRIAL = Path(sys.executable).parent / "seatrial"
DEPLOY, REJECT = 0, 6


def say(text: str) -> None:
    print(
        f"\n\033[1m{text}\033[0m" if sys.stdout.isatty() and "NO_COLOR" not in os.environ else f"\n{text}", flush=True
    )


def type_(folder: Path, *words: str, expect: int = 0) -> None:
    """Run one command in the folder; end the demo if its exit code is another than the story needs."""
    shown = ["seatrial" if word == str(SEATRIAL) else "python" if word == sys.executable else word for word in words]
    print(f"$ {' '.join(shown)}", flush=True)
    environment = {**os.environ, "SEATRIAL_LOG": str(folder / "log"), "SEATRIAL_KEY": str(folder / "log.key")}
    code = subprocess.run(words, cwd=folder, env=environment, check=False).returncode
    if code != expect:
        sys.exit(f"\nThe demo fails: `{' '.join(shown)}` ended with exit code {code}, the story needs {expect}.")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path(".seatrial/demo"))
    arguments = parser.parse_args()
    folder, seed, began = arguments.work.absolute(), str(arguments.seed), time.monotonic()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in ("charter.yaml", "model.py", "train.py"):
        shutil.copy(HERE / name, folder)
    seatrial = str(SEATRIAL)

    say("1. Train a small network, plainly, on the training cases only")
    type_(folder, sys.executable, "train.py", "--seed", seed)
    say("2. Make a log key; read the charter; see what the trial will need")
    type_(folder, seatrial, "init", "--yes")
    type_(folder, seatrial, "lint")
    type_(folder, seatrial, "plan", "--rate", "imperceptible-change=0.10")
    say("3. The gate: the plain network")
    type_(folder, seatrial, "gate", expect=REJECT)
    say("4. Harden it with the remedy that the charter names")
    type_(folder, seatrial, "harden", "--out", "hardened.safetensors", "--seed", seed)
    say("5. The gate again, on fresh cases: the hardened network")
    type_(folder, seatrial, "gate", "--weights", "hardened.safetensors", expect=DEPLOY)
    say("6. Verify the evidence offline, as an outsider would; then run the trial again and compare bytes")
    type_(folder, seatrial, "export", "evidence.tar")
    type_(folder, sys.executable, "-m", "seatrial.proof", "evidence.tar", "--trust", "trust.json")
    type_(folder, seatrial, "replay", "--weights", "hardened.safetensors")

    say(f"Done in {time.monotonic() - began:.0f} seconds.")
    print(f"The plain network: reject (exit code {REJECT}).  The hardened network: deploy (exit code {DEPLOY}).")
    for number, word in ((1, "reject"), (2, "deploy")):
        print(f"  attempt {number}, {word}: {folder / '.seatrial' / 'reports' / f'attempt-{number}' / 'report.html'}")


if __name__ == "__main__":
    main()
