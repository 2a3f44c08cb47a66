"""Writes: importing laws, and the citations that other domains store."""

from collections import Counter
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F, ProtectedError

from backend.editions.services import turn_page
from backend.progress import Report, silent
from backend.statutes import rules
from backend.statutes.changes import Noted, notice_changes
from backend.statutes.citations import may_lack_marks, parse_citations
from backend.statutes.models import Article, Citation, Law, LawVersion, Outdated, Validity
from backend.statutes.searching import index_articles
from backend.statutes.selectors import Resolved, known_names, resolve
from backend.statutes.source import SourceArticle, SourceVersion, read_source

C = TypeVar("C", bound=Citation)
_LAW = ["short_name", "kind", "issuing_body", "department"]
_VERSION = ["law_id", "published_on", "effective_on", "starts_on", "validity"]
_ARTICLE = [item.name for item in fields(SourceArticle)]
#: Beyond any position of a real law: where articles wait while the order of their version is rewritten.
_ASIDE = 1_000_000


@dataclass(slots=True)
class StatuteImport:
    """What an import did, in rows. `withdrawn` articles are gone from the source but cited, and so kept.

    `noticed` counts the articles that are not the law any more as they were (see changes). `touched` are the keys of
    the articles whose rows were written or deleted, and of all those of a law that is called something else now.
    """

    laws_created: int = 0
    laws_changed: int = 0
    versions_created: int = 0
    versions_changed: int = 0
    created: int = 0
    corrected: int = 0
    deleted: int = 0
    withdrawn: int = 0
    unchanged: int = 0
    noticed: int = field(default=0, compare=False)
    touched: list[int] = field(default_factory=list, compare=False, repr=False)

    @property
    def changed(self) -> bool:
        """Whether the tables are different now."""
        return any(getattr(self, item.name) for item in fields(self) if item.name != "unchanged")


def import_statutes(path: Path, *, progress: Report = silent) -> StatuteImport:
    """Bring laws, versions and articles up to the file: all of it in one transaction, or nothing.

    A version is known by its id in the source, and an article by its version and label, so that citations keep
    pointing at the same row: a text that changed under the same id is a correction of the source, while an amended law
    comes under a new one. Versions that the file does not have stay. What cites an article that changed is marked.
    Raises InvalidStatuteFile.
    """
    source = read_source(path)
    result, noted = StatuteImport(), Noted()
    with transaction.atomic():
        # First of all, as whoever publishes does: they wait for each other, and never each for the other's rows.
        turn_page()
        laws = _write_laws(source, result)
        for done, incoming in enumerate(source, start=1):
            version, was_repealed = _write_version(laws[incoming.name], incoming, result, noted)
            _ArticleWriter(version, result, noted, was_repealed=was_repealed).write(incoming.articles)
            progress(done, len(source))
        _set_ends()
        result.noticed = notice_changes(noted)
        index_articles(result.touched)
    return result


def _write_laws(source: list[SourceVersion], result: StatuteImport) -> dict[str, Law]:
    """All laws of the file by name, with the attributes of their newest version."""
    laws = {law.name: law for law in Law.objects.all()}
    newest = {version.name: version for version in sorted(source, key=lambda version: version.published_on)}
    changed = []
    for name, version in newest.items():
        values = {"short_name": rules.canonical_name(name)} | {key: getattr(version, key) for key in _LAW[1:]}
        law = laws.setdefault(name, Law(name=name))
        if any(getattr(law, key) != value for key, value in values.items()):
            for key, value in values.items():
                setattr(law, key, value)
            changed.append(law)
    new = [law for law in changed if law.pk is None]
    Law.objects.bulk_update([law for law in changed if law.pk], _LAW, batch_size=100)
    Law.objects.bulk_create(new)
    result.laws_created, result.laws_changed = len(new), len(changed) - len(new)
    renamed = Article.objects.filter(version__law__in=[law for law in changed if law not in new], withdrawn=False)
    result.touched += renamed.values_list("pk", flat=True)
    return {law.name: law for law in Law.objects.all()}


def _write_version(law: Law, incoming: SourceVersion, result: StatuteImport, noted: Noted) -> tuple[LawVersion, bool]:
    """The version, and whether it was repealed before."""
    version = LawVersion.objects.filter(source_id=incoming.source_id).first()
    known = version and [getattr(version, name) for name in _VERSION]
    was_repealed = version is not None and version.validity == Validity.REPEALED
    version = version or LawVersion(source_id=incoming.source_id)
    version.law = law
    version.published_on = incoming.published_on
    version.effective_on = incoming.effective_on
    version.starts_on = rules.starts_on(incoming.published_on, incoming.effective_on)
    version.validity = incoming.validity
    if known != [getattr(version, name) for name in _VERSION]:
        version.save()
        result.versions_created += known is None
        result.versions_changed += known is not None
        if known and known[0] != law.pk:
            result.touched += version.articles.values_list("pk", flat=True)
    if known is None:
        noted.created.add(version.pk)
    return version, was_repealed


