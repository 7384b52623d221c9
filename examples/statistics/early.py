"""What `stop: early` costs and saves: how likely each verdict is, and how many cases are opened on average.

Exact, by the code that judges a gate; no model, no chance.  Run it: `python examples/statistics/early.py`.
"""

from __future__ import annotations

import argparse

from seatrial.plan.looks import ahead
from seatrial.plan.size import chances, limits
from seatrial.proof.criterion import parse
from seatrial.proof.rules import FIRST, cuts

SHARD = 256
"""Cases of a late shard."""


def sizes(cases: int) -> list[int]:
    """Return the shards of a clause that may stop early: it is looked at after each."""
    clause = {"count": cases, "members": 0, "shard": SHARD, "first": FIRST}
    return cuts({"clauses": {"it": clause}}, "it")


def main() -> None:
    """Print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=2000, help="cases that one attempt may open")
    parser.add_argument("--require", default="held_rate >= 0.95 at 95%", help="what the charter asks for")
    given = parser.parse_args()
    asked, shards = parse(given.require), sizes(given.cases)
    fixed = limits(asked, given.cases)
    print(f"{given.cases} cases at most, {asked}, first attempt\n")
    print(f"{'':12}{'stops early':^44}{'all cases':^24}")
    print("true rate" + "".join(f"{name:>11}" for name in ("held", "breached", "cases", "share", "held", "breached")))
    for rate in (1.0, 0.99, 0.98, 0.97, 0.96, 0.95, 0.92, 0.85):
        found = ahead(shards, rate, lambda cases: limits(asked, cases, early=True))
        whole = chances(given.cases, rate, *fixed)
        shares = [found.held, found.breached, whole["held"], whole["breached"]]
        held, breached, held_all, breached_all = (f"{100 * share:>9.1f} %" for share in shares)
        used = f"{100 * found.expected / given.cases:>9.1f} %"
        print(f"{rate:>9.2f}{held}{breached}{found.expected:>11,.0f}{used}{held_all}{breached_all}")


if __name__ == "__main__":
    main()
