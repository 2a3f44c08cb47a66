"""What follows from codes and names, for any code of real shape."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.regions import rules


@st.composite
def codes(draw: st.DrawFn) -> str:
    """A code as the statistics bureau gives them: two digits of province, then levels that may stop early."""
    code = str(draw(st.integers(11, 82)))
    for digits in (2, 2, 3, 3)[: draw(st.integers(0, 4))]:
        code += str(draw(st.integers(1, 10**digits - 1))).rjust(digits, "0")
    return code.ljust(12, "0")


@given(codes())
def test_the_prefix_padded_with_zeros_is_the_code(code: str):
    prefix = rules.prefix_of(code)
    assert prefix.ljust(12, "0") == code
    assert len(prefix) == rules.PREFIX_LENGTHS[rules.level_of(code) - 1]


@given(codes())
def test_ancestors_go_down_one_level_at_a_time_and_contain_each_other(code: str):
    line = rules.lineage(code)
    assert [rules.level_of(ancestor) for ancestor in line] == list(range(1, rules.level_of(code) + 1))
    assert line[-1] == code
    assert line[:-1] == rules.ancestor_codes(code)
    assert rules.parent_of(code) == (line[-2] if len(line) > 1 else None)
    for outer, inner in itertools.pairwise(line):
        assert rules.contains(outer, inner)
        assert not rules.contains(inner, outer)
    assert all(rules.contains(ancestor, code) for ancestor in line)


@given(codes(), codes())
def test_contains_says_the_same_as_lineage_and_range(outer: str, inner: str):
    low, high = rules.code_range(rules.prefix_of(outer))
    assert rules.contains(outer, inner) == (outer in rules.lineage(inner)) == (low <= inner <= high)


@given(codes())
def test_a_child_lies_in_exactly_one_range_of_its_parent(code: str):
    parent = rules.parent_of(code)
    if parent is None:
        return
    holding = [
        level
        for level, (low, high) in rules.child_ranges(parent)
        if level == rules.level_of(code) and low <= code <= high
    ]
    assert holding == [rules.level_of(code)]


def test_a_township_of_a_prefecture_without_counties_lies_directly_below_it():
    assert rules.lineage("441900003001") == ["440000000000", "441900000000", "441900003000", "441900003001"]
    assert rules.parent_of("441900003000") == "441900000000"
    assert (4, ("441900000000", "441900999999")) in rules.child_ranges("441900000000")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "51",
        "051000000000",
        "51000000000",
        "5100000000000",
        "51000000000a",
        "５１００００００００００",
        "510000000000\n",
    ],
)
def test_what_is_no_code(text: str):
    assert not rules.is_code(text)
    with pytest.raises(ValueError, match="not a division code"):
        rules.level_of(text)


@pytest.mark.parametrize(
    ("typed", "core", "kind"),
    [
        ("石佛村", "石佛", "村"),
        ("石佛村委会", "石佛", "村"),
        ("石佛村民委员会", "石佛", "村"),
        ("石佛村村民委员会", "石佛", "村"),
        ("石佛社区", "石佛", "社区"),
        ("石佛社区居委会", "石佛", "社区"),
        ("石佛社区居民委员会", "石佛", "社区"),
        ("石佛居委会", "石佛", "社区"),
        ("石佛", "石佛", ""),
        ("新村", "新村", "村"),
        ("村", "村", "村"),
        ("木兰镇", "木兰镇", ""),
    ],
)
def test_the_proper_name_of_a_village(typed: str, core: str, kind: str):
    assert (rules.core_of(typed), rules.kind_of(typed)) == (core, kind)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("新都　木兰", "新都 木兰"),
        ("６０７社区", "607社区"),
        ("甲西村(左翼)", "甲西村（左翼）"),
        ("木\u200b兰", "木兰"),
        ("木\x00兰", "木 兰"),
        ("木\ud800兰", "木 兰"),
        ("木兰😀", "木兰😀"),
    ],
)
def test_what_was_typed_is_read_as_names_are_written(typed: str, clean: str):
    assert rules.clean_text(typed) == clean


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("新都、木兰", ["新都", "木兰"]),
        (" ，新都 - 木兰。", ["新都", "木兰"]),
        ("木兰　社區", ["木兰社区"]),
        ("新都 區 木兰 村 委會", ["新都区", "木兰村", "委会"]),
        ("社区 木兰", ["社区", "木兰"]),
        ("石佛邨 新邨社区", ["石佛村", "新邨社区"]),
        ("木_兰%", ["木_兰%"]),
        ("、，·", []),
    ],
)
def test_the_names_in_what_was_typed(typed: str, words: list[str]):
    assert rules.words_of(typed) == words


@given(st.text(alphabet="新都木兰社区村縣邨、，-/· 　州", max_size=40))
def test_words_are_found_again_in_themselves(text: str):
    words = rules.words_of(text)
    assert all(words)
    for word in words:
        assert rules.words_of(word) == [word]


@pytest.mark.parametrize(
    ("word", "official"),
    [
        ("甘孜州", ("甘孜", "自治州")),
        ("甘孜自治州", ("甘孜", "自治州")),
        ("甘孜藏族自治州", ("甘孜藏族", "自治州")),
        ("北川县", ("北川", "自治县")),
        ("阔达乡", ("阔达", "族乡")),
        ("州", None),
        ("自治州", None),
        ("神州", None),
        ("木兰镇", None),
    ],
)
def test_what_an_everyday_name_may_stand_for(word: str, official: tuple[str, str] | None):
    assert rules.autonomous(word) == official


@given(st.text(max_size=40))
def test_cleaned_text_can_be_stored_anywhere(text: str):
    clean = rules.clean_text(text)
    assert "\x00" not in clean
    clean.encode()  # no lone surrogate
    assert rules.clean_text(clean) == clean


@pytest.mark.parametrize("text", ["", "木 兰", "木\t兰", "木\x00兰", "木\u2028兰"])
def test_what_is_no_name(text: str):
    assert not rules.is_name(text)


def test_common_words_are_told_from_names():
    assert [word for word in ("村", "社区", "村委会", "委员会", "木", "木兰", "新村") if rules.is_common(word)] == [
        "村", "社区", "村委会", "委员会", "木",
    ]  # fmt: skip


LENGTHS = st.sampled_from(rules.PREFIX_LENGTHS)


@st.composite
def few_codes(draw: st.DrawFn) -> str:
    """Codes of every level, of few enough divisions that they often contain each other."""
    digits = "".join(draw(st.lists(st.sampled_from("12"), min_size=12, max_size=12)))
    return digits[: draw(LENGTHS)].ljust(12, "0")


@given(st.lists(few_codes()))
def test_outermost_reaches_the_same_people_each_once(chosen: list[str]) -> None:
    kept = rules.outermost(chosen)
    assert set(kept) <= set(chosen)
    for code in chosen:
        assert sum(rules.contains(outer, code) for outer in kept) == 1
    assert rules.outermost(kept) == kept
