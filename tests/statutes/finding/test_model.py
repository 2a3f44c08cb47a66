"""Training, the model's file, and ranking without it."""

import json
import logging
import lzma
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from backend.statutes import finding
from backend.statutes.finding import learnt, model, training
from backend.statutes.finding.questions import Asked, read_questions
from backend.statutes.finding.ranking import Ranker
from backend.statutes.finding.training import train

LAW, CHAPTER = "民法典", "民法典|第四章 离婚"
#: Words that no law has stand for laypeople's words.
ASKED = (
    ("两口子 散伙 咋办手续", "第一条"),
    ("两口子 散伙 孩子小 归谁养", "第三条"),
    ("散伙 反悔 两口子 登记", "第二条"),
    ("散伙 娃娃 跟谁", "第三条"),
)


@pytest.fixture
def questions() -> list[Asked]:
    """Eighty of four kinds."""
    return [Asked(str(at), ASKED[at % 4][0], ((LAW, ASKED[at % 4][1]),)) for at in range(80)]


@pytest.fixture
def trained(questions, small, monkeypatch) -> model.Model:
    """A small model."""
    monkeypatch.setattr(training, "SEEDS", 1)
    monkeypatch.setattr(training, "ROUNDS", 10)
    return train(questions, small)


def test_priors_are_of_laws_and_chapters(small):
    got = learnt.learn([learnt.Lesson(("散伙",), (5, 6)), learnt.Lesson(("散伙",), (0,))], small)
    assert got.laws == {LAW: 1.0, "刑法": 1.0}
    assert got.chapters[CHAPTER] == 1.0
    bound = learnt.bind(got, small)
    asked, never = small.laws.names.index(LAW), small.laws.names.index("劳动合同法")
    assert bound.law_prior[asked] > bound.law_prior[never]


def test_words_go_together_when_they_came_together_more_than_once(small):
    lessons = [learnt.Lesson(("散伙", str(at)), (5,)) for at in range(2)] + [
        learnt.Lesson(("偷", "晚上"), (0,)),
        learnt.Lesson(("欠", "薪"), (4,)),
        learnt.Lesson(("房",), (9,)),
        learnt.Lesson(("修",), (9,)),
    ]
    got = learnt.learn(lessons, small)
    assert "婚姻登记" in got.partners["散伙"] or "婚姻" in got.partners["散伙"]
    assert "晚上" not in got.partners  # once is chance
    assert got.law_words == {"散伙": {LAW: 2.0}}


def test_a_trained_model_finds_what_words_alone_do_not(small, monkeypatch):
    monkeypatch.setattr(training, "SEEDS", 1)
    said = {
        "嘟嘟": (LAW, "第三条"),
        "嘀嘀": ("劳动合同法", "第一条"),
        "叽叽": ("刑法", "第一条"),
        "呱呱": (LAW, "第五条"),
    }
    questions = [Asked(f"{word}{at}", word, (right,)) for word, right in said.items() for at in range(15)]
    ranker = Ranker(small, train(questions, small))
    for word, (law, label) in said.items():
        assert Ranker(small).find(word, 1) == []
        row = small.article_ids.tolist().index(ranker.find(word, 1)[0].article_id)
        assert (small.laws.names[small.laws.of[row]], small.labels[row]) == (law, label)


def test_training_twice_gives_the_same_model(questions, small, trained):
    again = train(questions, small)
    assert again.trees == trained.trees
    assert again.learnt == trained.learnt


def test_other_folds_learn_nothing_from_the_answers_of_one(questions, small, monkeypatch):
    """Answers of held-out questions may be anything: what is learnt outside their fold stays the same."""
    from backend.statutes.finding.questions import split

    monkeypatch.setattr(training, "SEEDS", 1)
    monkeypatch.setattr(training, "ROUNDS", 5)
    spoilt = [
        Asked(one.query_id, "不相干", (("刑法", "第一条"),)) if one in split(questions, 5, 3)[1] else one
        for one in questions
    ]
    assert spoilt != questions
    clean, other = (train(split(given, 5, 3)[0], small) for given in (questions, spoilt))
    assert (clean.trees, clean.learnt) == (other.trees, other.learnt)


