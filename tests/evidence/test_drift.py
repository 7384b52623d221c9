from hypothesis import given
from hypothesis import strategies as st

from seatrial.evidence.drift import COMPUTE, GROUPS, Difference, diff, drifted, group_of, rank

names = st.one_of(
    st.sampled_from(["cpu.flags", "cpu.count", "gpu.0.name", "python", "python.build", "libc", "os", "window"]),
    st.builds("package.{}".format, st.sampled_from([*COMPUTE, "nvidia-cublas-cu12", "rich", "zzz"])),
    st.builds("record.{}".format, st.sampled_from([*COMPUTE, "rich"])),
    st.builds("{}.{}".format, st.sampled_from(["variable", "setting", "flag", "network"]), st.text("aX_.", max_size=3)),
    st.text(max_size=6),
)  # fmt: skip
environments = st.dictionaries(names, st.text("ab", max_size=2), max_size=12)


def test_the_likeliest_cause_comes_first() -> None:
    before = {
        "os": "a",
        "python": "3.11",
        "package.numpy": "2.0",
        "package.skops": "1",
        "cpu.flags": "avx2",
        "same": "",
    }
    after = {"os": "b", "python": "3.12", "package.numpy": "2.1", "package.torch": "2", "cpu.flags": "avx512f"}
    found = diff(before, after)
    wanted = ["cpu.flags", "package.torch", "package.numpy", "package.skops", "python", "os"]
    assert [one.name for one in found] == wanted
    assert str(found[1]) == "package.torch: (absent) -> 2"
    assert found[2] == Difference("package.numpy", "2.0", "2.1")


def test_groups_say_what_can_change_an_answer() -> None:
    matters = {
        "kernels": ["cpu.flags", "cpu.model", "gpu.0.name", "gpu.driver", "variable.MKL_CBWR"],
        "compute": ["package.torch", "record.numpy", "package.nvidia-cudnn-cu12", "python", "libc", "code.seatrial"],
        "settings": ["setting.torch.threads", "variable.OMP_NUM_THREADS"],
        "target": ["network.certificate", "network.host"],
        "project": ["project.revision", "project.difference"],
        "deployment": ["flag.beta", "window"],
    }
    calm = {
        "system": [
            "os",
            "os.kernel",
            "memory.limit",
            "cpu.count",
            "container.image",
            "setting.executor",
            "python.build",
        ],
        "other": ["package.rich", "record.rich", "locale", "ci", "project.untracked", "", "?"],
    }
    for named, expected in ((matters, True), (calm, False)):
        for group, fields in named.items():
            assert {group_of(name).name for name in fields} == {group}
            assert group_of(fields[0]).matters is expected
    assert [group.name for group in GROUPS] == [*matters, *calm]


@given(environments, environments)
def test_naming_is_symmetric(one: dict[str, str], other: dict[str, str]) -> None:
    forth, back = diff(one, other), diff(other, one)
    assert [(d.name, d.before, d.after) for d in forth] == [(d.name, d.after, d.before) for d in back]


@given(environments, environments)
def test_nothing_is_lost_and_nothing_told_twice(one: dict[str, str], other: dict[str, str]) -> None:
    wanted = {name for name in {*one, *other} if one.get(name, "") != other.get(name, "")}
    found = [difference.name for group in drifted(one, other) for difference in group.differences]
    assert set(found) == wanted
    assert len(found) == len(wanted)
    assert found == [difference.name for difference in diff(one, other)]
    assert all(group.differences for group in drifted(one, other))


@given(environments)
def test_nothing_drifts_from_itself(one: dict[str, str]) -> None:
    assert diff(one, dict(reversed(one.items()))) == ()


@given(st.lists(names, unique=True))
def test_the_order_is_total(some: list[str]) -> None:
    ranks = [rank(name) for name in some]
    assert len(set(ranks)) == len(some)
    backwards = some[::-1]
    assert sorted(some, key=rank) == sorted(backwards, key=rank)


def test_an_older_record_is_compared_only_in_what_it_speaks_of() -> None:
    old = {"python": "3.11", "package.numpy": "2.0", "variable.OMP_NUM_THREADS": "1"}
    new = {"form": "2", "python": "3.11", "package.numpy": "2.1", "record.numpy": "sha256:0", "package.rich": "1"}
    assert [str(one) for one in diff(old, new)] == ["package.numpy: 2.0 -> 2.1"]
    assert [str(one) for one in diff(new, old)] == ["package.numpy: 2.1 -> 2.0"]


def test_another_version_needs_no_line_for_its_digest() -> None:
    before = {"package.numpy": "1", "record.numpy": "a", "record.torch": "b"}
    after = {"package.numpy": "2", "record.numpy": "c", "record.torch": "d"}
    (found,) = drifted(before, after)
    assert [one.name for one in found.told] == ["record.torch", "package.numpy"]
    assert len(found.to_json()["fields"]) == 3
