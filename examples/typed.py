"""What the demos share: commands that you could type, typed, shown, and looked at."""

import argparse
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

SEATRIAL = str(Path(sys.executable).parent / "seatrial")


@dataclass(frozen=True)
class Story:
    """A scratch folder with its own log and key, in which a story is typed."""

    folder: Path
    seed: str

    def type(self, *words: str, expect: int = 0) -> None:
        """Run one command in the folder; end the demo if its exit code is another than the story needs.

        `seatrial` and `python` are those of the interpreter that runs the demo.
        """
        shown = " ".join(words)
        print(f"$ {shown}", flush=True)
        log = {"SEATRIAL_LOG": str(self.folder / "log"), "SEATRIAL_KEY": str(self.folder / "log.key")}
        real = [{"seatrial": SEATRIAL, "python": sys.executable}.get(words[0], words[0]), *words[1:]]
        code = subprocess.run(real, cwd=self.folder, env={**os.environ, **log}, check=False).returncode
        if code != expect:
            sys.exit(f"\nThe demo fails: `{shown}` ended with exit code {code}, the story needs {expect}.")

    def report(self, attempt: int) -> Path:
        """Return where the page of an attempt lies."""
        return self.folder / ".seatrial" / "reports" / f"attempt-{attempt}" / "report.html"


def say(text: str) -> None:
    """Print a headline, bold on a terminal."""
    bold = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    print(f"\n\033[1m{text}\033[0m" if bold else f"\n{text}", flush=True)


def begin(about: str, home: Path, *files: str, work: Path) -> Story:
    """Return the story that the command line asks for, in an emptied folder with copies of these files."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=work)
    arguments = parser.parse_args()
    folder = arguments.work.absolute()
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name in files:
        shutil.copy(home / name, folder)
    return Story(folder, str(arguments.seed))