def _set_ends() -> None:
    """Let each version end where the next one of its law starts, which may have come in just now."""
    following: dict[int, date] = {}
    changed = []
    for version in LawVersion.objects.order_by("law", "-starts_on", "-published_on", "-source_id"):
        end = following.get(version.law_id)
        if version.ends_on != end:
            version.ends_on = end
            changed.append(version)
        following[version.law_id] = version.starts_on
    LawVersion.objects.bulk_update(changed, ["ends_on"], batch_size=200)


class _ArticleWriter:
    """Brings the articles of one version up to the file."""

    def __init__(self, version: LawVersion, result: StatuteImport, noted: Noted, *, was_repealed: bool) -> None:
        self._version, self._result, self._noted = version, result, noted
        self._was_repealed = was_repealed

    def write(self, incoming: list[SourceArticle]) -> None:
        """Rows are known by their labels and keep their keys."""
        version, result = self._version, self._result
        rows = list(version.articles.order_by("position"))
        known = dict(_keyed([row for row in rows if not row.withdrawn]))
        withdrawn = dict(_keyed([row for row in rows if row.withdrawn]))
        wanted = _keyed(incoming)
        if known and list(known) != [key for key, _ in wanted]:
            version.articles.filter(withdrawn=False).update(position=F("position") + _ASIDE)
            for row in known.values():
                row.position += _ASIDE
        new: list[Article] = []
        corrected: list[Article] = []
        for position, (key, article) in enumerate(wanted, start=1):
            row = (known if key in known else withdrawn).pop(key, Article(version=version))
            if self._brought_up(row, position, article):
                (corrected if row.pk else new).append(row)
        self._withdraw(list(known.values()))
        Article.objects.bulk_create(new, batch_size=200)
        Article.objects.bulk_update(corrected, [*_ARTICLE, "position", "withdrawn"], batch_size=50)
        result.touched += [row.pk for row in (*new, *corrected)]
        result.created += len(new)
        result.corrected += len(corrected)
        result.unchanged += len(wanted) - len(new) - len(corrected)

    def _brought_up(self, row: Article, position: int, article: SourceArticle) -> bool:
        """Give `row` what the source says; whether that changes it."""
        values = {name: getattr(article, name) for name in _ARTICLE} | {"position": position, "withdrawn": False}
        changed = row.pk is None or any(getattr(row, name) != value for name, value in values.items())
        before = row.text, self._was_repealed or row.validity == Validity.REPEALED
        for name, value in values.items():
            setattr(row, name, value)
        if row.pk:
            repealed = Validity.REPEALED in (row.validity, self._version.validity)
            self._noted.row(row, self._version.law_id, before, repealed=repealed)
        return changed

    def _withdraw(self, gone: list[Article]) -> None:
        """Delete what nothing cites; what is cited stays, marked so that nobody takes it for the law in force."""
        self._result.touched += [article.pk for article in gone]
        for article in gone:
            try:
                with transaction.atomic():
                    article.delete()
                self._result.deleted += 1
            except ProtectedError:
                if article.validity != Validity.REPEALED:
                    self._noted.gone(article, self._version.law_id)
                article.validity, article.withdrawn = Validity.REPEALED, True
                article.save(update_fields=["validity", "withdrawn"])
                self._result.withdrawn += 1


T = TypeVar("T", Article, SourceArticle)


def _keyed(articles: list[T]) -> list[tuple[tuple[str, int], T]]:
    """Each with its label and how often that came before: a source may give one number twice."""
    seen: Counter[str] = Counter()
    keyed = []
    for article in articles:
        keyed.append(((article.label, seen[article.label]), article))
        seen[article.label] += 1
    return keyed


def cite(text: str, at: date | None = None) -> list[Resolved]:
    """The articles that a text cites, resolved in the versions that hold at a day (today in China).

    Two SQL statements, none where the text cites nothing; one more where a law may be named without marks.
    """
    known = known_names() if may_lack_marks(text) else None
    return resolve(parse_citations(text, known=known), at)


def outdated_from_the_start(article: Article) -> str:
    """The mark of a citation that is made today: what is repealed already is so for whoever cites it now."""
    repealed = Validity.REPEALED in (article.validity, article.version.validity)
    return Outdated.REPEALED.value if repealed else ""


def citation_rows(model: type[C], text: str, **owner: Any) -> list[C]:
    """Unsaved rows of a Citation model for what a text cites today, in its order, each article and part once.

    `owner` sets the model's own fields (message=…). References that lead to no article make no row.
    """
    parts = dict.fromkeys((found.article, found.ref.paragraph, found.ref.item) for found in cite(text) if found.article)
    return [
        model(
            article=article,
            paragraph=paragraph,
            item=item,
            position=position,
            outdated=outdated_from_the_start(article),
            **owner,
        )
        for position, (article, paragraph, item) in enumerate(parts)
    ]
