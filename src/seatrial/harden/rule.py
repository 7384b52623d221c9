"""What a model is checked against: a threat, and who plays by it.

A ball is played by Auto-PGD and by one step, and searched by scores in the end; a patch by the patch that follows the
gradient, and by one that searches; what else there is, by the adversaries that broke the clause.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from seatrial import plugins
from seatrial.adversaries.adversary import Bench
from seatrial.adversaries.through import Making, Through
from seatrial.harden.foes import Foe
from seatrial.records.batch import Batch
from seatrial.records.random import Random
from seatrial.records.threat import Ball, Patch, Threat, threat_to

Views: TypeAlias = Callable[[Any], Making]
"""From untouched inputs to the making of what may be shown of them."""

COVER = "corruption.occlusion"
"""Who covers a rectangle with grey; any other adversary that plays by a patch chooses what stands in it."""
ONE: Foe = ("evasion.fgsm", {})
"""One step of the whole radius."""
STANDARD: dict[str, tuple[Foe, ...]] = {
    "untouched": (),
    "corruption": (("corruption.noise", {}),),
    "motion": (("evasion.motion", {}),),
    "flow": (("evasion.flow", {}),),
    "colour": (("evasion.colour", {}),),
    "groups": (("evasion.structured", {}),),
    "swap": (("fairness.counterfactual", {}),),
    "missing": (("faults.missing", {}),),
}
"""Who plays by a kind of threat where nobody is named."""
QUERIES, SEARCH = 100, 250
"""Questions of a search by scores, and of one that goes column by column in the last check."""


@dataclass(frozen=True)
class Rule:
    """A threat, and who plays by it; all of it follows from the threat where nothing else is said."""

    threat: Threat
    name: str = ""
    """What it is called in records; the norm of a ball, or the kind of the threat, if empty."""
    played: tuple[Foe, ...] = ()
    """Who broke the clause; they play where nothing better is known of the threat."""
    views: Views | None = field(default=None, compare=False, repr=False)
    """What is shown in place of a free change: whatever an attack does, only this reaches the model."""

    @property
    def kind(self) -> str:
        """The kind of its threat, as a charter names it."""
        return str(threat_to(self.threat)["kind"])

    @property
    def called(self) -> str:
        """Its name."""
        return self.name or (self.threat.norm if isinstance(self.threat, Ball) else self.kind)

    @property
    def bounds(self) -> Ball:
        """Its threat, where it is a ball.

        Raises:
            TypeError: If it is none.
        """
        if not isinstance(self.threat, Ball):
            raise TypeError(f"a {self.kind} is no ball")
        return self.threat

    @property
    def sloped(self) -> bool:
        """Whether it is a ball in which one step and many can be compared, and in which gradients can hide."""
        return isinstance(self.threat, Ball) and self.views is None

    def foes(self, steps: int, *, last: bool = False) -> tuple[Foe, ...]:
        """Return who attacks at a check.

        Args:
            steps: Of an attack by gradients.
            last: Whether it is the last check, in which weights are chosen.
        """
        if isinstance(self.threat, Ball):
            climbs: tuple[Foe, ...] = (("evasion.autopgd", {"steps": steps, "loss": "margin"}),)
            return (*climbs, ("evasion.coordinates", {"queries": SEARCH})) if self.views and last else climbs
        if isinstance(self.threat, Patch) and self.free:
            probes, places, begun = (32, 8, 4) if last else (8, 2, 3)
            return (("evasion.patch", {"probes": probes, "places": places, "steps": begun, "queries": 0}),)
        if isinstance(self.threat, Patch):
            return ((COVER, {"places": 7 if last else 5}),)
        return self.played or STANDARD[self.kind]

    def blind(self, queries: int = QUERIES) -> tuple[Foe, ...]:
        """Return who searches by scores what stood the others; nobody, where that is what the others do."""
        if self.sloped:
            return (("evasion.square", {"queries": queries}),)
        if isinstance(self.threat, Patch) and self.free:
            return (("evasion.patch_random", {"queries": queries}),)
        return ()

    def made(self, foe: Foe, target: Any, batch: Batch[Any], seed: bytes) -> Any:
        """Return what an adversary makes of some cases by this rule: inputs as the target takes them.

        Args:
            foe: Who attacks.
            target: What is attacked.
            batch: The cases, in the target's library.
            seed: 32 bytes; with the digest of a case they decide what is drawn for it.
        """
        adversary = plugins.find("adversaries", foe[0]).make(**foe[1])
        making = None if self.views is None else self.views(batch.inputs)
        seen = target if making is None else Through(target, making)
        made = adversary.attack(seen, batch.open(), Bench(self.threat, Random(seed, batch.ids)))
        stimuli = batch.inputs if made.stimuli is None else made.stimuli
        return stimuli if making is None else making.made(stimuli)[0]

    def to_json(self) -> dict[str, Any]:
        """Return it as plain JSON values."""
        played = [{"use": name, "tactics": dict(tactics)} for name, tactics in self.played]
        return {"name": self.called, "threat": threat_to(self.threat), "played": played}

    @property
    def free(self) -> bool:
        """Whether the contents of a patch are free."""
        return not self.played or any(name != COVER for name, _ in self.played)


WAYS = ("all", "worst", "weights")
"""What the robust accuracy of a model is that is checked against several rules."""


@dataclass(frozen=True)
class Checked:
    """All rules that a model is checked against, and what its robust accuracy is."""

    rules: tuple[Rule, ...]
    """Each with a name of its own."""
    by: str = "all"
    """`all`: cases that stand every rule; `worst`: those that stand the rule that fewest stand; `weights`: the mean."""
    weights: Mapping[str, float] = field(default_factory=dict)
    """Name of a rule -> its weight in the mean; they add up to 1."""


def checked(*threats: Threat) -> Checked:
    """Return threats as what a model is checked against; a case must stand them all."""
    return Checked(tuple(Rule(one) for one in threats))
