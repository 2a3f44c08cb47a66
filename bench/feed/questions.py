"""The two questions that everyone is asked, and the ways to send them."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_FEED = """feed(first: 20) {
    edges {
      cursor
      node {
        id title summary publishedAt
        cover { url width height }
        citations { quote article { label law { shortName } } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }"""

FEED = f"""query Feed {{
  {_FEED}
}}
"""

#: The largest page that the contract allows.
LARGEST_PAGE = 100
LONG_FEED = FEED.replace("first: 20", f"first: {LARGEST_PAGE}")

SCREEN = f"""query Screen {{
  viewer {{ displayName village {{ code name }} }}
  unreadCount
  myGroups {{
    id
    village {{ code name }}
    advisor {{ name office }}
    lastSeq readSeq unreadCount memberCount
    messages(last: 20) {{
      edges {{ node {{ id seq text createdAt isAdvisor author {{ id name }} }} }}
    }}
  }}
  {_FEED}
}}
"""


@dataclass(frozen=True, slots=True)
class Question:
    """A GraphQL operation as a client asks it; with a token where it is asked by someone."""

    name: str
    document: str
    token: str = ""

    def by_text(self, port: int) -> bytes:
        """POST with the document's text: what every server understands."""
        body = json.dumps({"query": self.document, "operationName": self.name}).encode()
        return self._request(port, "POST", "/graphql", body)

    def by_id(self, port: int) -> bytes:
        """GET with the id of a trusted document: what a shared cache understands."""
        path = f"/graphql?documentId=sha256:{digest_of(self.document)}&operationName={self.name}"
        return self._request(port, "GET", path)

    def _request(self, port: int, method: str, path: str, body: bytes = b"") -> bytes:
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{port}", "accept: application/json"]
        if self.token:
            lines.append(f"authorization: Bearer {self.token}")
        if body:
            lines += ["content-type: application/json", f"content-length: {len(body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + body


def digest_of(document: str) -> str:
    """What a trusted document is known by."""
    return sha256(document.encode()).hexdigest()


def write_manifest(path: Path) -> None:
    """All documents that are asked here, as a manifest of trusted ones."""
    path.write_text(json.dumps({digest_of(document): document for document in (FEED, LONG_FEED, SCREEN)}))
