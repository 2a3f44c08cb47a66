"""Chinese and Arabic numerals."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.numerals import MAX_NUMBER, chinese_number, parse_number

NUMBERS = st.integers(1, MAX_NUMBER)


def test_every_number_comes_back():
    for number in range(1, MAX_NUMBER + 1):
        assert parse_number(chinese_number(number)) == number
        assert parse_number(str(number)) == number


@given(NUMBERS)
def test_digit_by_digit(number: int):
    written = "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))
    assert parse_number(written) == number
    assert parse_number(written.replace("〇", "零")) == number


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (1, "一"), (10, "十"), (12, "十二"), (20, "二十"), (100, "一百"), (101, "一百零一"), (110, "一百一十"),
        (115, "一百一十五"), (1000, "一千"), (1001, "一千零一"), (1010, "一千零一十"), (1062, "一千零六十二"),
        (1100, "一千一百"), (1260, "一千二百六十"), (9999, "九千九百九十九"),
    ],
)  # fmt: skip
def test_as_laws_write_them(number: int, written: str):
    assert chinese_number(number) == written


@pytest.mark.parametrize(("written", "number"), [("一百十二", 112), ("一千六十二", 1062), ("一千零十", 1010)])
def test_as_people_write_them(written: str, number: int):
    assert parse_number(written) == number


@pytest.mark.parametrize(
    "text",
    ["", "零", "〇", "0", "012", "十十", "百", "一百百", "一二三四五", "10000", "-1", "1.5", "十万", "零一二", "x"],
)
def test_what_is_no_number(text: str):
    assert parse_number(text) is None


@given(st.text(alphabet="〇零一二三四五六七八九十百千0123456789", max_size=12))
def test_any_mixture_is_a_number_in_bounds_or_none(text: str):
    number = parse_number(text)
    assert number is None or 1 <= number <= MAX_NUMBER


@pytest.mark.parametrize("number", [0, -1, 10_000])
def test_numbers_out_of_bounds_have_no_name(number: int):
    with pytest.raises(ValueError, match=str(number)):
        chinese_number(number)
