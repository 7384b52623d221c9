"""What is done about what is not held: playbooks, findings, incidents, from the command line."""

import json

import pytest
from tests.stories.projects import CLEAN, FAR, NEAR

PLAYBOOK = """  otherwise:
    - {pause: automatic sorting, within: 24h, costs: {hours: 2}}
    - escalate: {to: risk-owner, within: 2d}
    - do: measure again under daylight
"""
FAILING = FAR + PLAYBOOK


@pytest.fixture
def failing(net):
    """A torch project whose critical clause is breached; it has a playbook."""
    net.write(clauses=(CLEAN, FAILING))
    assert net.gate().code == 6
    return net


def listed(project, *words):
    return project.do("finding", "list", "--json", *words).json["findings"]


def only(project):
    (found,) = listed(project)
    return found


def test_a_breached_clause_is_a_finding_with_its_playbook_and_its_time(failing) -> None:
    found = only(failing)
    assert (found["clause"], found["state"], found["verdict"], found["severity"]) == ("far", "open", "breached", "critical")
    assert found["id"].startswith("far-")
    assert len(found["id"]) == len("far-") + 6
    assert [step["said"] for step in found["steps"]] == [
        "pause automatic sorting within 24 hours",
        "escalate to risk-owner within 2 days",
        "measure again under daylight",
    ]
    assert (found["owner"], found["overdue"]) == ("", False)
    assert found["due"] is not None
    text = failing.do("finding", "list")
    assert text.code == 0
    assert found["id"] in text.out
    assert "1 of 3: pause automatic sorting within 24 hours" in " ".join(text.out.split())
