"""Items as long as real ones, of real sentences: those of the demo content, in their order, again and again.

The same sentence comes back after more than 32 KB, which is as far as gzip looks back: so the texts are no easier to
compress than if each had been written for itself.
"""

import itertools
import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

DEMO = Path(__file__).resolve().parent.parent.parent / "data" / "demo"
SHORTEST, LONGEST = 600, 900
_WRITTEN = re.compile(r"[一-鿿][^。！？\n]{6,120}[。！？]")
_HAN = re.compile(r"[一-鿿]")


class Texts:
    """Writes titles, summaries and bodies; every run writes the same."""

    def __init__(self, seed: int = 12348) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - repeatable, nothing secret
        sentences = [line for file in sorted(DEMO.glob("*/item.md")) for line in _WRITTEN.findall(_body(file))]
        self._sentences: Iterator[str] = itertools.cycle(sentences)

    def title(self) -> str:
        """Some 15 characters."""
        return next(self._sentences)[:15]

    def summary(self) -> str:
        """Some 40 characters."""
        return next(self._sentences)[:40]

    def body(self) -> str:
        """A body as it is stored: headings, passages, a citation, steps; SHORTEST to LONGEST Chinese characters."""
        wanted, blocks, length = self._dice.randint(SHORTEST, LONGEST - 250), [], 0
        while length < wanted:
            passage = "".join(itertools.islice(self._sentences, 4))
            blocks.append(self._block("paragraph", f"<p><b>{passage[:4]}</b>{passage[4:]}</p>"))
            length += len(_HAN.findall(passage))
        blocks.insert(0, self._block("heading", next(self._sentences)[:10]))
        blocks.append(
            self._block("statute", {"citation": f"《民法典》第{self._dice.choice('一二三四五六七八九')}百条"})
        )
        return json.dumps([*blocks, self._block("steps", [next(self._sentences)[:20]])], ensure_ascii=False)

    def _block(self, kind: str, value: Any) -> dict[str, Any]:
        return {"type": kind, "value": value, "id": str(UUID(int=self._dice.getrandbits(128)))}


def characters(body: str) -> int:
    """How many Chinese characters there are."""
    return len(_HAN.findall(body))


def _body(file: Path) -> str:
    return file.read_text(encoding="utf-8").split("---", 2)[2]
