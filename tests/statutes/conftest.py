"""Small files of laws in the form of the real one."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from backend.statutes.models import Article, Law, LawVersion

MakeFile = Callable[..., Path]

LAWS = """CREATE TABLE laws (law_id TEXT PRIMARY KEY, law_name TEXT NOT NULL, doc_type TEXT, level TEXT,
    issuing_body TEXT, publish_date TEXT, effective_date TEXT, version_date TEXT, status TEXT, law_department TEXT)"""
ARTICLES = """CREATE TABLE articles (id INTEGER PRIMARY KEY, law_id TEXT NOT NULL, law_name TEXT NOT NULL,
    law_department TEXT, level TEXT, status TEXT, chapter TEXT, section TEXT, article_no TEXT,
    article_no_arabic INTEGER, article_text TEXT, char_count INTEGER)"""

LAW = {"doc_type": "法律", "issuing_body": "全国人民代表大会", "law_department": "民法商法"}
ARTICLE = ("law_id", "article_no", "article_no_arabic", "article_text")

#: 民法典 第一千零六十二条.
COMMON_PROPERTY = """夫妻在婚姻关系存续期间所得的下列财产，为夫妻的共同财产，归夫妻共同所有：
（一）工资、奖金、劳务报酬；
（二）生产、经营、投资的收益；
（三）知识产权的收益；
（四）继承或者受赠的财产，但是本法第一千零六十三条第三项规定的除外；
（五）其他应当归共同所有的财产。
夫妻对共同财产，有平等的处理权。"""


def law(law_id: str, name: str, published: str, effective: str, status: str = "现行有效") -> dict[str, Any]:
    """A row of laws."""
    return {
        "law_id": law_id,
        "law_name": f"中华人民共和国{name}",
        "publish_date": published,
        "effective_date": effective,
        "status": status,
    }


CODE = law("code", "民法典", "2020-05-28", "2021-01-01")
OLD_PRISON = law("prison-1", "监狱法", "2012-10-26", "2012-10-26", "历史版本")
NEW_PRISON = law("prison-2", "监狱法", "2026-04-30", "2026-11-01")
CRIMINAL = law("criminal", "刑法", "2020-12-26", "1997-10-01", "已被修改")
GONE = law("gone", "环境保护法", "2014-04-24", "2015-01-01", "已废止")
ALL_LAWS = (CODE, OLD_PRISON, NEW_PRISON, CRIMINAL, GONE)
ALL_ARTICLES = (
    ("code", "第九条", 9, "民事主体从事民事活动，应当有利于节约资源、保护生态环境。"),
    ("code", "第一千零六十二条", 1062, COMMON_PROPERTY),
    ("code", "第一千零六十三条", 1063, "下列财产为夫妻一方的个人财产：\n（一）一方的婚前财产；"),
    ("prison-1", "第一条", 1, "旧文本。"),
    ("prison-2", "第一条", 1, "新文本。"),
    ("criminal", "第一百三十三条", 133, "违反交通运输管理法规……"),
    ("criminal", "第一百三十三条之一", 133, "在道路上驾驶机动车……"),
    ("criminal", "第一百三十三条之二", 133, "对行驶中的公共交通工具……"),
    ("gone", "第一条", 1, "为保护和改善环境……"),
    ("gone", "第七条", 7, "甲公约第七条。"),
    ("gone", "第七条", 7, "乙公约第七条。"),
    ("gone", "全文", None, "没有条号。"),
)


@pytest.fixture
def make_file(tmp_path: Path) -> MakeFile:
    """`write_file` into the test's own folder."""
    return partial(write_file, tmp_path)


def write_file(folder: Path, laws: Any = ALL_LAWS, articles: Any = ALL_ARTICLES, *, name: str = "laws.db") -> Path:
    """Writes a file of laws: dictionaries of columns, and (law_id, label, number, text) or dictionaries."""
    path = folder / name
    path.unlink(missing_ok=True)
    known = {row["law_id"]: row for row in laws}
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(LAWS)
        connection.execute(ARTICLES)
        for row in laws:
            insert(connection, "laws", LAW | row)
        for given in articles:
            row = given if isinstance(given, dict) else dict(zip(ARTICLE, given, strict=True))
            above = known.get(row["law_id"], {})
            defaults = {"law_name": above.get("law_name", ""), "status": above.get("status", "现行有效")}
            insert(connection, "articles", defaults | row)
    return path


def insert(connection: sqlite3.Connection, table: str, row: dict[str, Any]) -> None:
    """One row."""
    marks = ", ".join("?" * len(row))
    connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))  # noqa: S608 - names of the test's own


def tables() -> list[Any]:
    """All that an import writes, for comparing."""
    return [list(model.objects.order_by("pk").values_list()) for model in (Law, LawVersion, Article)]
