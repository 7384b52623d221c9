"""The page in a real browser: offline, silent, readable."""

import shutil
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright
from tests.reports import dossiers

from seatrial.reports.html import Html

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
SKIP = 4
"""Words of the link that only the keyboard shows."""
GRAVE = ("serious", "critical")
PAGES = {**dossiers.ALL, "hostile": dossiers.hostile}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]

CONTRAST = """
() => {
  const parse = text => (text.match(/[\\d.]+/g) || []).map(Number);
  const linear = v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
  const light = colour => [0.2126, 0.7152, 0.0722].reduce((sum, part, i) => sum + part * linear(colour[i] / 255), 0);
  const behind = node => {
    for (let at = node; at; at = at.parentElement) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour.length === 3 || colour[3] === 1) return colour;
    }
    return [255, 255, 255];
  };
  const poor = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.textContent.trim() || node.closest('.hidden, title, desc, style, .skip')) continue;
    const style = getComputedStyle(node);
    const ink = parse(node.closest('svg') ? style.fill : style.color);
    const [a, b] = [light(ink), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (ratio < (large ? 3 : 4.5)) poor.push([ratio.toFixed(2), node.outerHTML.slice(0, 80)]);
  }
  return poor;
}
"""


@pytest.fixture(scope="module")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens a dossier, and keeps what the browser asked for and complained about."""
    contexts = []

    def do(name, width=1280, scheme="light"):
        path = tmp_path / "report.html"
        path.write_bytes(Html().render(PAGES[name]()))
        context = browser.new_context(offline=True, viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.own = path.as_uri()
        page.goto(page.own, wait_until="load")
        return page

    yield do
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_it_opens_offline_and_in_silence(opened, name):
    page = opened(name)
    assert page.said == []
    assert [url for url in page.asked if not url.startswith("data:")] == [page.own]
    assert "owned" not in page.title()[:5]
    assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 0)")


def test_the_policy_is_in_force(opened):
    page = opened("reject")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://127.0.0.1:9/x.png'}))")
    page.wait_for_timeout(100)
    assert any("Content Security Policy" in line for line in page.said)


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out(opened, name):
    page = opened(name)
    for width in (320, 375, 768, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", ["reject", "deploy", "hold", "chat", "signal"])
def test_every_text_has_contrast(opened, name):
    page = opened(name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.evaluate(CONTRAST) == [], scheme


@pytest.mark.parametrize("name", dossiers.ALL)
def test_a_screen_reader_finds_its_way(opened, name):
    page = opened(name)
    assert page.get_by_role("main").count() == 1
    assert page.get_by_role("banner").count() == 1
    assert page.get_by_role("contentinfo").count() == 1
    assert page.get_by_role("heading", level=1).count() == 1
    levels = page.evaluate("[...document.querySelectorAll('h1,h2,h3,h4')].map(h => +h.tagName[1])")
    assert all(after - before <= 1 for before, after in pairwise(levels))
    clauses = PAGES[name]().clauses
    for clause in clauses:
        assert page.get_by_role("article", name=clause.name, exact=True).count() == 1
    drawn = [clause for clause in clauses if clause.verdict != "untried"]
    for clause in drawn:
        assert page.get_by_role("img", name=f"{clause.name}: {clause.verdict}").count() == 1


def test_the_keyboard_reaches_the_clauses(opened):
    page = opened("reject")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the clauses"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "imperceptible-change"


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_serious(opened, name):
    page = opened(name)
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found = Axe().run(page).response["violations"]
        serious = {one["id"]: [node["html"] for node in one["nodes"]] for one in found if one["impact"] in GRAVE}
        assert serious == {}, scheme


def test_axe_would_find_something(opened):
    page = opened("reject")
    page.evaluate("document.querySelector('.picture img').removeAttribute('alt')")
    assert "image-alt" in [one["id"] for one in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("name", ["reject", "deploy", "signal"])
def test_paper_is_white_and_loses_nothing(opened, name):
    page = opened(name, scheme="dark")
    words = page.evaluate("document.body.innerText.match(/\\S+/g).length")
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(CONTRAST) == []
    assert page.evaluate("document.body.innerText.match(/\\S+/g).length") >= words - SKIP
    folded = "[...document.querySelectorAll('details > :not(summary)')].filter(one => !one.checkVisibility()).length"
    assert page.evaluate(folded) == 0
    assert page.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def test_a_drawing_of_sizes_says_what_it_shows(opened):
    page = opened("reject")
    drawing = page.get_by_role("img", name="Share that held, by eps (linf ball)")
    assert drawing.count() == 1
    assert "At 0.05: 90.1 %" in drawing.locator("desc").text_content()
    assert drawing.locator("circle.point").count() == 4
    assert drawing.locator("rect.between").count() == 3
    heights = drawing.locator("circle.point").evaluate_all("all => all.map(one => one.getBoundingClientRect().top)")
    assert heights == sorted(heights)


def test_what_is_scrolled_can_be_reached_with_the_keyboard(opened):
    page = opened("deploy", width=390)
    reached = set()
    for _ in range(60):
        page.keyboard.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.tagName")
        )
    assert "Since the previous decision, clause by clause" in reached
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline != "none" or page.evaluate("document.activeElement === document.body")
