"""Which articles a question names, written as people write in a hurry: 土地管理法62条, 刑法266."""

import re
import unicodedata

from backend.numerals import parse_number
from backend.statutes.citations import CitationRef, KnownNames, may_lack_marks, parse_citations

_CHINESE = "〇零一二三四五六七八九十百千"
#: Behind a number without 条 these say that something else is counted: 民法典 3 个问题, 劳动法 30 天.
_COUNTED = "个年月日天周号元块万千百十亿岁名人位次倍章编节款项部篇集讲问分秒时点级度%岁条件"
#: The number directly behind the name of a law. Without 条 it has to be in digits.
_NUMBER = re.compile(
    r"(?<=[法典例释定议则案)》])[》〉]?\s{0,2}(?:的\s?)?(?:第\s?)?"
    rf"(?:(?P<article>[0-9]{{1,4}}|[{_CHINESE}]{{1,9}})\s?条(?!件)(?:\s?之\s?(?P<suffix>[0-9]{{1,2}}|[{_CHINESE}]{{1,3}}))?"
    rf"|(?P<bare>[0-9]{{1,4}})(?![0-9A-Za-z.:/-])(?!\s?[{_COUNTED}]))"
)


def named(text: str, known: KnownNames) -> list[CitationRef]:
    """The citations in a question, in full form first, then those that lack marks or 第 or 条, of `known` laws alone.

    The same article may come twice. A number that no law stands directly before names nothing: 赔偿1062元.
    """
    full = parse_citations(text, known=known if may_lack_marks(text) else None) if "条" in text else []
    return [*full, *_hasty(unicodedata.normalize("NFKC", text), known)]


def _hasty(text: str, known: KnownNames) -> list[CitationRef]:
    found = []
    for match in _NUMBER.finditer(text):
        end = match.start() - text.endswith("》", 0, match.start())
        start = known.start_of(text, 0, end)
        number = parse_number(match["article"] or match["bare"])
        if start is not None and number:
            suffix = parse_number(match["suffix"]) if match["suffix"] else 0
            found.append(CitationRef(text[start:end], number, suffix or 0, start=start, end=match.end()))
    return found
