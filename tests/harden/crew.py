"""Several ranks on one machine, each a process of its own, as a launcher would start them."""

import multiprocessing
import pickle
import time

from seatrial.harden.ranks.place import Place

SOON = 120.0
"""Seconds after which a rank that has not ended hangs."""


def crew(work, folder, *, world: int = 2, where: str = "meet"):
    """Start ranks that each do some work; return their processes and where each leaves what it made.

    Args:
        work: Takes a place, returns anything that can be pickled.
        folder: Where ranks meet and leave what they made.
        world: How many there are.
        where: Name of the file by which they find each other; another try is another name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    context, address = multiprocessing.get_context("fork"), f"file://{folder / where}"

    def run(place) -> None:
        try:
            found = True, work(place)
        except Exception as error:
            found = False, error
        (folder / f"{where}-{place.rank}").write_bytes(pickle.dumps(found))

    started = [context.Process(target=run, args=(Place(rank, world, address),)) for rank in range(world)]
    for one in started:
        one.start()
    return started


def ended(started, folder, *, where: str = "meet"):
    """Wait for all ranks; return of each what it returned or raised, or minus the signal that killed it."""
    until = time.monotonic() + SOON
    for one in started:
        one.join(max(0.0, until - time.monotonic()))
        if one.is_alive():
            for other in started:
                other.kill()
            raise TimeoutError("a rank hangs")
    files = [folder / f"{where}-{rank}" for rank in range(len(started))]
    made = [pickle.loads(file.read_bytes())[1] if file.exists() else None for file in files]
    return [one.exitcode if one.exitcode else found for one, found in zip(started, made, strict=True)]


def together(work, folder, *, world: int = 2, where: str = "meet"):
    """Return what ranks returned or raised."""
    return ended(crew(work, folder, world=world, where=where), folder, where=where)
