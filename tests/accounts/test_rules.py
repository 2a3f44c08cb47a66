"""Phones, codes and nicknames as people write them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.accounts import rules

SEPARATORS = st.text(st.sampled_from(" -—–().·\t　\u00a0\u202a\u202c\u200e"), max_size=3)
DIGITS = {
    "ascii": "0123456789",
    "full width": "０１２３４５６７８９",
    "Tibetan": "༠༡༢༣༤༥༦༧༨༩",
}
PREFIXES = st.sampled_from(["", "+86", "86", "0086", "＋86"])
DEMO_NUMBERS = st.integers(0, 9999).map(lambda n: f"1000000{n:04d}")


@given(DEMO_NUMBERS, PREFIXES, st.sampled_from(sorted(DIGITS)), st.data())
def test_normalise_phone_accepts_every_way_of_writing(
    number: str, prefix: str, script: str, data: st.DataObject
) -> None:
    written = (prefix + number).translate(str.maketrans(DIGITS["ascii"], DIGITS[script]))
    spaced = "".join(character + data.draw(SEPARATORS) for character in written)[:40]
    if len(spaced) < 40:
        assert rules.normalise_phone(spaced, demo=True) == f"+86{number}"


@given(DEMO_NUMBERS)
def test_normalise_phone_is_idempotent_and_demo_only_where_allowed(number: str) -> None:
    phone = rules.normalise_phone(number, demo=True)
    assert phone is not None
    assert rules.normalise_phone(phone, demo=True) == phone
    assert rules.is_demo_phone(phone)
    assert rules.normalise_phone(number, demo=False) is None


@given(st.text(max_size=60) | st.from_regex(r"[+0-9 -]{0,45}", fullmatch=True))
def test_normalise_phone_yields_a_mobile_number_or_nothing(text: str) -> None:
    phone = rules.normalise_phone(text, demo=False)
    assert phone is None or re.fullmatch(r"\+861[3-9][0-9]{9}", phone)


@given(st.integers(0, 10**11 - 1), st.booleans())
def test_normalise_phone_takes_exactly_the_mobile_range(number: int, demo: bool) -> None:
    digits = f"{number:011d}"
    expected = digits[0] == "1" and digits[1] in "3456789"
    assert (rules.normalise_phone(digits, demo=False) is not None) == expected
    assert (rules.normalise_phone(digits, demo=demo) is not None) == (
        expected or (demo and digits.startswith("1000000"))
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "+",
        "1000000010",  # a digit short
        "10000000101x",
        "100000001012",
        "+85210000000101",
        "++8610000000101",
        "86+10000000101",
        "10000+000101",
        "１０００００００１0a",
        "²0000000101",
        "10000000101" + " " * 40,
        "10000000101\n10000000102",
    ],
)
def test_normalise_phone_refuses(text: str) -> None:
    assert rules.normalise_phone(text, demo=True) is None


@given(st.integers(0, 10**6 - 1), st.sampled_from(sorted(DIGITS)), SEPARATORS)
def test_normalise_code(number: int, script: str, separator: str) -> None:
    code = f"{number:06d}"
    written = code.translate(str.maketrans(DIGITS["ascii"], DIGITS[script]))
    assert rules.normalise_code(written[:3] + separator + written[3:]) == code


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "+12345", "六位数字验证", "1" * 1000])
def test_normalise_code_refuses(text: str) -> None:
    assert rules.normalise_code(text) is None


@pytest.mark.parametrize(
    ("text", "nickname"),
    [
        ("王大姐", "王大姐"),
        ("  王   大姐\n", "王 大姐"),
        ("བཀྲ་ཤིས་", "བཀྲ་ཤིས་"),
        ("ꆈꌠꉙ", "ꆈꌠꉙ"),
        ("李5组", "李5组"),
        ("é", "é"),
        ("字" * 30, "字" * 30),
    ],
)
def test_clean_nickname(text: str, nickname: str) -> None:
    assert rules.clean_nickname(text) == nickname


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "字" * 31,
        "字" * 100000,
        "王\u200b大姐",
        "王\u202e大姐",
        "\x00",
        "……",
        "🙂",
        "找我 1000000",
        "电话１００-００００",
        "\ud800",
        "\ue000王",
    ],
)
def test_clean_nickname_refuses(text: str) -> None:
    assert rules.clean_nickname(text) is None


@given(st.text(max_size=40))
def test_clean_nickname_is_idempotent(text: str) -> None:
    cleaned = rules.clean_nickname(text)
    assert cleaned is None or rules.clean_nickname(cleaned) == cleaned


@pytest.mark.parametrize(("role", "levels"), [
    ("law_savvy", {5}), ("official", {5}), ("staff", {1, 2, 3, 4}), ("supervisor", {1, 2, 3, 4}),
])  # fmt: skip
def test_may_be_held_in(role: str, levels: set[int]) -> None:
    assert {level for level in range(1, 6) if rules.may_be_held_in(role, level)} == levels
