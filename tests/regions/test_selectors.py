"""Walking and searching the tree."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.errors import InvalidInput, NotFound
from backend.regions import selectors
from backend.regions.errors import InvalidDivision
from backend.regions.services import import_divisions

#: Real names of Sichuan, and what a village called 石佛 may be called.
ROWS = [
    ("510000000000", "四川省", "province"),
    ("510100000000", "成都市", "prefecture"),
    ("510114000000", "新都区", "county"),
    ("510114006000", "石板滩街道", "township"),
    ("510114006003", "木兰社区居委会", "village"),
    ("510114006004", "大石佛村委会", "village"),
    ("510121000000", "金堂县", "county"),
    ("510121104000", "转龙镇", "township"),
    ("510121104201", "石佛村村委会", "village"),
    ("510121104202", "石佛沟村村民委员会", "village"),
    ("511000000000", "内江市", "prefecture"),
    ("511011000000", "东兴区", "county"),
    ("511011001000", "东兴街道", "township"),
    ("511011001006", "607社区居委会", "village"),
    ("511011001007", "百分之五十%村", "village"),
    ("511300000000", "南充市", "prefecture"),
    ("511381000000", "阆中市", "county"),
    ("511381117000", "木兰镇", "township"),
    ("511381117001", "木兰社区居民委员会", "village"),
    ("511381117002", "石佛社区居民委员会", "village"),
    ("510700000000", "绵阳市", "prefecture"),
    ("510726000000", "北川羌族自治县", "county"),
    ("510726101000", "擂鼓镇", "township"),
    ("510727000000", "平武县", "county"),
    ("510727201000", "阔达藏族乡", "township"),
    ("511100000000", "乐山市", "prefecture"),
    ("511132000000", "峨边彝族自治县", "county"),
    ("511133000000", "马边彝族自治县", "county"),
    ("513200000000", "阿坝藏族羌族自治州", "prefecture"),
    ("513231000000", "阿坝县", "county"),
    ("513300000000", "甘孜藏族自治州", "prefecture"),
    ("513323000000", "丹巴县", "county"),
    ("513323100000", "巴底镇", "township"),
    ("513323100201", "木兰村民委员会", "village"),
    ("513323100202", "甲西村（左翼）村村民委员会", "village"),
    ("513328000000", "甘孜县", "county"),
    ("513400000000", "凉山彝族自治州", "prefecture"),
    ("513422000000", "木里藏族自治县", "county"),
]
XINDU_MULAN, LANGZHONG_MULAN, DANBA_MULAN = "510114006003", "511381117001", "513323100201"


@pytest.fixture(autouse=True)
def _divisions(db: None):
    import_divisions(ROWS)


def found(text: str, near: str | None = None, **options: int) -> list[str]:
    return [row.code for row in selectors.search(text, near, **options)]


def test_children():
    assert [row.code for row in selectors.children(None)] == ["510000000000"]
    assert [row.name for row in selectors.children("510000000000")] == [
        "成都市",
        "绵阳市",
        "内江市",
        "乐山市",
        "南充市",
        "阿坝藏族羌族自治州",
        "甘孜藏族自治州",
        "凉山彝族自治州",
    ]
    assert [row.name for row in selectors.children("510114006000")] == ["木兰社区居委会", "大石佛村委会"]
    assert list(selectors.children(XINDU_MULAN)) == []
    with pytest.raises(InvalidDivision):
        selectors.children("51")


def test_townships_of_a_prefecture_without_counties_are_its_children():
    import_divisions(
        [
            ("440000000000", "广东省", "province"),
            ("441900000000", "东莞市", "prefecture"),
            ("441900003000", "东城街道", "township"),
            ("441900003001", "岗贝社区居民委员会", "village"),
        ]
    )
    assert [row.code for row in selectors.children("441900000000")] == ["441900003000"]
    assert [row.name for row in selectors.ancestors("441900003001", selectors.division("441900003001").full_name)] == [
        "广东省",
        "东莞市",
        "东城街道",
    ]


def test_one_division():
    assert selectors.division(XINDU_MULAN).name == "木兰社区居委会"
    assert selectors.village(XINDU_MULAN).code == XINDU_MULAN
    for code, refusal in (("x", InvalidDivision), ("990000000000", NotFound)):
        with pytest.raises(refusal):
            selectors.division(code)
    with pytest.raises(InvalidDivision, match="请选择到村"):
        selectors.village("510114006000")


def test_ancestors_cost_no_sql(django_assert_num_queries):
    row = selectors.division(XINDU_MULAN)
    with django_assert_num_queries(0):
        above = selectors.ancestors(row.code, row.full_name)
    assert [(a.code, a.name, a.level, a.full_name) for a in above] == [
        ("510000000000", "四川省", 1, "四川省"),
        ("510100000000", "成都市", 2, "四川省 成都市"),
        ("510114000000", "新都区", 3, "四川省 成都市 新都区"),
        ("510114006000", "石板滩街道", 4, "四川省 成都市 新都区 石板滩街道"),
    ]


def test_a_name_finds_all_who_bear_it_the_wide_first():
    assert found("木兰") == ["511381117000", XINDU_MULAN, DANBA_MULAN, LANGZHONG_MULAN]


def test_nearness_decides_between_like_names():
    assert found("木兰社区", XINDU_MULAN)[0] == XINDU_MULAN
    assert found("木兰社区", "511381117002")[0] == LANGZHONG_MULAN
    assert found("木兰", "513323100202")[0] == DANBA_MULAN


@pytest.mark.parametrize(
    "text",
    ["新都 木兰", "新都　木兰", "  新都区  木兰社区 ", "新都木兰", "成都市新都区石板滩街道木兰村", "四川 新都 木兰"],
)
def test_what_lies_above_narrows(text: str):
    assert found(text) == [XINDU_MULAN]


@pytest.mark.parametrize(
    "text",
    [
        "木兰 新都",
        "木兰社区 新都区 成都",
        "石板滩街道 木兰 新都",
        *(f"新都{mark}木兰" for mark in "、，,。；;/／·・•|｜—–-－>＞"),
        "新都，木兰社区",
        "新都/木兰社区",
        "木兰、新都",
        "、新都，、木兰。",
        "新都木兰　社区",
        "新都 区 木兰 社区 居委会",
        "新都區石板滩街道木兰社區",
        "新都區 木兰社區居民委員會",
        "新都區木兰邨",
        "510114 木兰",
        "木兰 510114006003",
    ],
)
def test_words_in_any_order_and_with_any_separator(text: str):
    assert found(text) == [XINDU_MULAN]


@pytest.mark.parametrize("text", ["木兰　社区", "木兰社區", "木兰 社區", "社区 木兰", "木 兰 社区", "木兰社區居委會"])
def test_a_space_inside_a_name_and_traditional_endings(text: str):
    assert set(found(text)) >= {XINDU_MULAN, LANGZHONG_MULAN}
    assert found(text, LANGZHONG_MULAN)[0] == LANGZHONG_MULAN


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("甘孜州", "513300000000"),
        ("甘孜自治州", "513300000000"),
        ("甘孜藏族自治州", "513300000000"),
        ("阿坝州", "513200000000"),
        ("四川 凉山州", "513400000000"),
        ("凉山州，四川", "513400000000"),
        ("北川县", "510726000000"),
        ("北川縣", "510726000000"),
        ("北川", "510726000000"),
        ("木里县", "513422000000"),
        ("凉山州木里县", "513422000000"),
        ("峨边县", "511132000000"),
        ("马边县", "511133000000"),
        ("阔达乡", "510727201000"),
        ("北川县 擂鼓", "510726101000"),
        ("擂鼓镇、北川县", "510726101000"),
        ("北川县擂鼓镇", "510726101000"),
        ("甘孜州 木兰", DANBA_MULAN),
        ("木兰村 甘孜州", DANBA_MULAN),
        ("甘孜州 丹巴县木兰", DANBA_MULAN),
        ("阿坝县", "513231000000"),
        ("甘孜县", "513328000000"),
    ],
)
def test_autonomous_divisions_by_their_everyday_names(text: str, code: str):
    assert found(text) == [code]


@pytest.mark.parametrize("text", ["石佛村", "石佛村委会", "石佛村村民委员会", "石佛村民委员会"])
def test_a_village_is_found_by_whatever_its_committee_is_called(text: str):
    codes = found(text)
    assert codes[0] == "510121104201"
    assert set(codes) == {"510121104201", "510121104202", "511381117002"}


def test_a_community_that_was_a_village_is_found_under_both():
    assert found("石佛社区")[0] == "511381117002"
    assert found("石佛村", "511381117001")[0] == "511381117002"


def test_the_county_is_searched_for_names_that_only_hold_the_word():
    assert "510114006004" not in found("石佛村")
    assert "510114006004" in found("石佛村", XINDU_MULAN)
    assert found("佛沟") == ["510121104202"]


@pytest.mark.parametrize(
    ("text", "code"), [("607", "511011001006"), ("６０７社区", "511011001006"), ("甲西村(左翼)", "513323100202")]
)
def test_digits_and_brackets_of_any_width(text: str, code: str):
    assert found(text) == [code]


def test_a_code_finds_what_begins_with_it():
    assert found("511381") == ["511381000000", "511381117000", LANGZHONG_MULAN, "511381117002"]
    assert found(XINDU_MULAN) == [XINDU_MULAN]
    assert found("51138") == []


@pytest.mark.parametrize(
    "text",
    [
        "_",
        "木_",
        "%兰",
        "木%",
        "新%木兰",
        "新_石板滩街道木兰",
        "\\",
        "'",
        '"',
        "木\\兰",
        "😀",
        "👨‍👩‍👧",
        "",
        "   ",
        "　",
        "\x00",
        "\ud800",
        "村委会",
        "不存在的村",
    ],
)
def test_nothing_is_a_wildcard_and_nothing_breaks(text: str):
    assert found(text) == []


def test_signs_of_patterns_stand_for_themselves():
    assert found("%村") == ["511011001007"]
    assert found("百分之五十%") == ["511011001007"]
    assert found("内江百分之五十%") == ["511011001007"]


def test_forty_characters_and_no_more():
    assert found("木" * 40) == []
    with pytest.raises(InvalidInput) as refusal:
        found("木" * 41)
    assert refusal.value.field == "text"


@pytest.mark.parametrize("near", ["", "51", "x" * 12])
def test_a_malformed_neighbour_is_refused(near: str):
    with pytest.raises(InvalidDivision) as refusal:
        found("木兰", near)
    assert refusal.value.field == "near"


def test_limit_and_level():
    assert len(found("木兰", limit=2)) == 2
    assert found("木兰", level=4) == ["511381117000"]


def test_one_statement_by_index_or_two(django_assert_num_queries):
    statements_of = {
        "木兰": 1,
        "木兰 新都": 1,
        "甘孜州": 1,
        "木兰、甘孜州": 1,
        "新都木兰": 2,
        "甲 乙 丙 丁 戊 己 庚 辛 壬 癸 子 丑 寅 卯 辰 巳 午 未 申 酉": 1,
        "甲乙 丙丁 戊己 庚辛 壬癸 子丑 寅卯 辰巳 午未 申酉 甲乙 丙丁 戊己": 2,
        "村委会": 1,
        "、": 0,
        "": 0,
    }
    for text, statements in statements_of.items():
        with django_assert_num_queries(statements):
            selectors.search(text, XINDU_MULAN)


@pytest.mark.parametrize("text", ["木兰社区", "木兰 新都", "甘孜州", "北川县、木兰社区", "木 兰 村"])
def test_the_first_statement_reads_no_row_that_it_need_not(text: str):
    with CaptureQueriesContext(connection) as captured:
        selectors.search(text, XINDU_MULAN)
    statement = captured.captured_queries[0]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute(f"EXPLAIN {statement}")
        else:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
        plan = "\n".join(" ".join(map(str, row)) for row in cursor.fetchall())
    assert "Seq Scan" not in plan
    assert "SCAN regions_division" not in plan
