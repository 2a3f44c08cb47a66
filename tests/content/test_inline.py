"""Rich text of passages: what is stored, and the spans that clients get of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.content import inline
from backend.content.inline import Span

TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1)
LINKS = st.sampled_from(["", "", "https://example.org/a?b=1&c=2", "http://example.org"])
RUNS = st.lists(st.builds(Span, TEXTS, st.booleans(), st.booleans(), LINKS))


@given(RUNS)
def test_what_is_stored_reads_back_as_the_same_runs(runs: list[Span]):
    assert inline.spans(inline.to_html(runs)) == list(inline.merged(runs))


@given(TEXTS)
def test_plain_text_is_kept_whole_whatever_stands_in_it(text: str):
    assert inline.plain(inline.to_html([Span(text)])) == text


@given(st.text())
def test_any_text_is_read_without_an_error(text: str):
    assert isinstance(inline.plain(text), str)


@pytest.mark.parametrize(
    ("stored", "runs"),
    [
        ("<p>甲<script>alert(1)</script>乙</p>", [Span("甲乙")]),
        ('<p>甲<a href="javascript:alert(1)">乙</a></p>', [Span("甲乙")]),
        ('<p><a href="https://example.org/x" onclick="y()">甲</a></p>', [Span("甲", link="https://example.org/x")]),
        ("<p>甲</b>乙</p>", [Span("甲乙")]),
        ("<p>甲</p><p>乙<br/>丙</p>", [Span("甲\n乙\n丙")]),
        ("<p><img src=x onerror=alert(1)>甲<style>b{}</style></p>", [Span("甲")]),
        ("<p><b>甲<i>乙</i></b></p>", [Span("甲", bold=True), Span("乙", bold=True, italic=True)]),
        ("&lt;b&gt;甲", [Span("<b>甲")]),
    ],
    ids=["script", "javascript", "handler", "unopened", "lines", "picture", "nested", "escaped"],
)
def test_only_the_subset_has_an_effect(stored: str, runs: list[Span]):
    assert inline.spans(stored) == runs


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", "data:text/html,x", "//example.org", "ftp://example.org", "https://a b", "", "HTTPS://x"],
)
def test_links_lead_to_the_web_alone(address: str):
    assert not inline.is_address(address)
