"""An article's way from the editor's desk to the feed, in a real browser."""

import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from PIL import Image

from backend.accounts.models import User
from backend.content import selectors, tasks
from backend.content.frame import REVIEWERS
from backend.content.models import ContentItem
from backend.content.standing import reach
from backend.regions import rules
from backend.regions.models import Division
from tests.conftest import DIVISIONS
from tests.editorial import (
    ELSEWHERE_PREFECTURE,
    PASSWORD,
    VILLAGE,
    Office,
    enact,
    hire,
    open_elsewhere,
    open_office,
)

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
TITLE = "婚后收入归谁"
STAGES = ("初审", "复审", "终审")
#: Name of each block, and what is typed into its fields.
BLOCKS = (
    ("小标题", ("先看法律怎么说",)),
    ("段落", ("婚后的工资和奖金，一般是夫妻共同财产。",)),
    ("法条引用", ("《民法典》第一千零六十二条",)),
    ("引文", ("夫妻在婚姻家庭中地位平等。", "民法典")),
    ("步骤", ("先找村里的法律顾问",)),
    ("拨号按钮", ("拨打", "12348")),
)
MISSING = "needs Playwright and /usr/bin/chromium"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not (CHROMIUM.exists() and find_spec("playwright")), reason=MISSING),
]


@pytest.fixture
def house(transactional_db: None, settings: Any, live_server: Any, tmp_path: Path) -> Office:
    """An office at a real address, whose staff have passwords, in a country with a map and a law."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.PUBLIC_URL = live_server.url
    settings.MEDIA_ROOT = tmp_path
    for code, name in DIVISIONS.items():
        full_name = " ".join(DIVISIONS[c] for c in rules.lineage(code))
        Division.objects.create(code=code, name=name, level=rules.level_of(code), full_name=full_name)
    enact()
    office = open_office()
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    Image.new("RGB", (640, 360), "teal").save(tmp_path / "photo.jpg")
    return office


@contextmanager
def browser(url: str, complaints: list[str]) -> Iterator[Callable[[str], Any]]:
    """Opens desks: pages of a browser, each signed in as someone. What the pages complain of is collected."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)

        def desk(username: str) -> Any:
            page = chromium.new_context(locale="zh-CN", viewport={"width": 1360, "height": 900}).new_page()
            page.on("pageerror", lambda error: complaints.append(str(error)))
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("request", lambda request: _note_strangers(request.url, url, complaints))
            page.goto(f"{url}/console/")
            page.get_by_label("用户名").fill(username)
            page.get_by_label("密码").fill(PASSWORD)
            page.get_by_role("button", name="登录").click()
            page.get_by_role("heading", name=f"您好，{username}的名字").wait_for()
            return page

        yield desk
        chromium.close()


def _note_strangers(address: str, url: str, complaints: list[str]) -> None:
    if not address.startswith((url, "data:", "blob:")):
        complaints.append(f"a stranger was asked: {address}")


def write(page: Any, photo: Path) -> None:
    """Write an article with a cover and several kinds of blocks."""
    page.get_by_role("link", name="内容", exact=True).click()
    page.get_by_role("link", name="添加 内容").click()
    page.get_by_role("textbox", name="标题").first.fill(TITLE)
    page.get_by_role("textbox", name="摘要").first.fill("工资、奖金和经营收益，是一个人的还是两个人的。")
    page.locator("#id_cover_upload").set_input_files(photo)
    page.locator("#id_audience").fill("木兰社区")
    page.get_by_role("option", name="木兰社区居委会").click()
    for place, (kind, texts) in enumerate(BLOCKS):
        page.get_by_role("button", name="插入一块内容").last.click()
        page.get_by_role("option", name=kind, exact=True).click()
        block = page.locator("[data-streamfield-stream-container] > [data-streamfield-child]").nth(place)
        fields = block.locator("input[type=text], textarea, [contenteditable=true]")
        for field, text in enumerate(texts):
            fields.nth(field).click()
            page.keyboard.type(text)


def schedule(page: Any, moment: str) -> None:
    """Set when it goes live, in the panel beside the editor; that saves the draft too."""
    toggle = page.locator("[data-side-panel-toggle=status]")
    if toggle.get_attribute("aria-expanded") != "true":
        toggle.click()
    page.get_by_role("button", name="设置计划").click()
    page.locator("#id_go_live_at").fill(moment)
    dialog = page.locator("#schedule-publishing-dialog")
    # By key: the calendar lies over the button.
    dialog.get_by_role("button", name="保存计划").press("Enter")


def submit(page: Any) -> None:
    """Look at the saved draft, also as a phone shows it, and at what the check says; and submit it."""
    page.get_by_text("已创建").wait_for()
    assert page.locator(".cover-input__current img").evaluate("image => image.naturalWidth") > 0
    page.get_by_text("还没有藏语、彝语版本").wait_for()
    page.locator("[data-side-panel-toggle=preview]").click()
    phone = page.frame_locator("#w-preview-iframe")
    phone.get_by_role("heading", name=TITLE).wait_for()
    phone.get_by_role("link", name="拨打 12348").wait_for()
    page.get_by_role("navigation", name="操作（页脚）").locator("button[aria-expanded]").click()
    assert page.locator("[name=action-publish]").count() == 0
    page.get_by_role("button", name="提交内容审核").click()
    page.get_by_text("已提交审核").wait_for()


