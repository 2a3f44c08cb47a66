"""What publication brings with it, however it comes about."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from wagtail.models import ModelLogEntry, TaskState

from backend.content import selectors, services, tasks
from backend.content.errors import NotPublished, ReasonMissing
from backend.content.models import ContentCitation, ContentItem
from backend.content.rules import MAX_REFERENCES, content_link
from backend.content.standing import reach
from backend.notifications.models import Delivery, Notification
from backend.notifications.selectors import Reader, inbox, unread_count
from tests.editorial import COUNTY, FAR_VILLAGE, PROVINCE, VILLAGE, Office, draft, enact, publish, submit
from tests.editorial import approve as pass_on


def cited(item: ContentItem) -> list[tuple[int, int, int]]:
    """Position, block and article's number of each citation."""
    rows = ContentCitation.objects.filter(content=item).select_related("article")
    return [(row.position, row.block, row.article.number) for row in rows]


def approve(item: ContentItem, office: Office) -> None:
    """Through the review, as the console does it."""
    submit(item, office.editor)
    pass_on(item, *office.reviewers)
    item.refresh_from_db()


def test_the_citations_of_paragraphs_and_statutes_are_stored_in_the_order_of_the_text(office: Office) -> None:
    enact()
    item = publish(office.editor)
    assert cited(item) == [(0, 1, 1063), (1, 2, 1062)]


def test_a_new_version_replaces_the_citations_and_tells_nobody_again(office: Office) -> None:
    enact()
    item = publish(office.editor)
    item.body = [("statute", {"citation": "《民法典》第一千零六十三条、第一千零六十二条"})]
    item.save_revision(user=office.editor).publish(skip_permission_checks=True)
    assert cited(item) == [(0, 0, 1063), (1, 0, 1062)]
    assert Notification.objects.count() == 1


@pytest.mark.parametrize("blocks", [5, 50])
def test_what_an_item_cites_costs_the_same_statements_for_5_and_50_blocks(
    office: Office, django_assert_num_queries: Any, blocks: int
) -> None:
    enact()
    texts = ["《民法典》第一千零六十二条", "《民法典》第一千零六十三条、第一千零六十二条，又第一千零六十三条"]
    item = publish(office.editor, body=[("paragraph", texts[n % 2]) for n in range(blocks)])
    expected = [(n, 1062) for n in range(0, blocks, 2)] + [
        (n, number) for n in range(1, blocks, 2) for number in (1063, 1062)
    ]
    assert [row[1:] for row in cited(item)] == sorted(expected, key=lambda row: row[0])
    item.first_published_at -= timedelta(days=1)  # no notices: a new version
    with django_assert_num_queries(9):  # savepoint, delete, laws, articles, insert, the edition in three, release
        services.record_publication(item=item)
    with django_assert_num_queries(2):
        found = selectors.cited_in(item.body.raw_data)
    assert {index: [row.article.number for row in rows] for index, rows in found.items() if index < 2} == {
        0: [1062],
        1: [1063, 1062],
    }
    assert len(found) == blocks


