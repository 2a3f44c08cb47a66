"""What kind of article one is, whatever it says: read once from its form."""

import re
from array import array
from collections.abc import Sequence
from math import log1p

import numpy as np

from backend.statutes.finding.corpus import AMENDING, Entry
from backend.statutes.finding.postings import Floats, Ids

#: What a text is searched for; a feature each, in this order.
PATTERNS = {
    "punishes": re.compile(r"处.{0,20}(?:徒刑|拘役|管制|罚金|死刑)|处(?:以)?.{0,20}罚款|拘留"),
    "compensates": re.compile(r"赔偿|补偿|侵权责任|违约责任"),
    "defines": re.compile(r"是指|是.{2,60}的(?:合同|权利|行为|人|协议|组织|法人)[。；，]|，为.{2,12}[。；]|本法所称"),
    "limits_time": re.compile(r"[一二三四五六七八九十百]+(?:日|个?月|年|小时)"),
    "names_amount": re.compile(r"百分之|[一二三四五六七八九十百千万]+(?:元|倍)|比例"),
    "permits": re.compile(r"有权|可以|请求"),
    "forbids": re.compile(r"不得|禁止|严禁"),
    "demands": re.compile(r"应当|必须"),
    "voids": re.compile(r"无效|撤销|不发生效力|有效"),
    "directs": re.compile(r"国务院|主管部门|国家(?:鼓励|支持|建立)|各级人民政府"),
    "opens": re.compile(r"^为了?.{4,80}(?:制定本法|根据宪法)"),
    "closes": re.compile(r"自.{4,14}(?:起)?施行|同时废止"),
    "refers": re.compile(r"参照适用|适用.{0,20}规定|依照.{0,30}规定"),
}
_OWN = re.compile(r"本法(?:第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?[、和至]?)+")
_LABEL = re.compile(r"第[零一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?")
NAMES = (*PATTERNS, "length", "items", "amending", "place", "cited", "law_length")


def own(entry: Entry) -> list[float]:
    """What the article's own text says: the first of NAMES, up to `amending`."""
    marks = [float(pattern.search(entry.text) is not None) for pattern in PATTERNS.values()]
    return [*marks, log1p(len(entry.text)), float(entry.text.count("\n")), float(entry.kind in AMENDING)]


def references(entry: Entry) -> list[str]:
    """The labels of the articles of its own law that an article names, other than its own."""
    named = (label for found in _OWN.finditer(entry.text) for label in _LABEL.findall(found[0]))
    return [label for label in named if label != entry.label]


def measure(forms: "array[float]", labels: Sequence[str], named: Sequence[Sequence[str]], law_starts: Ids) -> Floats:
    """A row for each article, a column for each of NAMES; `forms` and `named` are what the two above gave in turn."""
    sizes = np.diff([*law_starts, len(labels)])
    law_of = np.repeat(np.arange(len(sizes)), sizes)
    places: dict[tuple[int, str], int] = {}
    for at, label in enumerate(labels):
        places.setdefault((int(law_of[at]), label), at)
    cited = np.zeros(len(labels))
    for at, found in enumerate(named):
        for label in found:
            target = places.get((int(law_of[at]), label))
            if target is not None:
                cited[target] += 1
    place = (np.arange(len(labels)) - law_starts[law_of]) / sizes[law_of]
    rows = np.array(forms, dtype=np.float32).reshape(len(labels), -1)
    return np.column_stack([rows, place, np.log1p(cited), np.log(sizes[law_of])]).astype(np.float32)
