"""The content check before a submission: what it finds, what of it refuses, and that it says so."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from wagtail.models import WorkflowState

from backend.content import cases
from backend.content.checks import Level, personal_data, reading_minutes
from backend.content.editing import submit_text
from backend.content.errors import NotReady
from backend.content.models import ContentItem, ContentLesson
from backend.content.submission import checked
from backend.regions.models import Division
from backend.screening.models import SensitiveWord
from tests.editorial import (
    BODY,
    PREFECTURE,
    PROVINCE,
    Office,
    address,
    at_desk,
    draft,
    editor_form,
    enact,
    go_live,
    publish,
    submit,
    translate,
)

TEXT = [("paragraph", "<p>一段文字。</p>")]
FACTS = {"committee": "某村调解委员会", "dispute": "邻里纠纷", "outcome": "握手言和"}


def found(text: Any, level: Level = Level.BLOCKING) -> list[str]:
    """What the check finds of a level in the newest version."""
    findings = checked(text.get_latest_revision_as_object()).findings
    return [finding.message for finding in findings if finding.level is level]


def cautions(text: Any) -> list[str]:
    return found(text, Level.CAUTION)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("电话 13800138000", ["手机号 138…00"]),
        ("电话１３８ ００１３ ８０００", ["手机号 138…00"]),
        ("+86 138-0013-8000", ["手机号 +86…00"]),
        ("008613800138000", ["手机号 008…00"]),
        ("身份证 11010519491231002X", ["身份证号 110…2X"]),
        ("身份证11010519491231002x。", ["身份证号 110…2x"]),
        ("热线 12348、110，座机 028-86010101", []),
        ("赔偿 13800138000.50 元或 113800138000 元", ["手机号 138…00"]),
        ("统一社会信用代码 91510100MA61X77N8T，案号（2024）川01民终12345号", []),
        ("编号 138001380001234", []),
    ],
)
def test_numbers_that_lead_to_a_person(text: str, numbers: list[str]) -> None:
    assert personal_data(text) == numbers


@pytest.mark.parametrize(("characters", "minutes"), [(0, 1), (350, 1), (351, 2), (3500, 10)])
def test_reading_time(characters: int, minutes: int) -> None:
    assert reading_minutes([{"type": "paragraph", "value": f"<p>{'字 ' * characters}</p>"}]) == minutes


def test_an_article_in_order_blocks_nothing(office: Office) -> None:
    enact()
    item = draft(office.editor)
    assert (found(item), cautions(item)) == ([], [])
    assert found(item, Level.NOTE) == ["还没有藏语、彝语版本"]


REQUIRED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("article", {"body": []}, ["还没有正文"]),
    ("recording", {}, ["还没有录音"]),
    ("video", {}, ["还没有视频"]),
    ("qa", {}, ["还没有提问"]),
    ("qa", {"question": "怎么办？"}, []),
    ("comic", {}, ["漫画海报至少要有一张图片"]),
    ("case", {}, ["请选择案例类别"]),
    ("case", {"case_category": "mediation"}, ["请填写“调解委员会”", "请填写“纠纷类型”", "请填写“结果”"]),
    ("case", {"case_category": "mediation", "case_facts": FACTS}, []),
    ("case", {"case_category": "mediation", "case_facts": {**FACTS, "court": "某法院"}}, ["这类案例没有这一项"]),
    ("course", {}, ["还没有课时"]),
    ("topic", {"body": []}, []),
    ("commentary", {"body": TEXT}, ["以案释法至少要引用一条法律"]),
    ("commentary", {}, []),
    ("article", {"title": " ", "summary": " "}, ["还没有标题", "还没有摘要"]),
]


@pytest.mark.parametrize(("kind", "values", "problems"), REQUIRED)
def test_what_each_kind_must_have(office: Office, kind: str, values: dict[str, Any], problems: list[str]) -> None:
    item = draft(office.editor, kind=kind, **values)
    assert found(item) == problems
    if problems:
        with pytest.raises(NotReady) as refusal:
            submit_text(text=item, by=office.editor)
        assert refusal.value.problems == tuple(problems)
        assert not WorkflowState.objects.exists()
    else:
        submit(item, office.editor)


@pytest.mark.parametrize("category", [name for name, _ in cases.CATEGORIES])
def test_every_category_of_cases_can_be_told_from_the_form(office: Office, category: str) -> None:
    facts = {f"case_facts-{category}-{fact.name}": "有" for fact in cases.facts_of(category)}
    form = {**editor_form(action="submit", kind="case", case_category=category), **facts}
    assert at_desk(office.editor).post(address("add"), form).status_code == 302
    item = ContentItem.objects.get()
    assert item.case_facts == {fact.name: "有" for fact in cases.facts_of(category)}
    assert item.workflow_in_progress


def test_a_case_lacks_nothing_by_accident(office: Office) -> None:
    """Facts of another category that were typed are not of this case; too long ones are refused."""
    facts = {"case_facts-mediation-outcome": "和解", "case_facts-lawyer-matter": "离婚"}
    desk = at_desk(office.editor)
    desk.post(address("add"), {**editor_form(kind="case", case_category="lawyer"), **facts})
    assert ContentItem.objects.get().case_facts == {"matter": "离婚"}
    long = {**editor_form(kind="case", case_category="lawyer"), "case_facts-lawyer-matter": "长" * 201}
    assert "不能超过 200 字" in desk.post(address("add"), long).text
    assert ContentItem.objects.count() == 1


def course(office: Office, *lessons: ContentItem) -> ContentItem:
    """A course of these lessons."""
    item = draft(office.editor, kind="course", title="课程")
    item.lessons = [ContentLesson(lesson=lesson, sort_order=place) for place, lesson in enumerate(lessons)]
    item.save()
    item.save_revision(user=office.editor)
    return item


def test_lessons_are_published_items_and_no_courses(office: Office) -> None:
    lesson, hidden = publish(office.editor, title="一课"), draft(office.editor, title="草稿")
    assert found(course(office, lesson)) == []
    assert found(course(office, lesson, hidden)) == ["课时里有还没有发布、或者已经撤下的内容"]
    inner = go_live(course(office, lesson))
    assert found(course(office, inner)) == ["课程的课时不能是课程或专题"]


def test_the_form_takes_lessons_in_their_order_and_no_others(office: Office) -> None:
    first, second, hidden = (
        publish(office.editor, title="一"),
        publish(office.editor, title="二"),
        draft(office.editor, title="没有发布的"),
    )

    def send(*lessons: ContentItem) -> Any:
        rows = {"lessons-TOTAL_FORMS": str(len(lessons))}
        for place, lesson in enumerate(lessons):
            prefix = f"lessons-{place}"
            rows |= {f"{prefix}-lesson": str(lesson.pk), f"{prefix}-id": "", f"{prefix}-DELETE": ""}
            rows[f"{prefix}-ORDER"] = str(len(lessons) - place)
        return at_desk(office.editor).post(address("add"), {**editor_form(kind="course", action="submit"), **rows})

    assert send(first, second).status_code == 302
    item = ContentItem.objects.latest("pk")
    assert [row.lesson.title for row in item.lessons.all()] == ["二", "一"]
    for wrong in (hidden, item):
        answer = send(first, wrong)
        assert answer.status_code == 200
        assert "没有发布的" not in answer.text
    assert send().status_code == 200
    assert ContentItem.objects.filter(kind="course").count() == 1


@pytest.mark.parametrize(
    ("citation", "blocking", "cautious"),
    [
        ("《民法典》第一千零六十二条", [], []),
        ("民法典怎么说", ["第 1 块没有认出法条，请按“《法律名称》第几条”书写"], []),
        ("《民法典》第九千条", ["第 1 块引用的《民法典》：这部法律没有这一条"], []),
        ("《没有法》第一条", ["第 1 块引用的《没有法》：没有收录这部法律"], []),
    ],
)
def test_citations(office: Office, citation: str, blocking: list[str], cautious: list[str]) -> None:
    enact()
    item = draft(office.editor, body=[("statute", {"citation": citation})])
    assert (found(item), cautions(item)) == (blocking, cautious)


def test_a_law_that_is_not_in_the_library_keeps_a_block_from_the_review_but_not_a_passage(office: Office) -> None:
    passage = draft(office.editor, body=[("paragraph", "<p>参见《没有法》第一条。</p>")])
    assert (found(passage), cautions(passage)) == ([], ["第 1 块引用的《没有法》：没有收录这部法律"])
    submit(passage, office.editor)
    block = draft(office.editor, body=[*TEXT, ("statute", {"citation": "《没有法》第一条"})])
    with pytest.raises(NotReady, match="没有收录这部法律"):
        submit(block, office.editor)
    assert not block.workflow_states.exists()


@pytest.mark.parametrize(("validity", "word"), [("repealed", "已废止"), ("amended", "已被修改")])
def test_articles_that_are_not_in_force(office: Office, validity: str, word: str) -> None:
    article = enact()[1062]
    article.validity = validity
    article.save()
    item = draft(office.editor, body=BODY[2:])
    assert cautions(item) == [f"第 1 块引用的《民法典》第一千零六十二条：{word}"]
    assert found(item) == []


def test_words_from_the_list_and_numbers_wherever_they_stand(office: Office) -> None:
    SensitiveWord.objects.create(word="包赢", level="forbidden", note="不得承诺结果")
    SensitiveWord.objects.create(word="最好")
    item = draft(
        office.editor,
        title="包　赢",
        body=[
            ("steps", ["打电话 13800138000"]),
            ("quote", {"text": "最好", "source": "11010519491231002X"}),
            ("call", {"label": "拨打", "number": "13800138000"}),
        ],
    )
    assert found(item) == [
        "第 1 块里有个人信息：手机号 138…00",
        "第 2 块里有个人信息：身份证号 110…2X",
        "第 3 块里有个人信息：手机号 138…00",
        "有敏感词“包　赢”（不得承诺结果）",
    ]
    assert cautions(item) == ["有敏感词“最好”"]


def test_a_picture_without_words_is_pointed_out(office: Office) -> None:
    item = draft(office.editor)
    item.body = [("picture", {"media": None, "alt": "", "caption": ""})]
    item.save_revision(user=office.editor, clean=False)
    assert cautions(item) == ["第 1 块的图片没有写图片说明"]


def test_the_audience_stays_within_the_division(office: Office) -> None:
    assert found(draft(office.editor, PROVINCE, division_id=PREFECTURE)) == ["受众超出了发布单位所在区划：四川省"]
    nobody = draft(office.editor)
    nobody.audience = []
    nobody.division = None
    nobody.save_revision(user=office.editor)
    assert found(nobody)[:2] == ["还没有选择发布单位所在区划", "还没有选择受众区划"]


def test_a_version_for_another_division_than_the_one_on_record_is_refused(office: Office) -> None:
    """Its reviewers would be those of the one, its readers those of the other."""
    item = publish(office.editor)
    item.division = Division.objects.get(pk=PREFECTURE)
    item.save_revision(user=office.editor)
    assert "这一稿的发布单位与已经登记的不一致，请新建一篇" in found(ContentItem.objects.get())


def test_a_window_that_has_passed_is_refused(office: Office) -> None:
    now = timezone.now()
    past, later = now - timedelta(hours=1), now + timedelta(hours=1)
    assert found(draft(office.editor, expire_at=past)) == ["到期时间已经过去"]
    assert found(draft(office.editor, go_live_at=later, expire_at=later)) == ["定时发布的时间不早于到期时间"]
    for window in (
        {"expire_at": "2020-01-01 08:00"},
        {"go_live_at": "2098-01-01 08:00", "expire_at": "2097-01-01 08:00"},
    ):
        answer = at_desk(office.editor).post(address("add"), editor_form(**window))
        assert answer.context["form"].errors
    assert ContentItem.objects.count() == 2


def test_a_translation_needs_its_words_or_a_voice(office: Office) -> None:
    item = draft(office.editor)
    text = translate(item, office.editor, title=" ", body=[])
    assert found(text) == ["还没有标题", "还没有正文"]
    unknown = [("paragraph", "<p>一段文字。</p>"), ("paragraph", "<p>参见《没有法》第一条。</p>")]
    assert cautions(translate(item, office.editor, "ii", body=unknown)) == [
        "汉语版还没有发布；这个版本要等汉语版发布后读者才能看到",
        "第 2 块引用的《没有法》：没有收录这部法律",
    ]
    course = draft(office.editor, kind="course")
    assert found(translate(course, office.editor, body=[])) == []


def test_the_findings_stand_on_the_editor_and_the_reading_page(office: Office) -> None:
    item = draft(office.editor, summary="电话 13800138000")
    desk = at_desk(office.editor)
    for view in ("edit", "inspect"):
        page = desk.get(address(view, item.pk)).text
        assert "摘要里有个人信息：手机号 138…00" in page
        assert "还没有藏语、彝语版本" in page
        assert "阅读约需 1 分钟" in page


@pytest.mark.parametrize("blocks", [3, 30])
def test_the_check_of_a_long_text_costs_no_more_statements(
    office: Office, django_assert_num_queries: Any, blocks: int
) -> None:
    enact()
    item = draft(office.editor, body=BODY[1:] * (blocks // 2)).get_latest_revision_as_object()
    checked(item)
    with django_assert_num_queries(5):  # stored division, words, laws, articles, languages
        checked(item)