def test_the_file_holds_no_question_and_no_article(questions, small, trained, tmp_path):
    path = tmp_path / "model.json.xz"
    model.write(trained, path)
    text = lzma.decompress(path.read_bytes()).decode()
    for one in questions:
        assert one.query not in text
        assert one.query.replace(" ", "") not in text
    held = json.loads(text)["learnt"]
    assert "第一条" not in json.dumps(held, ensure_ascii=False)
    assert set(held["laws"]) == {LAW}
    assert set(held["chapters"]) == {CHAPTER}


def test_a_model_comes_back_from_its_file_as_it_was(small, trained, tmp_path):
    path = tmp_path / "model.json.xz"
    model.write(trained, path)
    back = model.read(path)
    assert (back.learnt, back.trees, back.questions) == (trained.learnt, trained.trees, 80)
    assert Ranker(small, back).find("散伙 孩子", 9) == Ranker(small, trained).find("散伙 孩子", 9)


def spoil(path, change):
    content = json.loads(lzma.decompress(path.read_bytes()))
    change(content)
    path.write_bytes(lzma.compress(json.dumps(content).encode()))


@pytest.mark.parametrize(
    "change",
    [
        lambda content: content.update(format=0),
        lambda content: content["features"].pop(),
        lambda content: content.update(trees=["tree\n"]),
        lambda content: content.update(trees=[]),
        lambda content: content["learnt"].pop("laws"),
        lambda content: content["learnt"].update(laws=[1]),
        lambda content: content["learnt"].update(partners={"a": 1}),
    ],
    ids=[
        "format",
        "features",
        "broken trees",
        "no trees",
        "no laws",
        "laws of another kind",
        "partners of another kind",
    ],
)
def test_a_file_that_does_not_fit_is_not_used(trained, tmp_path, change):
    path = tmp_path / "model.json.xz"
    model.write(trained, path)
    spoil(path, change)
    with pytest.raises(model.UnfitModel):
        model.read(path)


@pytest.mark.parametrize(
    "content", [b"", b"{}", lzma.compress(b"[]"), lzma.compress(b"{}")], ids=["empty", "plain", "list", "bare"]
)
def test_a_file_that_is_none_is_not_used(tmp_path, content):
    path = tmp_path / "model.json.xz"
    path.write_bytes(content)
    with pytest.raises(model.UnfitModel):
        model.read(path)


def test_without_lightgbm_there_is_no_model(trained, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "lightgbm", None)
    with pytest.raises(model.UnfitModel, match="trees"):
        model.make(trained.learnt, trained.trees, 1)


@pytest.mark.django_db
def test_without_a_model_the_ranking_is_plain_and_one_line_says_so(add_law, caplog):
    articles = add_law("民法典", "承租人应当支付租金。")
    with caplog.at_level(logging.WARNING):
        assert [item.article_id for item in finding.find_articles("租金")] == [articles[0].pk]
        finding.find_articles("租金")
    assert caplog.text.count("ranks plainly") == 1


