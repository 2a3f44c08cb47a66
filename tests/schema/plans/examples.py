"""A small contract over real tables that uses every word of `declare`, in each of its forms.

It has fields that the public contract has no need for: null rows on the way, failing functions, columns of both kinds.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import graphene
from django.db.models import QuerySet

from backend.advisors.models import Membership, Message
from backend.errors import NotFound
from backend.schema.plans import relay
from backend.schema.plans.declare import Column, Counted, Found, Listed, One, Paged, Parts, Source, Stored
from backend.schema.server import scalars
from backend.schema.server.observe import Observation
from backend.statutes.models import Article, Law, LawVersion


class Failing(Exception):
    """What a function of ours did not expect."""


def _fail(_value: Any) -> str:
    raise Failing


class AsList:
    """A source that is no queryset, so nothing that SQL can serve. It counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self) -> list[Law]:
        self.asked += 1
        return list(Law.objects.order_by("pk"))


AS_LIST = AsList()


class LawCard(graphene.ObjectType):
    """Shown of a law in passing."""

    name = Column(graphene.String, "short_name", required=True)


class ArticleCard(graphene.ObjectType):
    """One article."""

    text = Column(graphene.String, required=True)
    number = Column(graphene.Int)
    number_at_least = Column(graphene.Int, "number", required=True)


class ArticleCards(relay.Connection):
    """A page of them."""

    class Meta:
        node = ArticleCard


class Dates(graphene.ObjectType):
    """The same row under another name."""

    starts_on = Column(scalars.Date, required=True)
    ends_on = Column(scalars.Date)
    #: The driver of SQLite gives a text where the model has a date.
    year = Column(
        graphene.Int,
        Stored("starts_on", of_attribute=lambda day: day.year, of_database=lambda stored: int(str(stored)[:4])),
        required=True,
    )


@dataclass(frozen=True)
class Word:
    """Something worked out."""

    word: str

    @property
    def letters(self) -> list[str]:
        return list(self.word)


class WordCard(graphene.ObjectType):
    """A word, and the laws of that name."""

    word = Column(graphene.String, required=True)
    size = Column(graphene.Int, "word", by=len, required=True)
    letters = Column(graphene.List(graphene.String))
    law = Found(LawCard, Source(Law.objects.all), key=("short_name",), parent=("word",))
    laws = Listed(LawCard, Source(Law.objects.all), key=("short_name",), parent=("word",), required=True)
    again = Parts(lambda: WordCard, "word", by=lambda word: _words(word[1:]), required=True)
    itself = One(lambda: WordCard, "")


class LongWord(graphene.ObjectType):
    """Another kind of word."""

    word = Column(graphene.String, required=True)


class AnyWord(graphene.Union):
    """A word of either kind."""

    class Meta:
        types = (WordCard, LongWord)

    @classmethod
    def resolve_type(cls, word: Word, _info: Any) -> type[graphene.ObjectType]:
        return _kind(word)


def _kind(word: Word) -> type[graphene.ObjectType]:
    return LongWord if len(word.word) > 1 else WordCard


def _words(text: str) -> list[Word]:
    return [Word(word) for word in text.split(" ") if word]


def _first_word(text: str) -> Word | None:
    return next(iter(_words(text)), None)


class Version(graphene.ObjectType):
    """One text of a law."""

    title = Column(graphene.String, "law__short_name", "starts_on", by=lambda name, day: f"{name} {day}", required=True)
    law = One(LawCard, "law", required=True)
    dates = One(Dates, required=True)
    articles = Paged(
        ArticleCards,
        Source(lambda version: Article.objects.filter(version__pk=version)),
        order=("position", "id"),
        key=("version_id",),
        parent=("pk",),
    )


class LawPage(graphene.ObjectType):
    """A law with all that hangs on it."""

    name = Column(graphene.String, "short_name", required=True)
    department = Column(graphene.String)
    versions = Listed(
        Version,
        Source(lambda: LawVersion.objects.order_by("-starts_on", "id")),
        key=("law_id",),
        parent=("pk",),
        required=True,
    )
    newest = Found(
        Version, Source(lambda: LawVersion.objects.order_by("-starts_on", "id")), key=("law_id",), parent=("pk",)
    )
    must_have_version = Found(
        Version, Source(lambda: LawVersion.objects.order_by("id")), key=("law_id",), parent=("pk",), required=True
    )
    card = Found(
        LawCard, Source(lambda: LawVersion.objects.order_by("id")), key=("law_id",), parent=("pk",), through="law"
    )
    words = Parts(WordCard, "department", by=_words, required=True)
    first_word = Parts(WordCard, "department", by=_first_word, many=False)
    any_words = Parts(
        AnyWord, "department", by=_words, kind_of=lambda word: AnyWord.resolve_type(word, None)._meta.name
    )
    fails = Column(graphene.String, "department", by=_fail)
    undeclared = graphene.String(resolver=lambda *_: "by hand")


