"""The real laws, changed by hand and imported again."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from django.utils import timezone

from backend.advisors.models import MessageCitation
from backend.advisors.services import post_message
from backend.content.models import ContentCitation, LawReview
from backend.notifications.models import Notification
from backend.statutes.models import Article, ArticleChange, Law
from backend.statutes.services import import_statutes
from backend.statutes.source import default_path
from tests.advisors.conftest import make_advisor, village  # noqa: F401 - fixtures
from tests.advisors.telling import tell
from tests.content.changing_law import marks
from tests.editorial import Office, publish


def change_real_laws(path: Path) -> None:
    """One text corrected, one law repealed, and of a third a new version: one article changed, one gone."""
    today = str(timezone.localdate())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.executescript(f"""
            UPDATE articles SET article_text = article_text || '法律另有规定的除外。'
                WHERE law_name = '中华人民共和国民法典' AND article_no = '第一千零六十二条';
            UPDATE laws SET status = '已废止' WHERE law_name = '中华人民共和国人民调解法';
            UPDATE articles SET status = '已废止' WHERE law_name = '中华人民共和国人民调解法';
            CREATE TEMP TABLE v AS SELECT * FROM laws WHERE law_name = '中华人民共和国反家庭暴力法';
            UPDATE v SET law_id = 'new-version', publish_date = '{today}', effective_date = '{today}';
            INSERT INTO laws SELECT * FROM v;
            CREATE TEMP TABLE a AS SELECT * FROM articles WHERE law_name = '中华人民共和国反家庭暴力法' ORDER BY id;
            UPDATE a SET law_id = 'new-version', id = id + 1000000;
            UPDATE a SET article_text = '除另有规定外，' || article_text WHERE article_no = '第二十三条';
            DELETE FROM a WHERE article_no = '第十三条';
            INSERT INTO articles SELECT * FROM a;
        """)  # noqa: S608 - a day of the test's own


def test_a_changed_copy_of_the_real_laws(office: Office, village: Any, tmp_path: Path) -> None:  # noqa: F811 - a fixture
    Law.objects.all().delete()  # the office's own Civil Code
    import_statutes(default_path())
    corrected, repealed, amended, gone, kept = (
        publish(office.editor, title=text, body=[("paragraph", f"见{text}。")])
        for text in (
            "《民法典》第一千零六十二条",
            "《人民调解法》第三条",
            "《反家庭暴力法》第二十三条",
            "《反家庭暴力法》第十三条、第二条",
            "《反家庭暴力法》第二条、《民法典》第一千零六十三条",
        )
    )
    answers = [
        post_message(author=author, group_id=village.group.pk, client_key=text, text=text)
        for author, text in (
            (village.advisor.user, "依照民法典第一千零六十二条"),
            (village.advisor.user, "依照反家庭暴力法第二十三条"),
            (village.advisor.user, "依照反家庭暴力法第二条"),
            (village.villager, "民法典第一千零六十二条说了什么？"),
        )
    ]
    path = tmp_path / "laws.db"
    shutil.copy(default_path(), path)
    change_real_laws(path)
    of_mediation = Article.objects.filter(version__law__short_name="人民调解法").count()
    assert (ArticleChange.objects.count(), of_mediation) == (0, 35)
    done = import_statutes(path)
    assert (done.versions_created, done.corrected, done.noticed) == (1, 1 + of_mediation, 1 + of_mediation + 2)
    assert [marks(item) for item in (corrected, repealed, amended, gone, kept)] == [
        ["amended"],
        ["repealed"],
        ["amended"],
        ["repealed", ""],
        ["", ""],
    ]
    assert set(LawReview.objects.values_list("item", flat=True)) == {
        item.pk for item in (corrected, repealed, amended, gone)
    }
    of_answers = MessageCitation.objects.order_by("message__seq").values_list("message", "outdated")
    assert list(of_answers) == list(
        zip([one.pk for one in answers], ["amended", "amended", "", "amended"], strict=True)
    )
    tell()
    # One notice to the advisor for all of it, and none to the villager, whose question it is.
    (notice,) = Notification.objects.filter(key__startswith="law-changes:")
    assert (notice.recipient, notice.link) == (village.advisor.user, "answers/outdated")
    before = [list(model.objects.order_by("pk").values_list()) for model in TABLES]
    again = import_statutes(path)
    assert (again.changed, again.noticed) == (False, 0)
    assert tell() == 0
    assert [list(model.objects.order_by("pk").values_list()) for model in TABLES] == before


TABLES = (ArticleChange, ContentCitation, MessageCitation, LawReview, Notification)