@pytest.mark.django_db
def test_the_commands_train_and_evaluate(add_law, questions, monkeypatch, tmp_path, settings):
    monkeypatch.setattr(training, "SEEDS", 1)
    monkeypatch.setattr(training, "ROUNDS", 5)
    add_law("民法典", "离婚应当登记，双方自愿。", "可以撤回离婚登记申请。", "子女由母亲抚养。", "承租人应当支付租金。")
    path = tmp_path / "questions.jsonl"
    rows = [
        {"query_id": one.query_id, "query": one.query, "relevant": [{"law": LAW, "article": one.relevant[0][1]}]}
        for one in questions
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    (settings.BASE_DIR / "data").mkdir(parents=True)
    call_command("train_search", path, stdout=StringIO())
    assert model.path().exists()
    for way in ([], ["--plain"], ["--cv", "2"], ["--cv", "2", "--also", path], ["--model", model.path()]):
        out = StringIO()
        call_command("evaluate_search", path, "--json", *map(str, way), stdout=out)
        figures = json.loads(out.getvalue())
        assert figures["questions"] == 80
        assert 0 <= figures["nDCG@10"] <= 1
        assert figures["recall@100"] >= figures["recall@10"]
        assert figures["p95_ms"] >= figures["p50_ms"] > 0
        assert (figures["unknown"], figures["unknown_articles"]) == (0, [])


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["missing", "broken", "shipped"])
def test_without_a_model_the_plain_ranking_is_measured(add_law, tmp_path, name):
    add_law("民法典", "离婚应当登记，双方自愿。", "承租人应当支付租金。")
    path, broken = tmp_path / "questions.jsonl", tmp_path / "broken"
    row = {"query_id": 1, "query": "租金", "relevant": [{"law": "民法典", "article": "第二条"}]}
    path.write_text(json.dumps(row), encoding="utf-8")
    broken.write_bytes(b"broken")
    way = [] if name == "shipped" else ["--model", str(tmp_path / name)]  # none is shipped in these tests
    out, said = StringIO(), StringIO()
    call_command("evaluate_search", str(path), "--json", *way, stdout=out, stderr=said)
    figures = json.loads(out.getvalue())
    assert (figures["way"], figures["hit@1"]) == ("plain", 1)
    assert "模型不能用" in said.getvalue()


@pytest.mark.django_db
def test_right_articles_that_are_not_there_are_told(add_law, tmp_path):
    add_law("民法典", "离婚应当登记，双方自愿。", "承租人应当支付租金。")
    path = tmp_path / "questions.jsonl"
    right = [{"law": "民法典", "article": "第二条"}, {"law": "海商法", "article": "第一条"}]
    path.write_text(json.dumps({"query_id": 1, "query": "租金", "relevant": right}), encoding="utf-8")
    out = StringIO()
    call_command("evaluate_search", str(path), "--plain", "--json", stdout=out)
    figures = json.loads(out.getvalue())
    assert (figures["unknown"], figures["unknown_articles"]) == (1, ["《海商法》第一条"])
    assert figures["recall@10"] == 0.5  # it counts as not found
    out = StringIO()
    call_command("evaluate_search", str(path), "--plain", stdout=out)
    assert "《海商法》第一条" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("arguments", [["--cv", "1"], []], ids=["one fold", "no laws"])
def test_a_command_that_cannot_run_says_so(tmp_path, arguments):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"query_id": 1, "query": "a", "relevant": [{"law": "a", "article": "b"}]}')
    with pytest.raises(CommandError):
        call_command("evaluate_search", str(path), *arguments, stdout=StringIO())


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["train_search", "evaluate_search"])
def test_a_command_refuses_a_file_that_is_none(tmp_path, command):
    with pytest.raises(CommandError):
        call_command(command, str(tmp_path / "missing.jsonl"), stdout=StringIO())


def test_the_shipped_model_fits_the_code_and_holds_no_question():
    """Whoever changes the columns trains again."""
    data = Path(__file__).parents[3] / "data"
    shipped = data / "search-model.json.xz"
    assert model.read(shipped).questions > 0
    assert shipped.stat().st_size < 1_000_000
    text = lzma.decompress(shipped.read_bytes()).decode()
    village = read_questions(data / "statute-questions-village.jsonl")
    assert len(village) > 80
    assert not [one.query for one in village if one.query in text]
    held = json.loads(text)["learnt"]
    written = json.dumps(held, ensure_ascii=False)
    assert not [label for one in village for _, label in one.relevant if label in written]
