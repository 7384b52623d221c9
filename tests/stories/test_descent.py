"""After a remedy: child and parent clause by clause, the plan of the gate, the record of both, the page."""

import shutil

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from tests.stories.projects import CASES, CLEAN, FAR, NEAR, NOISE

from seatrial.evidence.log import Log
from seatrial.proof.canonical import digest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
MIDDLE = (
    NEAR.replace("near:", "middle:")
    .replace("{use: evasion/fgsm, eps: 0.01}", "{use: evasion/fgsm, eps: 0.2}, {use: evasion/fgsm, eps: 0.4}")
    .replace("0.70", "0.90")
    + "  otherwise: training.pgd\n"
)
RUINED = FAR + "  otherwise: [{harden: training.pgd, settings: {rate: 30.0, batch: 16}}]\n"
FAST = """
fast:
  because: nobody waits
  scenarios: [baseline/clean]
  require: p90(latency) <= 2 s at 95%
"""
LIKE = """
like-before:
  because: users got used to it
  scenarios: [baseline/clean]
  require: held_rate - baseline >= -0.10 at 95%
"""
FAIR = """
fair:
  because: everybody is served alike
  scenarios: [baseline/clean]
  require: gap(held_rate) <= 0.60 at 95%
  advisory: true
"""


def hardened(project, *words):
    return project.do("harden", "--clause", "middle", "--steps", "30", *words)


@pytest.fixture
def weak(net):
    """A torch project with a clause that a change breaks, and a remedy for it."""
    return net.write(clauses=(CLEAN, NOISE, MIDDLE, FAST))


def test_every_clause_is_tried_on_both_with_what_each_lost_and_won(weak) -> None:
    done = hardened(weak, "--json")
    assert done.code == 0, done.err
    shown = done.json
    beside = shown["beside"]
    assert [one["name"] for one in beside["clauses"]] == ["clean", "noise", "middle", "fast"]
    assert beside["on"] == "rehearsal"
    assert beside["beyond"] == []
    for one in beside["clauses"]:
        assert one["parent"]["n"] == one["child"]["n"] == beside["cases"]
        if one["pairs"] is not None:
            gained = one["child"]["held"] - one["parent"]["held"]
            assert one["pairs"]["won"] - one["pairs"]["lost"] == gained
            assert sum(part["n"] for part in one["classes"]) == beside["cases"]
    assert next(one for one in beside["clauses"] if one["name"] == "fast")["pairs"] is None
    assert 0 < beside["latency"]["low"] <= beside["latency"]["ratio"] <= beside["latency"]["high"]
    assert shown["record"]["beside"] == beside


def test_the_gate_of_the_child_is_planned_and_nothing_is_spent(weak) -> None:
    assert weak.gate().code == 6
    before = len(weak.entries)
    shown = hardened(weak, "--json").json
    assert len(weak.entries) == before + 1, "one entry of lineage"
    plan = shown["plan"]
    assert plan["attempt"] == 2
    assert not plan["replay"]
    assert {row["name"] for row in plan["clauses"]} == {"clean", "noise", "middle", "fast"}
    again = weak.do("plan", "--weights", "hardened.safetensors", "--pilot", "0", "--json").json
    assert plan["model"] == again["model"]
    assert plan["trial"] == again["trial"]


def test_the_record_names_all_that_the_child_follows_from(weak) -> None:
    assert weak.gate().code == 6
    record = hardened(weak, "--json").json["record"]
    log = Log.open(weak.log)
    decision = next(seq for seq, one in enumerate(log.statements()) if one.kind == "decision")
    assert record["decision"]["entry"] == decision
    assert record["decision"]["digest"] == digest(log.payload(decision))
    assert record["finding"].startswith("middle-")
    assert record["finding"] in weak.do("finding", "list").out
    assert [one["scenario"].partition("@")[0] for one in record["library"]["scenarios"]] == ["evasion/fgsm"] * 2
    assert record["library"]["catalog"].startswith("sha256:")
    assert "adversaries.evasion.fgsm" in record["library"]["plugins"]
    assert record["data"]["truth"].startswith("sha256:")
    assert record["learned_from"]["digest"] != record["chosen_on"]["digest"]
    assert record["code"]["remedy"].startswith("seatrial ")
    assert record["made_in"]["code.seatrial"].startswith("sha256:")
    assert len(record["seed"]) == 64
    (said,) = weak.said("lineage")
    assert digest((weak.folder / "hardened.json").read_bytes()) == said["record"]