class LawPages(relay.Connection):
    """A page of them."""

    class Meta:
        node = LawPage


class PersonCard(graphene.ObjectType):
    """Whoever wrote a line."""

    nickname = Column(graphene.String, required=True)


class Line(graphene.ObjectType):
    """A message, and the one that it answers: the row on the way may be missing."""

    text = Column(graphene.String, required=True)
    author = One(PersonCard, "author", required=True)
    reply_to = One(lambda: Line, "reply_to")
    must_reply = One(lambda: Line, "reply_to", required=True)
    answered = Column(graphene.String, "reply_to__text")
    words = Parts(WordCard, "text", by=_words, required=True)
    first_word = Parts(WordCard, "text", by=_first_word, many=False)
    siblings = Listed(
        lambda: Line, Source(lambda: Message.objects.order_by("seq")), key=("group_id",), parent=("group_id",)
    )
    mine = Listed(
        lambda: Line,
        Source(lambda: Message.objects.order_by("seq")),
        key=("group_id", "author_id"),
        parent=("group_id", "author_id"),
        required=True,
    )


class Lines(relay.Connection):
    """A page of them."""

    class Meta:
        node = Line


class Seat(graphene.ObjectType):
    """A membership: a page below rows, by a key of two columns."""

    lines = Paged(
        Lines,
        Source(lambda group, user: Message.objects.filter(group__pk=group, author__pk=user)),
        order=("-seq",),
        key=("group_id", "author_id"),
        parent=("group_id", "user_id"),
    )


def _named(name: Any, day: Any) -> QuerySet[Law]:
    rows = Law.objects.filter(versions__starts_on__lte=day).distinct()
    return rows if name is None else rows.filter(short_name=name)


def _given(context: Any, name: str | None = None) -> tuple[Any, ...]:
    return name, context.day


def _refuse(_context: Any, name: str) -> None:
    raise NotFound(name, field="name")


def _root_words(_context: Any, text: str | None = None) -> Iterable[Word]:
    return _words(text or "一 二")


_NAMED_SO = Source(
    lambda words: Law.objects.filter(short_name__in=words).order_by("pk"), given=lambda _, words: (tuple(words),)
)


class Query(graphene.ObjectType):
    """Every word at the root."""

    laws = Listed(LawPage, Source(lambda: Law.objects.order_by("pk")))
    law = Found(
        LawPage, Source(lambda name: Law.objects.filter(short_name=name), given=lambda _, name: (name,)),
        missing=_refuse, name=graphene.String(required=True),
    )  # fmt: skip
    law_page = Paged(LawPages, Source(_named, given=_given), order=("short_name", "id"), name=graphene.String())
    law_count = Counted(Source(_named, given=_given), name=graphene.String())
    count_of = Counted(_NAMED_SO, words=graphene.List(graphene.NonNull(graphene.String), required=True))
    laws_of = Listed(LawCard, _NAMED_SO, words=graphene.List(graphene.NonNull(graphene.String), required=True))
    lines = Listed(Line, Source(lambda: Message.objects.order_by("group", "seq")))
    seats = Listed(Seat, Source(lambda: Membership.objects.order_by("pk")))
    words = Parts(WordCard, by=_root_words, text=graphene.String())
    word = Parts(WordCard, by=lambda _context, text: _first_word(text), many=False, text=graphene.String(required=True))
    by_hand = graphene.String(resolver=lambda *_: "by hand")
    as_list = Listed(LawCard, Source(AS_LIST))


class Change(graphene.Mutation):
    """Nothing changes."""

    done = graphene.Boolean()

    @staticmethod
    def mutate(*_: Any) -> "Change":
        return Change(done=True)


class Mutation(graphene.ObjectType):
    """Changes are no plan's business."""

    change = Change.Field()


schema = graphene.Schema(Query, Mutation).graphql_schema


@dataclass
class Asker:
    """Stands for a request's context."""

    day: date
    seen: Observation = field(default_factory=Observation)
