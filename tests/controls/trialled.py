"""Both sides of a control, against every adversary that names it."""

from tests.adversaries.arena import fight

from seatrial import plugins


def users(control):
    """Return the adversaries whose card names a control."""
    return [name for name in plugins.names("adversaries") if control in plugins.find("adversaries", name).controls]


def shares(control, adversary, seed, **tactics):
    """Return what share of flaw and twin fall."""
    made = plugins.find("controls", control).make()
    found = []
    for plant in (made.flaw(), made.twin()):
        attacker = plugins.find("adversaries", adversary).make(**{**plant.tactics, **tactics})
        batch = plant.cases.take(0, len(plant.cases))
        shown = fight(
            attacker,
            plant.target,
            batch,
            plant.threat,
            left=getattr(plant.threat, "queries", 0),
            seed=bytes([seed]) * 32,
        )
        found.append((shown.fallen.mean(), plant.share))
    (fell, least), (cried, most) = found
    return fell >= least, cried <= most
