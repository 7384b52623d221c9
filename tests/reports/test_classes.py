from dataclasses import replace

from scipy import stats
from tests.reports import dossiers

from seatrial.reports.classes import groups


def of(counts, confidence=95.0):
    n, held = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    return groups(replace(dossiers.rejected().clauses[0], groups=counts, n=n, held=held), confidence)


def test_the_interval_of_a_class_is_clopper_pearson():
    (found,) = of({"cat": (80, 60)})
    low, high = stats.beta.ppf(0.05, 60, 21), stats.beta.ppf(0.95, 61, 20)
    assert abs(float(found.start[:-1]) - 100 * low) < 0.02
    assert abs(float(found.width[:-1]) - 100 * (high - low)) < 0.02
    assert found.rate == "75.0 %"
    assert found.ends == f"{int(1000 * low) / 10} % to {-int(-1000 * high // 1) / 10} %"


def test_the_lowest_class_is_marked_where_it_stands_out():
    assert [one.worst for one in of({"a": (40, 10), "b": (40, 36), "c": (40, 35)})] == [True, False, False]


def test_a_class_that_is_lowest_by_chance_is_not_marked():
    assert not any(one.worst for one in of({"a": (200, 95), "b": (200, 97)}))
    assert not any(one.worst for one in of({"a": (10, 5), "b": (10, 5)}))
    assert not any(one.worst for one in of({"a": (10, 0), "b": (10, 0), "c": (10, 0), "d": (10, 1)}))


def test_a_class_without_cases_has_no_row():
    assert [one.name for one in of({"a": (0, 0), "b": (3, 2)})] == ["b"]


def test_all_and_none_are_printed_as_such_only_where_they_are():
    assert [one.rate for one in of({"all": (9000, 9000), "nearly": (9000, 8999), "one": (9000, 1)})] == [
        "100.0 %",
        "99.9 %",
        "0.1 %",
    ]
