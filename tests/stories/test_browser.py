"""The page of a real gate in a real browser: offline, silent, with pictures of what broke the model."""

import shutil

import pytest
from playwright.sync_api import sync_playwright
from tests.stories.projects import CLEAN, FAR

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed (Debian: apt-get install chromium)"),
]


def test_the_report_of_a_real_gate(net) -> None:
    net.write(clauses=(CLEAN, FAR))
    assert net.gate().code == 6
    path = net.folder / ".seatrial/reports/attempt-1/report.html"
    asked, said = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_context(offline=True, viewport={"width": 1000, "height": 900}).new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(path.as_uri(), wait_until="load")
        assert page.get_by_role("heading", level=1).count() == 1
        for name, verdict in (("clean", "held"), ("far", "breached")):
            assert page.get_by_role("article", name=name, exact=True).count() == 1
            assert page.get_by_role("img", name=f"{name}: {verdict}").count() == 1
        pictures = page.evaluate("[...document.images].map(image => image.complete && image.naturalWidth)")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        browser.close()
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [path.as_uri()]
    assert len(pictures) >= 6 * 2
    assert all(pictures)
