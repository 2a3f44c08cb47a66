"""Folders that are refused: whole, with all that is wrong, and nothing of them stays."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from wagtail.models import Revision

from backend.accounts.models import User
from backend.content.files.importing import import_folder
from backend.content.files.problems import FolderRefused
from backend.content.frame import EDITORS
from backend.content.models import ContentItem, ContentTranslation
from media.models import MediaFile
from tests.content.files.folders import Folder
from tests.editorial import COUNTY, PREFECTURE, PROVINCE, Office, hire
from tests.media import samples


def _large(folder: Folder) -> None:
    path = folder.write("bad")
    with path.open("ab") as file:
        file.truncate(50 << 20)


def _link(folder: Folder) -> None:
    folder.write("bad", head="cover: cover.png\n")
    secret = folder.root.parent / "secret.png"
    secret.write_bytes(samples.png())
    (folder.root / "bad" / "cover.png").symlink_to(secret)


def _circle(folder: Folder) -> None:
    folder.write("bad", kind="course", head="lessons: [bad]\n")


def _latin(folder: Folder) -> None:
    folder.write("bad").write_bytes("---\ntitle: 标题\n".encode("gb18030"))


def _twins(folder: Folder) -> None:
    folder.write("Bad")
    folder.write("bad")


REFUSED: dict[str, tuple[Callable[[Folder], object], str]] = {
    "50 MB of body": (_large, "bad/item.md：文件太大"),
    "link": (_link, "bad/cover.png：不能是链接"),
    "not text": (_latin, "bad/item.md：不是 UTF-8"),
    "no file": (lambda folder: (folder.root / "bad").mkdir(), "bad/item.md：缺少这个文件"),
    "loose file": (lambda folder: (folder.root / "bad").write_text("x"), "bad：这里只能放文件夹"),
    "name of a folder": (lambda folder: folder.write("Bad name"), "Bad name：文件夹名只能用"),
    "two of one name": (_twins, "bad：与“Bad”重名"),
    "language": (lambda folder: (folder.write("bad"), folder.translate("bad", "en", "x")), "item.en.md：没有被用到"),
    "unused file": (lambda folder: folder.write("bad", files={"a.png": samples.png()}), "a.png：没有被用到"),
    "missing picture": (lambda folder: folder.write("bad", body="![图](a.png)\n"), "第 11 行：a.png：没有这个文件"),
    "no picture": (
        lambda folder: folder.write("bad", body="![图](a.png)\n", files={"a.png": b"<svg onload=alert(1)>"}),
        "第 11 行：a.png：只支持",
    ),
    "damaged picture": (
        lambda folder: folder.write("bad", body="![图](a.png)\n", files={"a.png": samples.png()[:200]}),
        "第 11 行：a.png：",
    ),
    "broken head": (lambda folder: folder.write("bad", head="cover: [\n"), "文件头不是有效的 YAML"),
    "unknown kind": (lambda folder: folder.write("bad", kind="novel"), "第 4 行：kind：没有“novel”"),
    "script": (lambda folder: folder.write("bad", body="<script>alert(1)</script>\n"), "第 11 行：正文里不能写 HTML"),
    "no such division": (
        lambda folder: folder.write("bad", division="519999000000"),
        "第 5 行：没有代码为 519999000000",
    ),
    "no such audience": (
        lambda folder: folder.write("bad", audience="519999000000"),
        "第 7 行：没有代码为 519999000000",
    ),
    "audience beyond": (lambda folder: folder.write("bad", division=COUNTY), "第 7 行：受众 510000000000 不在发布单位"),
    "no such law": (
        lambda folder: folder.write("bad", body=":law[《没有法》第一条]\n"),
        "第 11 行：“《没有法》第一条”：没有收录",
    ),
    "no such article": (lambda folder: folder.write("bad", body=":law[《民法典》第九条]\n"), "没有这一条"),
    "no citation": (lambda folder: folder.write("bad", body=":law[民法典怎么说]\n"), "没有认出"),
    "no such item": (lambda folder: folder.write("bad", body=":case[nobody]\n"), "没有名为“nobody”的内容"),
    "no case": (lambda folder: folder.write("bad", body=":case[good]\n"), "“good”是图文，这里只能是案例"),
    "no topic": (lambda folder: folder.write("bad", head="topics: [good]\n"), "“good”是图文，这里只能是专题"),
    "circle": (_circle, "第 9 行：课时绕回了这门课程本身"),
    "lessons of an article": (lambda folder: folder.write("bad", head="lessons: [good]\n"), "这一类内容没有 lessons"),
    "expired": (lambda folder: folder.write("bad", head="expire_at: 2020-01-01T00:00:00\n"), "到期时间已经过去"),
    "ends before it begins": (
        lambda folder: folder.write("bad", head="go_live_at: 2090-02-01\nexpire_at: 2090-01-01\n"),
        "到期时间应晚于上线时间",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_folder_is_refused_whole(case: str, ready: Office, folder: Folder) -> None:
    folder.write("good", head="cover: cover.png\n", files={"cover.png": samples.png(320, 180)})
    spoil, told = REFUSED[case]
    spoil(folder)
    with pytest.raises(FolderRefused) as refusal:
        import_folder(folder.root, author=ready.editor)
    assert told in refusal.value.message
    assert "什么都没有导入" in refusal.value.message
    assert not ContentItem.objects.exists()
    assert not Revision.objects.exists()
    assert not MediaFile.objects.exists()
    assert not [path for path in (folder.root.parent / "media").rglob("*") if path.is_file()]


def test_a_body_of_50_megabytes_is_never_read(ready: Office, folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    _large(folder)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    with pytest.raises(FolderRefused, match="不能超过 256 KB"):
        import_folder(folder.root, author=ready.editor)


def test_all_that_is_wrong_with_a_folder_is_told_at_once(ready: Office, folder: Folder) -> None:
    folder.write("a", kind="novel")
    folder.write("b", body=":law[《没有法》第一条]\n\n:case[nobody]\n")
    folder.write("c", division="519999000000")
    with pytest.raises(FolderRefused) as refusal:
        import_folder(folder.root, author=ready.editor)
    assert [(problem.file, problem.line) for problem in refusal.value.problems] == [
        *[("a/item.md", 4), ("b/item.md", 11), ("b/item.md", 13), ("c/item.md", 5)]
    ]
    assert refusal.value.message.endswith("共 4 处问题，什么都没有导入")


def test_nobody_imports_for_an_office_that_they_do_not_work_for(ready: Office, folder: Folder) -> None:
    folder.write("one")
    of_the_county = hire("of-the-county", EDITORS, works_for=COUNTY)
    for author in (of_the_county, ready.root):
        with pytest.raises(FolderRefused, match=f"{author.username} 没有在 {PROVINCE} 发布内容的权限"):
            import_folder(folder.root, author=author)
    folder.write("one", division=COUNTY, audience=COUNTY)
    assert import_folder(folder.root, author=of_the_county).created == 1
    folder.write("one", division=PREFECTURE, audience=COUNTY)
    with pytest.raises(FolderRefused, match="不能改换发布单位"):
        import_folder(folder.root, author=ready.editor)


def test_nobody_imports_who_does_not_write(ready: Office, folder: Folder) -> None:
    folder.write("one")
    for author in (ready.reviewer, ready.supervisor):
        with pytest.raises(FolderRefused, match=f"{author.username}：没有撰写内容的权限"):
            import_folder(folder.root, author=author)
    assert not ContentItem.objects.exists()


def test_other_languages_are_for_those_who_translate(ready: Office, folder: Folder) -> None:
    """A right of its own, as in the console."""
    folder.write("one")
    writer = hire("writer", works_for=PROVINCE)
    for right in ("add_contentitem", "change_contentitem"):
        writer.user_permissions.add(Permission.objects.get(codename=right))
    assert import_folder(folder.root, author=writer).created == 1
    folder.translate("one", "bo", "只为测试\n")
    before = list(Revision.objects.values_list("pk", flat=True))
    with pytest.raises(FolderRefused, match="writer：没有撰写其他语言版本的权限"):
        import_folder(folder.root, author=writer)
    writer.user_permissions.add(Permission.objects.get(codename="add_contenttranslation"))
    with pytest.raises(FolderRefused):
        import_folder(folder.root, author=User.objects.get(pk=writer.pk))
    assert not ContentTranslation.objects.exists()
    assert list(Revision.objects.values_list("pk", flat=True)) == before
    writer.user_permissions.add(Permission.objects.get(codename="change_contenttranslation"))
    assert import_folder(folder.root, author=User.objects.get(pk=writer.pk)).created == 1
