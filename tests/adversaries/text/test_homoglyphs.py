import unicodedata

from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.text.changes import ALIKE, UNSEEN
from seatrial.adversaries.text.homoglyphs import Homoglyphs
from seatrial.controls.rules import TextRule
from seatrial.controls.text.lookalikes import FOLD
from seatrial.records.batch import Batch, Texts
from seatrial.records.digest import column_digests
from seatrial.records.random import Random
from seatrial.records.threat import Edits

TEXT = "please cancel order 4417, the harbour is closed today"


def forged(text, share=0.2, **tactics):
    batch = Batch(column_digests(Texts((text,))), Texts((text,)))
    bench = Bench(Edits(share), Random(bytes(32), batch.ids))
    return Homoglyphs(**tactics).attack(TextRule(len), batch, bench).stimuli[0]


def test_a_person_reads_the_same() -> None:
    made = forged(TEXT)
    assert made != TEXT
    assert made.translate(FOLD) == TEXT
    assert sum(not char.isascii() for char in made) == 11


def test_compatibility_normalisation_does_not_undo_it() -> None:
    for kind in ("lookalike", "unseen"):
        assert unicodedata.normalize("NFKC", forged(TEXT, kinds=(kind,))) != TEXT


def test_each_kind_alone() -> None:
    swapped, hidden = forged(TEXT, kinds=("lookalike",)), forged(TEXT, kinds=("unseen",))
    assert len(swapped) == len(TEXT)
    assert all(old == new or ALIKE[old] == new for old, new in zip(TEXT, swapped, strict=True))
    assert "".join(char for char in hidden if char not in UNSEEN) == TEXT
    assert len(hidden) == len(TEXT) + 11


def test_what_has_no_lookalike_stays() -> None:
    assert forged("\u4f60\u597d", kinds=("lookalike",)) == "\u4f60\u597d"
