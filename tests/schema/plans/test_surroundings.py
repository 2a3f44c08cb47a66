"""What a plan makes of arguments that reach further than their own field: those that sources below inherit, and those
with which an answer is one person's."""

from typing import Any

import pytest
from graphql import get_operation_ast, parse

from backend.content.models import ContentItem, ContentLesson, ContentTranslation
from backend.regions.models import Division
from backend.schema import schema
from backend.schema.plans.plan import Plan
from backend.schema.server.context import Context
from backend.schema.server.ids import encode_id
from tests.schema.plans import world
from tests.schema.plans.comparing import Both
from tests.schema.plans.generated import VILLAGE


def plan_of(text: str) -> Plan:
    document = parse(text)
    operation = get_operation_ast(document)
    assert operation is not None
    return Plan(schema.graphql_schema, document, operation, {})


@pytest.mark.parametrize(
    ("text", "variables", "shared"),
    [
        ("{ feed { edges { cursor } } }", None, True),
        ("{ feed(unread: true) { edges { cursor } } }", None, False),
        ("{ feed(unread: false) { edges { cursor } } }", None, True),
        ("{ topics { id } feed(unread: true) { edges { cursor } } }", None, False),
        ("query($u: Boolean) { feed(unread: $u) { edges { cursor } } }", {"u": True}, False),
        ("query($u: Boolean) { feed(unread: $u) { edges { cursor } } }", {"u": None}, True),
        ("query($u: Boolean) { feed(unread: $u) { edges { cursor } } }", {}, True),
        ("query($u: Boolean = true) { feed(unread: $u) { edges { cursor } } }", {}, False),
        ("query($u: Boolean!) { feed(unread: $u) { edges { cursor } } }", {}, False),
    ],
)
def test_an_answer_is_its_audiences_unless_an_argument_makes_it_a_persons(
    text: str, variables: dict[str, Any] | None, shared: bool
) -> None:
    plan = plan_of(text)
    assert plan.public
    assert plan.shared(variables) is shared


def test_the_audience_of_an_answer_says_in_which_language_each_root_field_is_asked() -> None:
    plan = plan_of(
        "query($l: Language) { a: topics(language: $l) { topics { id } } b: topics(language: II) { topics { id } } }"
    )
    found = [plan.audience(Context(), {"l": language}) for language in ("BO", "ZH_HANS", None)]
    assert [[standing[-1] for standing in each] for each in found] == [
        ["bo", "ii", "bo", "ii"],
        [None, "ii", None, "ii"],
        [None, "ii", None, "ii"],
    ]


def test_sources_below_inherit_from_the_root_field_above_them(divisions: dict[str, Division]) -> None:
    here = world.create(seed=3, size=0)
    items = here.write(
        ContentItem(kind=kind, title=kind, slug=kind, live=True, first_published_at=here.now)
        for kind in ("course", "topic", "article")
    )
    course, topic, lesson = items
    here.write(ContentItem.audience.through(contentitem=item, division_id=VILLAGE) for item in items)
    here.write([ContentItem.topics.through(from_contentitem=course, to_contentitem=topic)])
    here.write([ContentLesson(course=course, lesson=lesson, sort_order=0)])
    here.write(
        ContentTranslation(
            item=item, language=name, title=f"{item.kind} {name}", live=True, first_published_at=here.now
        )
        for item in items
        for name in ("bo", "ii")
    )
    text = """query($id: ID!, $l: Language) {
      own: contentItem(id: $id) { ...All } bo: contentItem(id: $id, language: BO) { ...All }
      asked: contentItem(id: $id, language: $l) { ...All }
      feed(language: II, kind: COURSE) { edges { node { ...All } } }
    } fragment All on ContentItem { title topics { title } lessons { item { title } } }"""
    variables = {"id": encode_id("ContentItem", course.pk), "l": "II"}
    villager = here.viewers["villager"]
    plan, _ = Both(schema.graphql_schema).agree(text, villager, variables)
    own = {"zh-Hans": ""}.get(villager.language, f" {villager.language}")  # type: ignore[union-attr]  # there is one
    found = {key: plan.data[key] for key in ("own", "bo", "asked")} | {"feed": plan.data["feed"]["edges"][0]["node"]}
    for key, end in {"own": own, "bo": " bo", "asked": " ii", "feed": " ii"}.items():
        assert found[key] == {
            "title": f"course{end}",
            "topics": [{"title": f"topic{end}"}],
            "lessons": [{"item": {"title": f"article{end}"}}],
        }
