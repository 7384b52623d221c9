"""The tree at the top of errors.py is the tree."""

import inspect
import pickle
import re

from seatrial import errors


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = re.findall(r"[├└]── (\w+)|^    (\w+) ", errors.__doc__ or "", re.MULTILINE)
    names = {a or b for a, b in drawn}
    real = {n for n, c in vars(errors).items() if inspect.isclass(c) and issubclass(c, errors.SeatrialError)}
    assert names == real


def test_every_error_survives_the_way_from_a_worker() -> None:
    error = errors.TargetError(errors.Problem("weights", "do not fit", "name others"), "second")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), again.problems) == (errors.TargetError, error.problems)
