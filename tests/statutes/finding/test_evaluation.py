"""The figures against reckonings by hand, and that a fold is never learnt from."""

import json
from math import log2

import pytest

from backend.statutes.finding import evaluation
from backend.statutes.finding.questions import Asked, InvalidQuestionFile, fold_of, read_questions, rows, split


def asked(number: int, query: str = "离婚", *right: tuple[str, str]) -> Asked:
    return Asked(str(number), query, right or (("民法典", "第一条"),))


def test_figures_of_one_ranking():
    found = [5, 1, 6, 2, *range(20, 40), 3]
    got = evaluation.outcome(found, {1, 2, 3}, expected=4)
    ideal = 1 + 1 / log2(3) + 1 / log2(4) + 1 / log2(5)
    assert got.ndcg_at_10 == pytest.approx((1 / log2(3) + 1 / log2(5)) / ideal)
    assert (got.hit_at_1, got.recall_at_10, got.recall_at_100) == (0, 0.5, 0.75)


def test_figures_of_a_perfect_and_an_empty_ranking():
    best = evaluation.outcome([1, 2, 9], {1, 2}, expected=2)
    assert (best.ndcg_at_10, best.hit_at_1, best.recall_at_10) == (pytest.approx(1), 1, 1)
    none = evaluation.outcome([], {1}, expected=1)
    assert (none.ndcg_at_10, none.hit_at_1, none.recall_at_100) == (0, 0, 0)


def test_the_summary_is_the_mean_and_the_percentiles():
    outcomes = [evaluation.Outcome(at % 2, 0, 0.5, 1, float(at)) for at in range(1, 22)]
    figures = evaluation.summary(outcomes)
    assert (figures.questions, figures.ndcg_at_10, figures.recall_at_10) == (21, 0.5238, 0.5)
    assert (figures.p50_ms, figures.p95_ms) == (11, 20)
    assert evaluation.summary(outcomes[:1]).p95_ms == 1


def test_right_articles_are_known_by_full_and_short_names(small):
    right = (("中华人民共和国民法典", "第一条"), ("劳动合同法", "第二条"), ("海商法", "第一条"), ("刑法", "第九条"))
    assert rows(asked(1, "", *right), small) == {5, 3}


def test_folds_are_by_the_id_alone():
    questions = [asked(number) for number in range(200)]
    folds = [{one.query_id for one in split(questions, 5, fold)[1]} for fold in range(5)]
    assert sum(map(len, folds)) == len(set().union(*folds)) == 200
    assert all(len(fold) > 20 for fold in folds)
    again = [{one.query_id for one in split(questions[::-1], 5, fold)[1]} for fold in range(5)]
    assert again == folds
    assert fold_of("2", 5) == fold_of("2", 5)


def test_the_scored_fold_is_not_learnt_from(small, monkeypatch):
    questions = [asked(number) for number in range(40)]
    learnt, measured = [], []
    monkeypatch.setattr(evaluation, "finding_with", lambda model: model)

    def measure(inside, _index, model):
        measured.append((model, {one.query_id for one in inside}))
        return []

    def learn(outside, _index):
        learnt.append({one.query_id for one in outside})
        return len(learnt) - 1

    monkeypatch.setattr(evaluation, "measure", measure)
    evaluation.cross_validated(questions, small, 5, also=[asked(99)], learn=learn)
    assert len(measured) == 5
    for model, inside in measured:
        assert learnt[model] | inside == {one.query_id for one in questions} | {"99"}
        assert not learnt[model] & inside


def test_a_file_is_read_line_by_line(tmp_path):
    path = tmp_path / "questions.jsonl"
    line = {"query_id": 2, "query": "离婚", "relevant": [{"law": "民法典", "article": "第一条"}]}
    path.write_text(json.dumps(line) + "\n\n", encoding="utf-8")
    assert read_questions(path) == [asked(2)]


@pytest.mark.parametrize(
    "text",
    ["", "{}", "[1]", '{"query_id": 1, "query": "a", "relevant": 3}', "离婚"],
    ids=["empty", "no keys", "list", "no list", "text"],
)
def test_a_line_that_is_no_question_is_refused(tmp_path, text):
    path = tmp_path / "questions.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InvalidQuestionFile):
        read_questions(path)
