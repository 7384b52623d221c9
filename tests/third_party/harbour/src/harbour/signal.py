"""One line for a signal mast."""

from dataclasses import dataclass

from seatrial.records.card import Card
from seatrial.reports.reporter import Reporter


@dataclass(frozen=True)
class Mast:
    """Flags for a decision."""

    def render(self, dossier, /):
        """Return one line: the decision, and how many clauses held."""
        held = sum(clause.verdict == "held" for clause in dossier.clauses)
        return f"{dossier.decision.upper()} {held}/{len(dossier.clauses)}\n".encode()


CARD: Card[Reporter] = Card(Mast, "A signal mast")
