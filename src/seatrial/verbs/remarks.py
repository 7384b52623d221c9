"""What a reader must know of how the numbers of a decision came about: stops, populations, baselines, quantiles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from seatrial.plan.plan import Plan, Promise
from seatrial.proof import bounds, rules, verdict
from seatrial.proof.canonical import short
from seatrial.proof.criterion import Criterion, parse
from seatrial.verbs.rows import Rows


def remarks(plan: Plan, results: Sequence[Mapping[str, Any]], seen: Mapping[str, Rows]) -> tuple[str, ...]:
    """Return what is to be said, one sentence or two each.

    Args:
        plan: What was followed.
        results: Predicates of the run-results that count, in the order of the log.
        seen: Clause -> its rows.
    """
    return (*_stops(plan, results), *_population(plan), *_comparison(plan), *_quantiles(plan, seen), *_hidden(seen))


def _stops(plan: Plan, results: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield where clauses stopped in the last slice."""
    if not plan.stop:
        return
    said, last = plan.to_json(), verdict.outcomes(results)[-1]
    for promise in plan.clauses:
        sizes = rules.cuts(said, promise.name)
        mine = {index: shard["status"] for (owner, index), shard in last.items() if owner == promise.name}
        if "not_needed" in mine.values():
            cases = sum(size for index, size in enumerate(sizes) if mine.get(index) != "not_needed")
            yield f"{promise.name} stopped early, after {cases:,} of {sum(sizes):,} cases: these had settled it."
    yield "Tests of a plan that stops early may be looked at after every shard: their doubt is over all looks together."


def _population(plan: Plan) -> Iterator[str]:
    units = sorted({wanted.per for wanted in map(_asked, plan.clauses) if wanted.clustered})
    for unit in units:
        yield f"What is counted per {unit} has as many samples as there are: more cases of one {unit} add little."
    if plan.stop:
        yield (
            "The cases were drawn by chance from the gate's pool, and what is claimed is about the population that "
            "the pool was drawn from: not about the pool, and not about other cases."
        )


def _comparison(plan: Plan) -> Iterator[str]:
    """Yield what a difference is taken to."""
    names = [promise.name for promise in plan.clauses if _asked(promise).baseline]
    if names and plan.baseline:
        block = plan.baseline["target"]
        what = block.get("weights") or block.get("load") or block.get("url") or block.get("kind")
        yield (
            f"{', '.join(names)}: each model was tried, with the same seeds, on the same cases; the baseline is {what} "
            f"({short(plan.baseline['model'])})."
        )


def _quantiles(plan: Plan, seen: Mapping[str, Rows]) -> Iterator[str]:
    """Yield between which values a quantile lies, by order statistics; a value that is unknown is out of bounds."""
    for promise in plan.clauses:
        wanted = _asked(promise)
        if wanted.quantile is None or wanted.clustered or promise.name not in seen or plan.stop:
            continue
        name, columns = wanted.arguments[0], seen[promise.name].columns
        column = columns.get(f"value:{name}", columns.get(name))
        if column is None or not len(column):
            continue
        low, high = quantile_bounds(wanted, np.asarray(column, dtype=np.float64))
        sure = float(100 - 200 * wanted.alpha)
        ends = f"lies between {low:.4g} and {high:.4g} ({sure:g} % interval)" if np.isfinite([low, high]).all() else ""
        ends = ends or (f"is at most {high:.4g}" if np.isfinite(high) else f"is at least {low:.4g}")
        if np.isfinite([low, high]).any():
            yield f"{promise.name}: {wanted.expression} {ends}, by order statistics."


def _hidden(seen: Mapping[str, Rows]) -> Iterator[str]:
    """Yield which clauses rest on gradients that another clause found to be hidden, and did not ask about that."""
    masked = sorted(name for name, rows in seen.items() if any(one.found for one in rows.findings))
    blind = sorted(name for name, rows in seen.items() if not rows.findings and rows.total("backwards") > 0)
    if masked and blind:
        yield (
            f"Signs of masking were found under {', '.join(masked)}. {', '.join(blind)} went by gradients too, and did "
            "not ask whether they are hidden: what held there may have held for that alone."
        )


def quantile_bounds(wanted: Criterion, values: np.ndarray[Any, np.dtype[np.float64]]) -> tuple[float, float]:
    """Return one-sided bounds of a quantile at the criterion's doubt each: order statistics, whatever the distribution.

    NaN is unknown: the smallest of all for the lower bound, the largest for the upper one.
    """
    low, high = bounds.order_ranks(len(values), wanted.quantile or Fraction(0), wanted.alpha)
    falling = np.sort(np.where(np.isnan(values), -np.inf, values))
    rising = np.sort(np.where(np.isnan(values), np.inf, values))
    return (
        float(falling[low - 1]) if low else -float("inf"),
        float(rising[high - 1]) if high <= len(values) else float("inf"),
    )


def _asked(promise: Promise) -> Criterion:
    return parse(promise.require)
