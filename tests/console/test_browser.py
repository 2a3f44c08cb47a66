"""An article's way from the editor's desk to the feed, in a real browser."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.accounts.models import User
from backend.content import selectors
from backend.regions import rules
from backend.regions.models import Division
from tests.conftest import DIVISIONS
from tests.editorial import PASSWORD, VILLAGE, Office, enact, open_office

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
    """Write an article with a cover and three blocks."""
    page.get_by_role("link", name="内容", exact=True).click()
    page.get_by_role("link", name="添加 内容").click()
    page.get_by_role("textbox", name="标题").first.fill(TITLE)
    page.get_by_role("textbox", name="摘要").first.fill("工资、奖金和经营收益，是一个人的还是两个人的。")
    page.locator("#id_cover_upload").set_input_files(photo)
    page.locator("#id_audience").fill("木兰社区")
    page.get_by_role("option", name="木兰社区居委会").click()
    blocks = (
        ("小标题", "先看法律怎么说"),
        ("段落", "婚后的工资和奖金，一般是夫妻共同财产。"),
        ("法条引用", "《民法典》第一千零六十二条"),
    )
    for place, (kind, text) in enumerate(blocks):
        page.get_by_role("button", name="插入一块内容").last.click()
        page.get_by_role("option", name=kind).click()
        page.locator("[data-streamfield-child]").nth(place).locator("input[type=text], textarea").last.fill(text)


def submit(page: Any) -> None:
    """Save the draft, look at it once more, and submit it."""
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_text("已创建").wait_for()
    assert page.locator(".cover-input__current img").evaluate("image => image.naturalWidth") > 0
    page.get_by_role("navigation", name="操作（页脚）").locator("button[aria-expanded]").click()
    assert page.locator("[name=action-publish]").count() == 0
    page.get_by_role("button", name="提交内容审核").click()
    page.get_by_text("已提交审核").wait_for()


def approve(page: Any) -> None:
    """Find it on the first page, read it, and approve it."""
    page.get_by_role("link", name=TITLE).click()
    page.get_by_text("现行有效").wait_for()
    page.get_by_label("审核意见").fill("条文核对无误")
    page.get_by_role("button", name="审核通过").click()
    page.get_by_text("现在是：已发布").wait_for()


def test_written_submitted_reviewed_and_read(house: Office, live_server: Any, tmp_path: Path) -> None:
    complaints: list[str] = []

    def story() -> None:
        with browser(live_server.url, complaints) as desk:
            editor = desk("editor")
            write(editor, tmp_path / "photo.jpg")
            submit(editor)
            editor.get_by_role("link", name=TITLE).click()
            editor.get_by_text("正在等待审核").wait_for()
            approve(desk("reviewer"))

    # In a thread of its own: Playwright's loop would keep Django from the database in this one.
    with ThreadPoolExecutor(1) as thread:
        thread.submit(story).result()

    assert complaints == []
    item = selectors.published_for(selectors.reach(VILLAGE)).get()
    assert (item.title, item.author) == (TITLE, house.editor)
    assert item.cover.state == "ready"
    assert [row.article.number for row in item.citations.all()] == [1062]


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
