"""The forms that seatrial writes or reads, each with an integer of its own, as the code has it."""

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from seatrial.catalog.schema.file import Entry
from seatrial.charter.schema.file import Written
from seatrial.proof import observation
from seatrial.proof.statement import PREDICATE
from seatrial.reports.json import SCHEMA
from seatrial.trial import stimuli

ROOT = Path(__file__).parents[2]
UNMARKED = "in no byte of it: what carries no integer is form 1"


@dataclass(frozen=True)
class Form:
    """One form: what it is called, its integer, and where that stands."""

    name: str
    integer: int
    where: str
    file: str
    """The golden file that shows it."""

    @property
    def row(self) -> str:
        return f"| {self.name} | {self.integer} | {self.where} |"


def _after(text: str, mark: str) -> int:
    return int(text.rpartition(mark)[2])


def _header(data: bytes, magic: bytes) -> int:
    (length,) = struct.unpack_from("<I", data, len(magic))
    return json.loads(data[len(magic) + 4 :][:length])["schema"]


def forms(written: dict[str, bytes]) -> list[Form]:
    """Return every form; `written` is what today's code writes (`write.files`), for those that say it in the file."""
    plan = json.loads(written["plan.json"])["schema"]
    seen = _header(written["observation.bin"], observation.MAGIC)
    shown = _header(written["stimuli.bin"], stimuli.MAGIC)
    return [
        Form("charter", get_args(Written.model_fields["charter"].annotation)[0], "`charter: 1`", "charter.yaml"),
        Form("scenario", get_args(Entry.model_fields["scenario"].annotation)[0], "`scenario: 1`", "scenarios/"),
        Form("plan", plan, "`schema`", "plan.json"),
        Form("statements", _after(PREDICATE, "/v"), "the end of `predicateType`", "statements.jsonl"),
        Form("observation", seen, "`schema` of the header, after `SEAOBS1`", "observation.bin"),
        Form("stimuli", shown, "`schema` of the header, after `SEASTIM1`", "stimuli.bin"),
        Form("report, JSON", _after(SCHEMA, "/v"), "the end of `schema`", "report.json"),
        Form("bundle", 1, UNMARKED, "evidence.tar"),
        Form("log folder and checkpoint", 1, UNMARKED, "checkpoint"),
        Form("trust file", 1, UNMARKED, "trust.json"),
        Form("what a verifier remembers", 1, UNMARKED, "remembered"),
    ]


def table(written: dict[str, bytes]) -> str:
    """Return the table of VERSIONING.md."""
    return "\n".join(["| form | integer | where it stands |", "|---|---|---|", *(one.row for one in forms(written))])
