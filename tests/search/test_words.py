"""Words: the same for what is stored and what is asked, whatever the text holds."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.search.models import WORD_CHARACTERS
from backend.search.words import MAX_CHARACTERS, STOP_WORDS, clean, every_word, tokens_of, words_in

TEXTS = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("第条之款〇零一二三十百千0123456789婚姻彩礼共同财产的了"),
        st.sampled_from("ༀཁྲིམསལུགས་།ꆈꌠꁱꂷａＡ１²①İß\x00\ud800"),
    ),
    max_size=200,
)


def words(text: str) -> list[str]:
    return [word.text for word in words_in(text)]


@given(TEXTS)
def test_a_word_holds_letters_digits_and_marks_alone(text: str) -> None:
    for word in words_in(text):
        assert 0 < len(word.text) <= WORD_CHARACTERS
        assert {unicodedata.category(c)[0] for c in word.text} <= {"L", "N", "M"}, word
        assert word.text == word.text.lower()
        assert word.text not in STOP_WORDS


@given(TEXTS)
def test_a_word_stands_where_it_says(text: str) -> None:
    for word in words_in(text):
        assert 0 <= word.start < word.end <= len(text)
        piece = text[word.start : word.end]
        if not piece.startswith("第"):
            plain = [unicodedata.normalize("NFKC", c).lower() for c in piece]
            assert "".join(p if len(p) == 1 else c for p, c in zip(plain, piece, strict=True)).startswith(word.text)


@given(TEXTS, TEXTS)
def test_a_line_of_its_own_keeps_its_words(one: str, other: str) -> None:
    assert words(f"{one}\n{other}") == words(one) + words(other)


@given(TEXTS)
def test_tokens_are_the_words(text: str) -> None:
    assert tokens_of(text).split(" ") == (words(text) or [""])


EXAMPLES = {
    "search mode": ("法律援助中心", {"法律", "援助", "法律援助", "中心"}),
    "stop words": ("我的彩礼能不能要回来", {"彩礼", "回来"}),
    "small and half-width": ("ＨIV艾滋病 12348", {"hiv", "艾滋", "艾滋病", "12348"}),
    "an article in Chinese": ("第一千零六十二条", {"1062"}),
    "an article in digits": ("第1062条", {"1062"}),
    "an article behind its law": ("民法典第一千零六十二条", {"民法", "法典", "民法典", "1062"}),
    "an article with a suffix": ("第一百三十三条之一", {"133", "133之1"}),
    "no number": ("第零条", {"第零"}),
    "Tibetan": ("བོད་ཡིག", {"བོད", "ཡིག"}),
    "Yi": ("ꆈꌠꁱ", {"ꆈ", "ꌠ", "ꁱ", "ꆈꌠ", "ꌠꁱ"}),
    "punctuation": ("！？…《》", set()),
    "nothing": ("", set()),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples(name: str) -> None:
    text, expected = EXAMPLES[name]
    assert set(words(text)) == expected


@pytest.mark.parametrize("asked", ["民法典1062条", "民法典第1062条", "民法典第一千零六十二条", "民法典 1062"])
def test_an_article_is_found_however_its_number_is_written(asked: str) -> None:
    assert set(words("《民法典》第一千零六十二条")) == set(words(asked))


def test_a_long_text_is_read_up_to_its_limit() -> None:
    text = "彩" * 10 + "礼" * 10
    assert list(every_word("a" * MAX_CHARACTERS + " " + text))[-1].end <= MAX_CHARACTERS
    assert max(map(len, words("a" * 5000))) == WORD_CHARACTERS


def test_what_no_database_takes_is_a_space() -> None:
    assert clean("甲\x00乙\ud800丙") == "甲 乙 丙"
