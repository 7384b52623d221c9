"""Plan, run, judge and report in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from seatrial.evidence.environment import stated
from seatrial.records.event import Listener, Phase, silent
from seatrial.verbs.judge import Gated, decided, unix_now
from seatrial.verbs.project import instant, open_log, opened
from seatrial.verbs.run import How, executor_of, recorded
from seatrial.verbs.runner import runner
from seatrial.verbs.runner import submitter as submitter_of
from seatrial.verbs.told import told


def gate(
    path: Path | str,
    *,
    weights: str | None = None,
    again: bool = False,
    executor: str = "auto",
    workers: int = 2,
    log: str | None = None,
    submitter: str | None = None,
    key: Path | str | None = None,
    passwords: Sequence[str] = (),
    flags: Mapping[str, str] | None = None,
    window: str = "",
    hear: Listener = silent,
    clock: Callable[[], str] = instant,
    now: Callable[[], int] = unix_now,
) -> Gated:
    """Try the model against the charter, record the evidence, decide, and write the reports.

    The same trial again is a replay: it costs nothing.  Anything else is an attempt on fresh cases.

    Args:
        path: The charter, or the folder that it lies in.
        weights: Weights to try instead of the charter's.
        again: Whether to spend an attempt on more cases of a trial that has a result.
        executor: Id on the shelf of executors (`auto`, `inline`, `processes` ...); results do not depend on it.
        workers: Processes, for an executor that has them.
        log: Folder of the log, if not the default.
        submitter: Who submits; the login name by default, and the runner's where a runner's key is given.
        key: File or URI of the runner's key, else `SEATRIAL_RUNNER_KEY`.
        passwords: One, of that file; none if it is not encrypted.
        flags: Feature flags under which it will be served, name -> value: for the record of the environment.
        window: When it will be live: `2027-03-01/2027-03-07`; for the same record.
        hear: Is told what happens.
        clock: Gives the instant, as ISO text in UTC, for the record.
        now: Instant at which waivers are looked at, seconds UTC.

    Raises:
        InputError: If the charter does not fit the model or the cases; nothing was spent.
        TargetError: If the model does not load.
        LogError: If the log cannot be written.
        EvidenceError: If the log was changed, or a shard that was done gives other bytes now.

    Examples:
        >>> gated = seatrial.gate("charter.yaml")
        >>> gated.decision, gated.exit_code
        ('deploy', 0)
        >>> print(gated)
        Deploy sorter 1.0: all 2 clauses are held, ...
    """
    given = stated(flags or {}, window)
    worked, signer = executor_of(executor, workers), runner(key, passwords)
    project = opened(path, weights=weights)
    kept = open_log(project, log, runner=signer)
    how = How(again, executor, worked, submitter_of(kept, signer, submitter), clock, given)
    hear = told(hear)
    ran = recorded(project, kept, how, hear)
    hear(Phase("judging, and writing the report"))
    return decided(project, kept, ran.run_result, now=now(), replayed=ran.replayed)
