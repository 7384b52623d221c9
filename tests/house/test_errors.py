"""The tree at the top of errors.py is the tree."""

import inspect
import pickle
import re

import pytest

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


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("inlin", ("auto", "inline", "processes"), "did you mean inline?"),
        ("PGD-linf", ("evasion/pgd-linf", "evasion/pgd-l2"), "did you mean evasion/pgd-linf?"),
        ("privacy.pgd", ("evasion.fgsm", "evasion.pgd"), "did you mean evasion.pgd?"),
        ("noise", ("corruption/gaussian-noise", "baseline/clean"), "did you mean corruption/gaussian-noise?"),
        ("x", ("clean", "sensor-noise"), "there are clean, sensor-noise"),
        ("x", [f"name{i}" for i in range(20)], f"there are {', '.join(f'name{i}' for i in range(12))} and 8 more"),
        ("x", (), "there are none"),
    ],
)
def test_a_mistyped_name_is_met_with_what_is_near_or_with_what_there_is(name, known, hint) -> None:
    assert errors.meant(name, known) == hint


def test_blame_says_where_and_leaves_own_errors_and_interrupts_alone() -> None:
    said = r"x: raised ZeroDivisionError: .*test_errors\.py, line \d+"
    with pytest.raises(errors.PluginError, match=said), errors.blamed("x", "raised", to=errors.PluginError):
        _ = 1 / 0
    with pytest.raises(errors.PluginError, match="own"), errors.blamed("x", "raised"):
        raise errors.PluginError("own")
    with pytest.raises(KeyboardInterrupt), errors.blamed("x", "raised"):
        raise KeyboardInterrupt
