"""The parts of an index, its place in a file, and the columns that the trees read."""

import logging

import numpy as np
import pytest

from backend.statutes.finding import features, learnt, shapes, storage
from backend.statutes.finding.index import build
from backend.statutes.finding.question import understand
from backend.statutes.finding.ranking import Ranker


def test_parts_are_runs_of_laws_and_chapters(small):
    assert small.laws.names == ["刑法", "劳动合同法", "民法典"]
    assert small.laws.starts.tolist() == [0, 2, 5]
    assert small.chapters.names[-2:] == ["民法典|第四章 离婚", "民法典|第九章 租赁合同"]
    assert list(small.laws.span(1)) == [2, 3, 4]
    assert list(small.laws.span(2)) == [5, 6, 7, 8, 9]


def test_a_chapter_name_that_comes_twice_in_a_law_is_two_parts(entries):
    again = [entry._replace(chapter=chapter) for entry, chapter in zip(entries[5:8], "甲乙甲", strict=True)]
    assert build(again).chapters.names == ["民法典|甲", "民法典|乙", "民法典|甲|2"]


def test_unknown_words_and_pairs_have_no_number(small):
    asked = understand("外星人离婚", small)
    assert asked.known == ("离婚",)
    assert (asked.pairs >= 0).sum() == 1


def test_the_form_of_an_article_is_measured(small):
    column = dict(zip(shapes.NAMES, small.shapes.T, strict=True))
    assert column["punishes"].tolist() == [1, 1, 0, 0, 0, 0, 0, 0, 0, 0]
    assert column["cited"].nonzero()[0].tolist() == [3]  # 劳动合同法 第二条, by 第三条
    assert column["place"][5:].tolist() == pytest.approx([0, 0.2, 0.4, 0.6, 0.8])


@pytest.mark.parametrize("question", ["离婚后孩子归谁抚养", "离婚", "租金？", "老板不给工钱"], ids=str)
def test_the_columns_are_those_that_are_named(small, question):
    bound = learnt.bind(learnt.learn([learnt.Lesson(("离婚",), (5,))], small), small)
    pool = features.gather(understand(question, small), small, bound)
    found = features.columns(pool)
    assert tuple(found) == features.NAMES
    assert {len(values) for values in found.values()} == {len(pool.rows)}
    assert np.isfinite(features.table(pool)).all()


def test_coverage_and_runs_are_counted(small):
    pool = features.gather(understand("撤回离婚登记申请", small), small, None)
    found = features.columns(pool)
    at = pool.rows.tolist().index(6)  # 民法典 第二条 has every word of it, in this order
    assert found["covered"][at] == pytest.approx(1)
    assert found["longest"][at] == 7
    assert found["longest_share"][at] == pytest.approx(1)
    assert found["missed"][at] == 0


@pytest.mark.parametrize("question", ["", "？？", "外星", "的"], ids=repr)
def test_who_asks_nothing_that_is_known_finds_nothing(small, question):
    assert Ranker(small).find(question, 10) == []


def test_words_find_their_article_and_say_which_matched(small):
    found = Ranker(small).find("试用期最长多久", 3)
    assert small.labels[small.article_ids.tolist().index(found[0].article_id)] == "第二条"
    assert found[0].words[:3] == ("试用", "试用期", "最长")
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)


def test_lay_words_find_what_the_law_calls_otherwise(small):
    best = Ranker(small).find("小偷偷东西判几年", 1)[0]
    assert best.article_id == 100
    assert "盗窃" in best.words


@pytest.mark.parametrize(
    ("question", "articles"),
    [
        ("民法典第四条", [108]),
        ("离婚登记申请 《中华人民共和国民法典》第四条、第五条", [108, 109]),
        ("刑法第一条之一 盗窃", [101]),
    ],
    ids=["bare", "marks", "suffix"],
)
def test_an_article_that_the_question_names_comes_first(small, question, articles):
    assert [item.article_id for item in Ranker(small).find(question, len(articles))] == articles


@pytest.mark.parametrize(
    "question", ["民法典第九百条", "海商法第一条", "民法典第一条至第九千条"], ids=["article", "law", "range"]
)
def test_naming_what_is_not_there_does_no_harm(small, question):
    assert len(Ranker(small).find(question + "租金", 100)) <= len(small.labels)


def test_an_index_comes_back_from_its_file_as_it_was(small, tmp_path):
    storage.save(small, tmp_path, 7)
    back = storage.load(tmp_path, 7)
    assert back is not None
    assert (back.labels, back.vocabulary, back.laws.names) == (small.labels, small.vocabulary, small.laws.names)
    assert Ranker(back).find("离婚登记", 10) == Ranker(small).find("离婚登记", 10)


def test_only_the_newest_index_is_kept(small, tmp_path):
    storage.save(small, tmp_path, 7)
    storage.save(small, tmp_path, 8)
    assert storage.load(tmp_path, 7) is None
    assert len(list(tmp_path.glob("search-index*"))) == 1


def test_a_broken_file_is_no_index(small, tmp_path, caplog):
    storage.save(small, tmp_path, 7)
    next(tmp_path.glob("search-index*")).write_bytes(b"PK\x03\x04 not much")
    with caplog.at_level(logging.WARNING):
        assert storage.load(tmp_path, 7) is None
    assert "cannot be read" in caplog.text


def test_a_folder_that_cannot_be_written_is_no_error(small, tmp_path, caplog):
    storage.save(small, tmp_path / "missing", 7)
    assert "not kept" in caplog.text
