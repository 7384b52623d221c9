"""How many cases a criterion needs, from the bounds that judge it."""

from fractions import Fraction

from seatrial.proof.bounds import alpha_at, cases_needed, tail

ALPHA = Fraction(1, 20)
STEP, IN_A_ROW = 10, 10


def all_held(limit: str, attempt: int) -> int | None:
    """Cases, all held, that prove a rate."""
    return cases_needed(Fraction(limit), alpha_at(ALPHA, attempt))


def nine_in_ten(limit: str, true: str, attempt: int) -> int:
    """Cases, a multiple of ten, from which on nine in ten models of a true rate are held to a limit."""
    run, n = 0, 0
    while run < IN_A_ROW:
        n += STEP
        run = run + 1 if chance(n, float(limit), float(true), float(alpha_at(ALPHA, attempt))) >= 0.9 else 0
    return n - STEP * (IN_A_ROW - 1)


def chance(n: int, limit: float, true: float, alpha: float) -> float:
    low, high = 0, n + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if tail(n, middle, limit) <= alpha else (middle, high)
    return tail(n, high, true)
