"""Who sees which item."""

import pytest

from backend.accounts.models import User
from backend.content import selectors, standing
from backend.content.models import ContentItem
from tests.editorial import (
    COUNTY,
    FAR_VILLAGE,
    NEXT_VILLAGE,
    PREFECTURE,
    PROVINCE,
    TOWNSHIP,
    VILLAGE,
    Office,
    draft,
    publish,
    submit,
)

NOBODY = None
EVERYONE = {VILLAGE, NEXT_VILLAGE, FAR_VILLAGE}


@pytest.mark.parametrize(
    ("audience", "readers"),
    [
        ([PROVINCE], EVERYONE | {NOBODY}),
        ([PREFECTURE], EVERYONE),
        ([COUNTY], {VILLAGE, NEXT_VILLAGE}),
        ([TOWNSHIP], {VILLAGE, NEXT_VILLAGE}),
        ([VILLAGE], {VILLAGE}),
        ([FAR_VILLAGE, TOWNSHIP], EVERYONE),
        ([VILLAGE, TOWNSHIP, PROVINCE], EVERYONE | {NOBODY}),
    ],
)
def test_published_for_reaches_the_audience_and_no_neighbour(
    author: User, audience: list[str], readers: set[str | None]
) -> None:
    item = publish(author, *audience)
    for village in (*EVERYONE, NOBODY):
        seen = list(selectors.published_for(standing.reach(village)))
        assert seen == ([item] if village in readers else []), village


def test_published_for_shows_no_draft_no_submission_and_nothing_withdrawn(office: Office) -> None:
    written = draft(office.editor)
    submit(draft(office.editor, title="提交了"), office.editor)
    withdrawn = publish(office.editor, title="撤下了")
    withdrawn.unpublish()
    assert not written.live
    assert list(selectors.published_for(standing.reach(VILLAGE))) == []


def test_an_item_that_is_saved_without_a_thought_is_not_public(author: User) -> None:
    ContentItem.objects.create(title="直接写入", summary="…", body=[], author=author)
    assert ContentItem.objects.get().live is False


def test_published_item_has_the_rights_of_the_list(author: User) -> None:
    item = publish(author, TOWNSHIP)
    assert selectors.published_item(item.pk, standing.reach(VILLAGE)).get() == item
    assert not selectors.published_item(item.pk, standing.reach(FAR_VILLAGE)).exists()
    assert not selectors.published_item(item.pk, standing.reach(NOBODY)).exists()
    assert not selectors.published_item(item.pk + 1, standing.reach(VILLAGE)).exists()


def test_awaiting_review_lists_what_the_person_may_decide_on(office: Office) -> None:
    item = draft(office.both)
    state = submit(item, office.both)
    assert list(selectors.awaiting_review(office.reviewer)) == [state]
    assert [list(selectors.awaiting_review(user)) for user in (office.both, office.editor, office.root)] == [[], [], []]