def test_what_is_lost_beyond_the_charter_is_said_and_no_attempt_is_spent(net) -> None:
    net.write(clauses=(CLEAN, RUINED))
    done = net.do("harden", "--clause", "far", "--steps", "12", "--then-gate")
    assert done.code == 3, done.out + done.err
    assert "Beyond the charter, the child loses what its parent had: clean." in " ".join(done.out.split())
    assert "A gate would spend an attempt on a model that has lost something" in " ".join(done.out.split())
    assert (net.folder / "hardened.safetensors").exists()
    assert net.said("submission") == []
    assert net.do("harden", "--clause", "far", "--steps", "12", "--cases", "0").code == 0


def test_then_gate_is_the_gate(net) -> None:
    net.write(clauses=(CLEAN, NEAR + "  otherwise: training.pgd\n"))
    done = net.do("harden", "--clause", "near", "--steps", "20", "--then-gate", "--json")
    assert done.code == 0, done.err
    assert done.json["gate"]["decision"] == "deploy"
    assert len(net.said("submission")) == 1


def test_groups_and_a_margin_are_looked_at_for_both(net) -> None:
    loaded = dict(np.load(net.folder / "cases.npz"))
    loaded["groups"] = np.where(np.arange(len(loaded["y"])) % 3 == 0, "north", "south")
    np.savez(net.folder / "cases.npz", **loaded)
    net.write(
        clauses=(CLEAN, LIKE, FAIR, MIDDLE),
        cases=CASES.replace("per_attempt: 60", "per_attempt: 90, groups: groups"),
        more=f"baseline: {net.target.removeprefix('target: ')}",
    )
    done = hardened(net, "--json")
    assert done.code == 0, done.err
    clauses = {one["name"]: one for one in done.json["beside"]["clauses"]}
    assert [part["name"] for part in clauses["clean"]["groups"]] == ["north", "south"]
    assert clauses["like-before"]["parent"]["point"] == 0
    assert clauses["like-before"]["change"] == "same"
    assert clauses["fair"]["child"]["point"] is None


def test_without_rehearsal_cases_those_kept_for_choosing_serve(net) -> None:
    net.write(clauses=(CLEAN, MIDDLE), cases=CASES.replace("rehearsal: 20%", "rehearsal: 0%"))
    done = hardened(net)
    assert done.code in (0, 3), done.err
    assert "training cases that were kept aside: the parent may have learned from them" in " ".join(done.out.split())
    told = hardened(net, "--cases", "0")
    assert told.code == 0
    assert "Beside its parent" not in told.out
    assert net.do("harden", "--clause", "middle", "--cases", "-1").code == 2


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)")
def test_the_page_asks_for_nothing_and_axe_finds_nothing_serious(weak) -> None:
    assert weak.gate().code == 6
    done = hardened(weak)
    assert done.code == 0, done.err
    path = weak.folder / "hardened.html"
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(offline=True, viewport={"width": 1000, "height": 900}).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.goto(path.as_uri(), wait_until="load")
        for name in ("clean", "noise", "middle", "fast"):
            assert page.get_by_role("article", name=name, exact=True).count() == 1
        assert page.get_by_role("img", name="Share that held by size").count() == 2
        assert page.get_by_role("img", name="Shares over updates").count() == 1
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            found = Axe().run(page).response["violations"]
            assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == [], scheme
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert said == []
    assert asked == [path.as_uri()]
