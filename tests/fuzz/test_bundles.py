"""No change of a bundle verifies, none crashes the verifier, and none makes it slow or large."""

import resource
from collections import Counter
from time import process_time

import pytest
from tests.fuzz.mutations import MUTATIONS, mutations
from tests.proof.attacks import honest, sampled
from tests.proof.ledger import trust

from seatrial.proof import bundle
from seatrial.proof.verify import verify_bundle

SLOWEST_S = 2.0
"""Of CPU for one bundle; an honest one takes some milliseconds."""
MORE_KIB = 200 * 1024
"""Memory that looking at thousands of changed bundles may take."""


def _fuzz(data: bytes, seed: int, count: int) -> Counter[str]:
    """Look at so many mutations, and return how many of each kind were found."""
    found: Counter[str] = Counter()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for name, changed in mutations(seed, count, data):
        start = process_time()
        outcome = verify_bundle(changed, trust())
        took = process_time() - start
        assert outcome.findings, f"{name} {seed}: a changed bundle verifies"
        assert all(problem.what for problem in outcome.findings)
        assert took < SLOWEST_S, f"{name} {seed}: {took:.1f} s"
        found[name] += 1
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < MORE_KIB
    return found


def _bundles() -> list[bytes]:
    """A log with approvals, and one with samples of which some are withheld."""
    return [bundle.write(honest().evidence()), bundle.write(sampled(withheld=1)[1])]


def test_no_mutation_verifies() -> None:
    found = sum((_fuzz(data, seed, 500) for seed, data in enumerate(_bundles())), Counter())
    assert found.total() == 1000
    assert len(found) == len(MUTATIONS)


@pytest.mark.slow
def test_no_mutation_of_very_many_verifies() -> None:
    found = sum((_fuzz(data, 100 + seed, 10_000) for seed, data in enumerate(_bundles())), Counter())
    assert found.total() == 20_000
    assert len(found) == len(MUTATIONS)


@pytest.mark.slow
def test_a_mutated_bundle_of_a_hundred_entries_takes_no_longer() -> None:
    log = honest()
    for _ in range(90):
        log.environment(7)
    assert _fuzz(bundle.write(log.evidence()), 200, 500).total() == 500


def test_the_honest_bundles_verify() -> None:
    assert all(verify_bundle(data, trust()).ok for data in _bundles())
