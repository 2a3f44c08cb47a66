"""A desk in an office: the staff console over HTTP, as a browser without scripts would use it."""

import json
import re
from pathlib import Path
from typing import Any

import httpx

DECISION = re.compile(r'<form class="reading__decision" action="([^"]+)"')
HIDDEN = re.compile(r'<input[^>]*name="csrfmiddlewaretoken"[^>]*value="([^"]+)"')


class Desk:
    """One member of staff at the console."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, timeout=20, follow_redirects=True)

    def close(self) -> None:
        """Let go of the connections."""
        self._http.close()

    def open(self, path: str) -> str:
        """A page that must exist."""
        page = self._http.get(path)
        assert page.status_code == 200, (path, page.status_code)
        return page.text

    def send(self, path: str, **fields: Any) -> httpx.Response:
        """Fill in the form of a page and send it."""
        token = HIDDEN.search(self.open(path))
        assert token, path
        return self._http.post(
            path, data={"csrfmiddlewaretoken": token[1], **fields}, headers={"Referer": f"{self._http.base_url}{path}"}
        )

    def sign_in(self, username: str, password: str) -> None:
        """With user name and password."""
        page = self.send("/console/login/", username=username, password=password)
        assert page.url.path == "/console/", page.url

    def write(self, article: dict[str, Any]) -> int:
        """Write an article and submit it to the review; its number."""
        page = self.send("/console/content/add/", **article, **{"action-submit": "1"})
        number = re.search(r"/console/content/(?:edit|inspect)/(\d+)/", str(page.url) + page.text)
        assert number, page.text[:2000]
        return int(number[1])

    def approve(self, number: int, note: str = "") -> bool:
        """Approve an article from its reading page; False where that page offers no decision."""
        path = f"/console/content/inspect/{number}/"
        page = self.open(path)
        action = next((address for address in DECISION.findall(page) if "/approve/" in address), None)
        if action is None:
            return False
        token = HIDDEN.search(page)
        assert token
        answer = self._http.post(
            action,
            data={"csrfmiddlewaretoken": token[1], "comment": note},
            headers={"Referer": f"{self._http.base_url}{path}"},
        )
        assert answer.status_code == 200, answer.text[:500]
        return True

    def force(self, path: str, **fields: Any) -> int:
        """Send a form that no page offered; the status of the answer."""
        token = self._http.cookies["csrftoken"]
        referer = {"Referer": f"{self._http.base_url}{path}"}
        answer = self._http.post(
            path, data={"csrfmiddlewaretoken": token, **fields}, headers=referer, follow_redirects=False
        )
        return answer.status_code


def article_form(
    title: str, summary: str, audience: list[str], blocks: list[tuple[str, Any]], division: str = "510000000000"
) -> dict[str, Any]:
    """An article as the editor's form sends it, of the province where nothing else is said."""
    fields: dict[str, Any] = {
        "kind": "article",
        "title": title,
        "summary": summary,
        "division": division,
        "audience": audience,
        "body-count": str(len(blocks)),
        "lessons-TOTAL_FORMS": "0",
        "lessons-INITIAL_FORMS": "0",
    }
    for index, (kind, value) in enumerate(blocks):
        prefix = f"body-{index}"
        fields |= {f"{prefix}-type": kind, f"{prefix}-order": str(index), f"{prefix}-deleted": "", f"{prefix}-id": ""}
        fields |= (
            {f"{prefix}-value-{name}": text for name, text in value.items()}
            if isinstance(value, dict)
            else {f"{prefix}-value": passage(value) if kind == "paragraph" else value}
        )
    return fields


def passage(text: str) -> str:
    """A passage as the rich text editor sends it."""
    block = {"key": "a", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": [], "entityRanges": []}
    return json.dumps({"blocks": [block], "entityMap": {}})


def demo_password(home: Path, username: str) -> str:
    """The password that this installation made for a demo account."""
    passwords: dict[str, str] = json.loads((home / "demo_passwords.json").read_text(encoding="utf-8"))
    return passwords[username]
