"""Rules of content that need no database."""

from hypothesis import given
from hypothesis import strategies as st

from backend.content import rules
from backend.regions import rules as regions

LENGTHS = st.sampled_from(regions.PREFIX_LENGTHS)


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Codes of every level, of few enough divisions that they often contain each other."""
    digits = "".join(draw(st.lists(st.sampled_from("12"), min_size=12, max_size=12)))
    return digits[: draw(LENGTHS)].ljust(12, "0")


@given(st.lists(codes()))
def test_outermost_reaches_the_same_people_each_once(chosen: list[str]) -> None:
    kept = rules.outermost(chosen)
    assert set(kept) <= set(chosen)
    for code in chosen:
        assert sum(regions.contains(outer, code) for outer in kept) == 1
    assert rules.outermost(kept) == kept


def test_a_link_names_the_item_as_the_api_does() -> None:
    assert rules.content_link(12) == "content/Q29udGVudEl0ZW06MTI="


def test_passages_are_the_paragraphs_and_statutes_with_their_places() -> None:
    blocks = [
        {"type": "heading", "value": "《民法典》第一条"},
        {"type": "paragraph", "value": "甲"},
        {"type": "unknown", "value": "乙"},
        {"type": "statute", "value": {"citation": "丙"}},
    ]
    assert list(rules.passages(blocks)) == [(1, "甲"), (3, "丙")]
