"""Documents that were seen before, and those that are kept for good."""

from typing import Any

import pytest
from graphql import build_schema

from backend.manifests import digest_of
from backend.schema.server import documents as under_test
from backend.schema.server.checks import InvalidDocument, parsed
from backend.schema.server.documents import DocumentCache
from backend.schema.server.trusted import Policy

SCHEMA = build_schema("type Query { hello: String }")
TRUSTED = ["{ hello }", "query Kept { hello }"]


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed, in their order."""
    texts: list[str] = []

    def noting(text: str, limits: Any) -> Any:
        texts.append(text)
        return parsed(text, limits)

    monkeypatch.setattr(under_test, "parsed", noting)
    return texts


def cache(size: int = 1000, **policy: Any) -> DocumentCache:
    return DocumentCache(SCHEMA, Policy(**policy), size=size)


def test_a_document_is_parsed_once(learnt: list[str]) -> None:
    documents = cache()
    assert documents.load("{ hello }") is documents.load("{ hello }")
    assert learnt == ["{ hello }"]


def test_the_oldest_is_forgotten_and_mistakes_are_kept(learnt: list[str]) -> None:
    documents = cache(size=2)
    first = documents.load("{ hello }")
    documents.load("{ a: hello }")
    assert documents.load("{ hello }") is first
    for _ in range(3):
        with pytest.raises(InvalidDocument):
            documents.load("{ nope }")
    assert documents.load("{ hello }") is first
    documents.load("{ a: hello }")
    assert learnt == ["{ hello }", "{ a: hello }", "{ nope }", "{ a: hello }"]


def test_what_is_kept_is_bounded_by_its_length_too(learnt: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(under_test, "MAX_KEPT_CHARACTERS", 100)
    documents = cache()
    for text in ("{ hello }".ljust(60), "{ a: hello }".ljust(60), "{ hello }".ljust(60), "{ hello }".ljust(60)):
        documents.load(text)
    assert len(learnt) == 3


def test_strangers_do_not_push_out_what_is_trusted(learnt: list[str]) -> None:
    documents = cache(size=2, trusted={digest_of(text): text for text in TRUSTED})
    for text in TRUSTED:
        documents.load(text)
    for number in range(50):
        documents.load(f"{{ a{number}: hello }}")
    learnt.clear()
    assert [documents.load(text).trusted for text in TRUSTED] == [True, True]
    assert [documents.load("", digest_of(text)).trusted for text in TRUSTED] == [True, True]
    assert documents.load("{ a49: hello }").trusted is False
    assert learnt == []


def test_warming_learns_all_and_tells_what_does_not_fit(learnt: list[str], caplog: pytest.LogCaptureFixture) -> None:
    gone = "{ gone }"
    documents = cache(trusted={digest_of(text): text for text in [*TRUSTED, gone]})
    documents.warm()
    learnt.clear()
    assert documents.load("", digest_of(TRUSTED[1])).operation("Kept") is not None
    with pytest.raises(InvalidDocument):
        documents.load("", digest_of(gone))
    assert learnt == []
    assert [record.args[0] for record in caplog.records] == [digest_of(gone)]  # type: ignore[index]
