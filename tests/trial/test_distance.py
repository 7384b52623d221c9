"""The distance of texts, against the plain table of its definition."""

from hypothesis import given
from hypothesis import strategies as st

from seatrial.trial.distance import edits


def table(before: str, after: str) -> int:
    """Optimal string alignment, cell by cell."""
    rows, columns = len(before) + 1, len(after) + 1
    cost = [[i + j if 0 in (i, j) else 0 for j in range(columns)] for i in range(rows)]
    for i in range(1, rows):
        for j in range(1, columns):
            other = before[i - 1] != after[j - 1]
            cost[i][j] = min(cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + other)
            if i > 1 and j > 1 and before[i - 2 : i] == after[j - 1] + after[j - 2]:
                cost[i][j] = min(cost[i][j], cost[i - 2][j - 2] + 1)
    return cost[-1][-1]


@given(st.text("abc", max_size=14), st.text("abc", max_size=14))
def test_it_is_the_table(before, after) -> None:
    assert edits(before, after) == table(before, after) == edits(after, before)


@given(st.text("ab\u0430\u200b", max_size=80), st.text("ab\u0430\u200b", max_size=80))
def test_it_is_the_table_beyond_a_machine_word(before, after) -> None:
    assert edits(before, after) == table(before, after)


def test_known_distances() -> None:
    assert edits("", "") == 0
    assert edits("", "abc") == 3
    assert edits("same", "same") == 0
    assert edits("form", "from") == 1
    assert edits("ca", "abc") == 3, "a swapped pair is not edited again"
    assert edits("kitten", "sitting") == 3


def test_ten_thousand_characters_that_differ_all_over() -> None:
    text = "the harbour opens at six and closes at ten " * 250
    swapped = "".join(text[at + 1] + text[at] for at in range(0, len(text) - 1, 2))
    assert edits(text, swapped[::-1]) > 1000
    assert edits(text, text[:5000] + "x" + text[5000:]) == 1
    assert edits(text, swapped) <= len(text) // 2