def approve(page: Any, stage: str, state: str) -> None:
    """Find it on the first page, read it, and approve it."""
    page.get_by_role("link", name=TITLE).click()
    page.get_by_role("heading", name=stage).wait_for()
    page.get_by_text("现行有效").wait_for()
    page.get_by_label("审核意见").fill("条文核对无误")
    page.get_by_role("button", name="审核通过").click()
    page.get_by_text(f"现在是：{state}").wait_for()


def try_addresses(page: Any, url: str, pk: int) -> None:
    """Type the address of each view; nothing is found there."""
    for view in ("inspect", "edit", "history", "usage", "delete", "unpublish", "workflow_history"):
        answer = page.goto(f"{url}/console/content/{view}/{pk}/")
        assert answer.status == 404, view
        assert page.get_by_text(TITLE).count() == 0
    page.goto(f"{url}/console/content/")
    assert page.get_by_text(TITLE).count() == 0


def take_down(page: Any) -> None:
    """From the list, with the reason."""
    page.get_by_role("link", name="内容", exact=True).click()
    page.get_by_role("button", name=re.compile(TITLE)).click()
    page.get_by_role("link", name="撤下").click()
    page.get_by_label("撤下理由").fill("条文引用有误")
    page.get_by_role("button", name="撤下").click()
    page.get_by_text("读者已看不到").wait_for()


def run(story: Callable[[], None]) -> None:
    """In a thread of its own: Playwright's loop would keep Django from the database in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(story).result()


def feed() -> list[Any]:
    """What a villager of the audience sees."""
    return list(selectors.published_for(reach(VILLAGE)))


def test_written_submitted_reviewed_scheduled_read_and_taken_down(
    house: Office, live_server: Any, tmp_path: Path
) -> None:
    complaints: list[str] = []

    def to_the_schedule() -> None:
        with browser(live_server.url, complaints) as desk:
            editor = desk("editor")
            write(editor, tmp_path / "photo.jpg")
            schedule(editor, "2099-01-01 08:00")
            submit(editor)
            editor.get_by_role("link", name=TITLE).click()
            editor.get_by_text("初审").first.wait_for()
            states = ("审核中", "审核中", "定时发布")
            for username, stage, state in zip(("reviewer", "second", "third"), STAGES, states, strict=True):
                approve(desk(username), stage, state)

    run(to_the_schedule)
    item = ContentItem.objects.get()
    assert (feed(), item.author, item.cover.state) == ([], house.editor, "ready")
    revision = item.revisions.get(approved_go_live_at__isnull=False)
    assert timezone.localtime(revision.approved_go_live_at).year == 2099

    # Its hour comes.
    past = timezone.now() - timedelta(seconds=1)
    revision.approved_go_live_at, revision.content["go_live_at"] = past, past.isoformat()
    revision.save()
    tasks.publish_due()
    assert [one.title for one in feed()] == [TITLE]
    assert [row.article.number for row in item.citations.all()] == [1062]
    hire_stranger()
    not_found: list[str] = []

    def to_the_end() -> None:
        with browser(live_server.url, complaints) as desk:
            take_down(desk("supervisor"))

    def from_elsewhere() -> None:
        with browser(live_server.url, not_found) as desk:
            try_addresses(desk("stranger"), live_server.url, item.pk)

    run(from_elsewhere)
    assert [one.title for one in feed()] == [TITLE]
    run(to_the_end)
    assert feed() == []
    assert complaints == []
    # A browser complains of what is not found, and here of nothing else.
    assert all("404" in line for line in not_found), not_found


def hire_stranger() -> None:
    """A reviewer of another prefecture."""
    open_elsewhere()
    stranger = hire("stranger", *REVIEWERS, works_for=ELSEWHERE_PREFECTURE)
    stranger.set_password(PASSWORD)
    stranger.save()


def test_an_appointment_is_made_by_typing_names_and_a_second_is_refused_in_words(
    house: Office, live_server: Any
) -> None:
    from backend.advisors.models import Advisor, Appointment

    Advisor.objects.create(user=house.both, kind="lawyer", licence_number="5101", office="蓉和律师事务所")
    complaints: list[str] = []

    def fill(page: Any) -> None:
        page.goto(f"{live_server.url}/console/appointments/new/")
        page.locator("#id_village").fill("木兰社区")
        page.get_by_role("option", name="木兰社区居委会").click()
        page.locator("#id_advisor").fill("蓉和")
        page.get_by_role("option", name="蓉和律师事务所").wait_for()
        page.keyboard.press("Enter")
        page.get_by_role("textbox", name="开始日期").fill("2026-01-01")
        page.get_by_role("textbox", name="结束日期").fill("2099-12-31")
        page.keyboard.press("Escape")
        page.get_by_role("button", name="创建").click()

    def story() -> None:
        with browser(live_server.url, complaints) as desk:
            page = desk("supervisor")
            fill(page)
            page.get_by_text("已创建").wait_for()
            fill(page)
            page.get_by_text("已经有在聘的法律顾问").wait_for()

    with ThreadPoolExecutor(1) as thread:
        thread.submit(story).result()
    assert complaints == []
    assert Appointment.objects.count() == 1
