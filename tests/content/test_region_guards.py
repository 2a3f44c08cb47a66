"""Whoever works for another prefecture finds nothing by any address, and changes nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.urls import NoReverseMatch, reverse
from wagtail.hooks import search_for_hooks
from wagtail.models import ModelLogEntry, Revision, TaskState

from backend.console.served import SERVED
from backend.content.models import ContentItem, ContentTranslation, EditorialNote
from backend.regions.models import Division
from media.services import store_picture
from tests.editorial import (
    PREFECTURE,
    PROVINCE,
    VILLAGE,
    Office,
    address,
    at_desk,
    draft,
    editor_form,
    go_live,
    hire,
    open_elsewhere,
    publish,
    submit,
    translate,
    translation_form,
)
from tests.media import samples

TITLE, LANGUAGE_TITLE = "成都的一篇稿件", "成都的一篇译文"
PEOPLE = ("editor", "reviewer", "second", "third", "both", "supervisor", "chief")
search_for_hooks()
#: Every view of both viewsets that names a text, whatever Wagtail adds.
VIEWS = [
    (model, pattern.name)
    for model in (ContentItem, ContentTranslation)
    for pattern in model.snippet_viewset.get_urlpatterns()
    if "pk" in str(pattern.pattern)
]


@pytest.fixture
def elsewhere(office: Office) -> Office:
    """The office of another prefecture."""
    return open_elsewhere()


def texts(office: Office, *, live: bool) -> dict[Any, Any]:
    """An item and a translation of Chengdu, live with a scheduled or a submitted version, or not live."""
    item = draft(office.editor, title=TITLE, division_id=PREFECTURE)
    text = translate(item, office.editor, title=LANGUAGE_TITLE)
    for one in (item, text):
        if live:
            go_live(one)
        submit(one, office.editor)
    return {ContentItem: item, ContentTranslation: text}


def path_of(view: str, text: Any) -> str:
    """The address of a view with whatever it asks for besides the text."""
    model = type(text)
    state = text.current_workflow_task_state
    rest: dict[str, list[Any]] = {
        "revisions_view": [text.latest_revision_id],
        "revisions_revert": [text.latest_revision_id],
        "revisions_unschedule": [text.latest_revision_id],
        "revisions_compare": ["earliest", "latest"],
        "workflow_action": ["approve", state.pk],
        "collect_workflow_action_data": ["approve", state.pk],
        "workflow_history_detail": [state.workflow_state_id],
        "workflow_preview": [state.task_id],
        "settle_note": [1],
    }
    return address(view, text.pk, *rest.get(view, []), model=model)


def traces() -> tuple[Any, ...]:
    """Everything that a request could have changed."""
    return (
        list(ContentItem.objects.order_by("pk").values()),
        list(ContentTranslation.objects.order_by("pk").values()),
        list(Revision.objects.order_by("pk").values()),
        list(TaskState.objects.order_by("pk").values()),
        ModelLogEntry.objects.count(),
        EditorialNote.objects.count(),
    )


def read(answer: Any) -> str:
    """The words of an answer, be it a page, a file or JSON."""
    body: str = answer.getvalue().decode() if answer.streaming else answer.text
    return (
        json.dumps(answer.json(), ensure_ascii=False) if answer["Content-Type"].startswith("application/json") else body
    )


def forms(text: Any) -> Iterator[dict[str, Any]]:
    """What somebody could send to any view."""
    own = editor_form if isinstance(text, ContentItem) else lambda **more: translation_form(text.item, **more)
    for action in ("", "submit", "publish", "cancel-workflow", "restart-workflow"):
        yield {**own(action=action, title="改过的"), "reason": "理由", "text": "批注", "comment": "意见"}


def test_the_table_of_views_is_whole() -> None:
    assert len(VIEWS) >= 2 * 23
    assert {"edit", "delete", "revisions_compare", "workflow_action", "lock", "note", "recall"} <= {
        name for _, name in VIEWS
    }


@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("who", PEOPLE)
def test_no_view_of_a_text_answers_to_somebody_of_another_prefecture(
    office: Office, elsewhere: Office, who: str, live: bool
) -> None:
    found = texts(office, live=live)
    stranger = at_desk(getattr(elsewhere, who))
    before = traces()
    for model, view in VIEWS:
        path = path_of(view, found[model])
        sent = list(forms(found[model])) if view in {"edit", "revisions_revert"} else [next(forms(found[model]))]
        answers = [stranger.get(path), stranger.delete(path), *(stranger.post(path, form) for form in sent)]
        for answer in answers:
            assert answer.status_code == 404, (path, answer.status_code)
            assert TITLE not in answer.text
            assert LANGUAGE_TITLE not in answer.text
    assert traces() == before


@pytest.mark.parametrize("who", PEOPLE)
def test_nor_do_lists_logs_panels_and_suggestions_name_it(
    office: Office, elsewhere: Office, who: str, settings: Any, tmp_path: Path
) -> None:
    texts(office, live=who == "supervisor")
    settings.MEDIA_ROOT = tmp_path
    file = store_picture(owner=office.editor, purpose="picture", data=samples.jpeg(), name=f"{TITLE}.jpg")
    stranger = at_desk(getattr(elsewhere, who))
    lists = [
        "/console/",
        *(
            address(view, model=model)
            for model in (ContentItem, ContentTranslation)
            for view in ("list", "list_results")
        ),
        "/console/content/?q=成都",
        "/console/content-log/",
        "/console/content-log/results/",
        "/console/content-log/?export=csv",
        "/console/law-changes/",
        "/console/reading-figures/",
        "/console/error-reports/",
        "/console/suggest/items/?q=成都",
        *(
            reverse(ContentItem.snippet_viewset.chooser_viewset.get_url_name(name))
            for name in ("choose", "choose_results")
        ),
        *(
            reverse(f"media_{purpose}:{name}")
            for purpose in ("picture", "recording", "video")
            for name in ("choose", "choose_results")
        ),
        reverse("media_picture:chosen", args=[file.pk]),
        f"{reverse('media_picture:chosen_multiple')}?id={file.pk}",
    ]
    for path in lists:
        answer = stranger.get(path)
        assert TITLE not in read(answer), path
        assert file.shown.key not in read(answer), path
        assert LANGUAGE_TITLE not in read(answer), path


def test_the_same_lists_name_it_to_its_own_office(office: Office, settings: Any, tmp_path: Path) -> None:
    texts(office, live=False)
    settings.MEDIA_ROOT = tmp_path
    store_picture(owner=office.editor, purpose="picture", data=samples.jpeg(), name=f"{TITLE}.jpg")
    desk = at_desk(office.both)
    for path, title in (
        ("/console/content/", TITLE),
        ("/console/translations/", LANGUAGE_TITLE),
        ("/console/content-log/", TITLE),
        ("/console/suggest/items/?q=成都", TITLE),
        (reverse("media_picture:choose"), f"{TITLE}.jpg"),
    ):
        assert title in read(desk.get(path)), path
    assert TITLE in at_desk(office.reviewer).get("/console/").text


@pytest.mark.parametrize("who", PEOPLE)
def test_the_chooser_knows_no_drafts(office: Office, elsewhere: Office, who: str) -> None:
    hidden, shown = draft(office.editor, title=TITLE, division_id=PREFECTURE), publish(office.editor, title="公开的")
    names = ContentItem.snippet_viewset.chooser_viewset
    desk = at_desk(getattr(elsewhere, who))
    paths = {
        "choose": reverse(names.get_url_name("choose")),
        "chosen": reverse(names.get_url_name("chosen"), args=[hidden.pk]),
        "multiple": f"{reverse(names.get_url_name('chosen_multiple'))}?id={hidden.pk}&id={shown.pk}&id=x",
        "create": reverse(names.get_url_name("create")),
    }
    answers = {name: desk.get(path) for name, path in paths.items()}
    assert not any(TITLE in answer for answer in map(read, answers.values()))
    # Superusers hold every right of a model; only what they find is limited.
    may_choose = who in {"editor", "both", "chief"}
    assert ("公开的" in answers["choose"].json()["html"]) if may_choose else answers["choose"].status_code == 302
    assert answers["chosen"].status_code == (404 if may_choose else 302)
    assert answers["create"].status_code == 302
    assert ContentItem.objects.count() == 2


@pytest.mark.parametrize("model", [ContentItem, ContentTranslation])
def test_the_bulk_views_and_reports_of_wagtail_are_not_there(office: Office, model: Any) -> None:
    root = at_desk(hire("keeper", is_superuser=True, works_for=PROVINCE))
    item = draft(office.editor, title=TITLE)
    bulk = reverse("wagtail_bulk_action", args=["content", model._meta.model_name, "delete"])
    reports = ("workflow", "workflow_tasks", "site_history", "locked_pages", "aging_pages", "page_types_usage")
    paths = [f"{bulk}?id={item.pk}", *(reverse(f"wagtailadmin_reports:{name}") for name in reports)]
    for path in (*paths, "/console/snippets/", "/console/search/?q=成都", "/console/reports/"):
        assert not path.removeprefix("/console/").startswith(SERVED)
        assert root.get(path).status_code == 404, path
        assert root.post(path).status_code in {403, 404}, path
    assert ContentItem.objects.filter(pk=item.pk).exists()


def test_a_reviewer_of_two_prefectures_is_shown_both(office: Office, elsewhere: Office) -> None:
    from backend.accounts.models import RoleGrant
    from backend.accounts.services import grant_role, withdraw_role

    item = texts(office, live=False)[ContentItem]
    division = Division.objects.get(pk=PREFECTURE)
    path = path_of("workflow_action", item)
    desk = at_desk(elsewhere.reviewer)
    grant_role(user=elsewhere.reviewer, role=RoleGrant.Role.STAFF, division=division)
    assert TITLE in desk.get("/console/").text
    withdraw_role(user=elsewhere.reviewer, role=RoleGrant.Role.STAFF, division=division)
    assert TITLE not in desk.get("/console/").text
    assert desk.post(path, {"comment": ""}).status_code == 404


@pytest.mark.parametrize("role", ["law_savvy", "official"])
def test_other_roles_open_no_desk(office: Office, elsewhere: Office, role: str) -> None:
    from backend.accounts.services import grant_role

    item = draft(office.editor, division_id=VILLAGE)
    grant_role(user=elsewhere.editor, role=role, division=Division.objects.get(pk=VILLAGE))
    assert at_desk(elsewhere.editor).get(address("inspect", item.pk)).status_code == 404


def test_reverse_knows_no_copy_view() -> None:
    with pytest.raises(NoReverseMatch):
        address("copy", 1)


@pytest.mark.parametrize("model", [ContentItem, ContentTranslation])
def test_the_ping_of_an_open_editor_answers_to_its_own_office(office: Office, elsewhere: Office, model: Any) -> None:
    text = texts(office, live=True)[model]
    path = reverse("wagtailadmin_editing_sessions:ping", args=["content", model._meta.model_name, str(text.pk), 1])
    assert at_desk(office.editor).post(path).status_code == 200
    for who in PEOPLE:
        assert at_desk(getattr(elsewhere, who)).post(path).status_code == 404
