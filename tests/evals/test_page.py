"""The report: one file that needs nothing else, with what it promises, and readable."""

import re
import sys
from html.parser import HTMLParser

import pytest

from evals.page import write_report
from evals.sidebyside import Against, Standing
from evals.standings import STANDINGS, Standings
from evals.summary import lines
from evals.worst import worst


class Page(HTMLParser):
    """Ids of the sections, addresses, and all text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.addresses: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "section":
            self.ids.append(given["id"])
        self.addresses += [given[name] for name in ("src", "href") if given.get(name)]

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def standings(fast_run, tmp_path):
    estimates = {
        name: fast_run.figures.overall.estimates[name]
        for name in ("recall_at_5", "fact_in_answer", "rr")
    }
    estimates["abstention"] = estimates["fact_in_five"] = estimates["rr"]
    found = Standings(
        sets={
            "test": tuple(
                Standing(
                    name=name,
                    group="peer",
                    estimates=estimates,
                    against={
                        measure: Against(by=0.1, low=low, high=0.2, p=0.01) for measure in estimates
                    },
                    median_ms=1.5,
                    p95_ms=3,
                    index_seconds=4,
                    memory_mb=None,
                )
                for name, low in (("이 도우미", 0.0), ("다른 <방법>", 0.05))
            )
        }
    )
    (tmp_path / STANDINGS).write_text(found.model_dump_json(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def report(fast_run, standings):
    return write_report(fast_run.folder, fast_run.folder, standings)


def test_the_page_is_whole_and_asks_for_nothing_else(report, fast_run) -> None:
    html = report[0].read_text(encoding="utf-8")
    page = Page(html)
    assert page.ids == [
        "figures", "category", "kind", "confusion", "trust", "latency", "peers", "changes", "worst",
    ]  # fmt: skip
    assert [one for one in page.addresses if not one.startswith("#")] == []
    assert re.findall(r"url\((?!#)|@import|<script", html) == []
    value = fast_run.figures.overall.estimates["recall_at_5"].value
    assert f"{value:.3f}" in page.text
    assert "이 도우미" in page.text
    assert "다른 <방법>" in page.text  # escaped in the source
    assert html.count("<svg") == 4  # by category, risk and coverage, latency, ours and others
    assert (
        "재지 않았습니다" in page.text
    )  # dev questions are those that the confidence is fitted on


def test_drawing_twice_gives_the_same_file(report, fast_run, standings) -> None:
    first = report[0].read_bytes()
    write_report(fast_run.folder, fast_run.folder, standings)
    assert report[0].read_bytes() == first


def test_markdown_tells_the_same_figures(report, fast_run) -> None:
    text = report[1].read_text(encoding="utf-8")
    for name, estimate in fast_run.figures.overall.estimates.items():
        assert f"| {estimate.value:.3f} |" in text, name
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.MULTILINE)
    for one in tables:
        assert len({line.count(" |") for line in one.splitlines()}) == 1, one


def test_the_worst_answers_are_wrong_ones_with_their_passages(fast_run) -> None:
    found = worst(fast_run.records())
    assert 0 < len(found) <= 20
    for bad in found:
        assert bad.wrong
        assert bad.found
        assert all(place.excerpt for place in bad.found)


def test_figures_as_text_name_every_metric_that_applies(fast_run) -> None:
    text = "\n".join(lines(fast_run.figures))
    for name in ("MRR@10", "숫자에 근거가 있음", "위험-응답률 넓이(AURC)", "답변 시간"):
        assert name in text
    assert "보정 오차(smECE)" not in text


def test_without_matplotlib_the_message_says_what_to_install(
    fast_run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from corpus import SettingsError

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(SettingsError, match=r"smartstore-assistant\[report\]"):
        write_report(fast_run.folder, None, None)


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_fits_a_screen_and_loads_only_itself(report, width: int) -> None:
    from chromium import CHROMIUM, FLAGS

    if CHROMIUM is None:
        pytest.skip("no Chromium")
    from playwright.sync_api import sync_playwright

    asked: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page(viewport={"width": width, "height": 900})
        page.on("request", lambda request: asked.append(request.url))
        page.goto(report[0].as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.locator("section").count() == 9
        browser.close()
    assert asked == [report[0].as_uri()]