def test_a_body_that_cites_nothing_costs_nothing(office: Office, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert selectors.cited_in([{"type": "paragraph", "value": "没有引用"}]) == {}


def test_of_a_body_that_cites_without_end_the_beginning_counts(office: Office) -> None:
    enact()
    many = "".join(f"《某法{n}》第一条" for n in range(100)) + "《民法典》第一千零六十二条"
    blocks = MAX_REFERENCES // 101 + 2
    item = publish(office.editor, body=[("paragraph", many)] * blocks)
    assert [row[1] for row in cited(item)] == list(range(MAX_REFERENCES // 101))


def test_a_citation_that_leads_nowhere_stops_nothing(office: Office) -> None:
    item = publish(office.editor, body=[("statute", {"citation": "《没有这部法》第一条"})])
    assert item.live
    assert cited(item) == []


def test_each_division_of_the_audience_is_told_once(office: Office) -> None:
    item = publish(office.editor, VILLAGE, FAR_VILLAGE)
    rows = Notification.objects.order_by("division_id").values_list("division_id", "kind", "title", "body", "link")
    assert list(rows) == [
        (code, "content", "夫妻共同财产", "什么归两个人", content_link(item.pk)) for code in (FAR_VILLAGE, VILLAGE)
    ]


def test_who_lives_in_two_divisions_of_the_audience_is_told_once(office: Office) -> None:
    publish(office.editor, VILLAGE, COUNTY, PROVINCE)
    assert list(Notification.objects.values_list("division_id", flat=True)) == [PROVINCE]


def test_publishing_again_after_a_withdrawal_tells_nobody_again(office: Office) -> None:
    item = publish(office.editor)
    services.withdraw_item(item=item, by=office.reviewer, reason="有误")
    item.refresh_from_db()
    item.save_revision(user=office.editor).publish(skip_permission_checks=True)
    assert Notification.objects.count() == 1


def come_due(item: ContentItem, office: Office) -> None:
    """As Wagtail's command publishes what was scheduled: nobody's transaction around it."""
    item.latest_revision.publish()


@pytest.mark.parametrize("way", [approve, come_due])
def test_what_fails_in_the_middle_leaves_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, way: Callable[[ContentItem, Office], None]
) -> None:
    item = draft(office.editor)
    article = next(iter(enact().values()))
    twice = [ContentCitation(content=item, article=article, block=0, position=0) for _ in range(2)]
    monkeypatch.setattr(services, "_citations_of", lambda _: twice)
    with pytest.raises(IntegrityError):
        way(item, office)
    item.refresh_from_db()
    assert not item.live
    assert not Notification.objects.exists()
    assert not ContentCitation.objects.exists()
    assert not TaskState.objects.filter(status=TaskState.STATUS_APPROVED, task__name="终审").exists()


def test_a_scheduled_item_comes_at_its_time_with_all_that_belongs_to_it(office: Office) -> None:
    enact()
    item = draft(office.editor)
    item.go_live_at = timezone.now() + timedelta(hours=1)
    item.save_revision(user=office.editor)
    approve(item, office)
    assert not item.live
    assert not Notification.objects.exists()
    assert cited(item) == []

    tasks.publish_due()
    item.refresh_from_db()
    assert not item.live

    item.revisions.update(approved_go_live_at=timezone.now() - timedelta(seconds=1))
    later = item.latest_revision
    later.refresh_from_db()
    later.content["go_live_at"] = (timezone.now() - timedelta(seconds=1)).isoformat()
    later.save()
    for _ in range(2):  # the job is safe to run twice
        tasks.publish_due()
    item.refresh_from_db()
    assert item.live
    assert len(cited(item)) == 2
    assert Notification.objects.count() == 1
    approved = ModelLogEntry.objects.filter(action="wagtail.workflow.approve").order_by("pk")
    assert [entry.user for entry in approved] == list(office.reviewers)


def test_an_item_past_its_date_is_hidden(office: Office) -> None:
    item = publish(office.editor)
    ContentItem.objects.filter(pk=item.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    tasks.publish_due()
    item.refresh_from_db()
    assert (item.live, item.expired) == (False, True)
    assert not selectors.published_for(reach(VILLAGE)).exists()


def withdraw(item: ContentItem, office: Office) -> None:
    services.withdraw_item(item=item, by=office.reviewer, reason="有误")


def expire(item: ContentItem, _office: Office) -> None:
    ContentItem.objects.filter(pk=item.pk).update(expire_at=timezone.now() - timedelta(seconds=1))
    tasks.publish_due()


@pytest.mark.parametrize("end", [withdraw, expire])
def test_an_item_that_is_hidden_leaves_the_inboxes_and_is_not_pushed(
    office: Office, make_user: Any, end: Callable[[ContentItem, Office], None]
) -> None:
    villager = make_user(village_id=VILLAGE)
    item, kept = publish(office.editor, VILLAGE, FAR_VILLAGE), publish(office.editor)
    end(item, office)
    assert [notice.link for notice in inbox(*Reader.of(villager).values)[:20]] == [content_link(kept.pk)]
    assert unread_count(villager) == 1
    states = Delivery.objects.values_list("notification__link", "state")
    assert sorted(states) == sorted(
        [(content_link(item.pk), "dropped"), (content_link(item.pk), "dropped"), (content_link(kept.pk), "pending")]
    )
    item.refresh_from_db()
    item.expire_at = None
    item.save_revision(user=office.editor).publish(skip_permission_checks=True)
    assert unread_count(villager) == 1, "published again, it tells nobody again"


@pytest.mark.parametrize("end", [withdraw, expire])
def test_an_item_whose_notices_cannot_be_taken_back_stays_visible(
    office: Office, monkeypatch: pytest.MonkeyPatch, end: Callable[[ContentItem, Office], None]
) -> None:
    item = publish(office.editor)

    def fail(**_: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr(services, "retract_link", fail)
    with pytest.raises(RuntimeError):
        end(item, office)
    item.refresh_from_db()
    assert item.live
    assert not ModelLogEntry.objects.filter(action__contains="unpublish").exists()
    assert Delivery.objects.get().state == "pending"


def test_withdrawing_hides_at_once_and_keeps_the_reason(office: Office) -> None:
    item = publish(office.editor)
    services.withdraw_item(item=item, by=office.reviewer, reason="  条文引错了  ")
    assert not selectors.published_for(reach(VILLAGE)).exists()
    entry = ModelLogEntry.objects.get(action=services.WITHDRAWN)
    assert (entry.user, entry.data["reason"]) == (office.reviewer, "条文引错了")
    assert entry.message == "撤下，理由：条文引错了"


def test_withdrawing_cancels_a_schedule(office: Office) -> None:
    item = draft(office.editor)
    item.go_live_at = timezone.now() + timedelta(hours=1)
    item.save_revision(user=office.editor)
    approve(item, office)
    assert item.revisions.filter(approved_go_live_at__isnull=False).exists()
    services.withdraw_item(item=item, by=office.reviewer, reason="不发了")
    assert not item.revisions.filter(approved_go_live_at__isnull=False).exists()


@pytest.mark.parametrize(
    ("published", "reason", "refusal"), [(True, " \n", ReasonMissing), (False, "理由", NotPublished)]
)
def test_a_withdrawal_that_is_refused_changes_nothing(
    office: Office, published: bool, reason: str, refusal: type[Exception]
) -> None:
    item = publish(office.editor) if published else draft(office.editor)
    with pytest.raises(refusal):
        services.withdraw_item(item=item, by=office.reviewer, reason=reason)
    item.refresh_from_db()
    assert item.live is published
    assert not ModelLogEntry.objects.filter(action=services.WITHDRAWN).exists()


def test_a_live_item_has_its_date_whatever_writes_it(author: Any) -> None:
    item = draft(author)
    with pytest.raises(IntegrityError), transaction.atomic():
        ContentItem.objects.filter(pk=item.pk).update(live=True)
