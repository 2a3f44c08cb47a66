"""Development's GraphiQL, from files that a pinned package carries, so that nothing is fetched from a network.

The assets are inlined into one page: they are needed only where someone develops, and so need no route.
"""

import importlib.util
from pathlib import Path

#: The package whose wheel contains GraphiQL and React; it is installed for these files alone, never imported.
PACKAGE = "datasette_graphql"
STYLES = ("graphiql.1.5.1.min.css",)
SCRIPTS = (
    "react.production.17.0.2.min.js",
    "react-dom.production.17.0.2.min.js",
    "graphiql.1.5.1.min.js",
)
_PAGE = Path(__file__).parent / "assets" / "graphiql.html"


def page() -> bytes | None:
    """The page, or None where the package is not installed."""
    spec = importlib.util.find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        return None
    static = Path(spec.submodule_search_locations[0]) / "static"
    scripts = "\n".join(f"<script>{_inert((static / name).read_text())}</script>" for name in SCRIPTS)
    styles = "\n".join(f"<style>{(static / name).read_text()}</style>" for name in STYLES)
    html = _PAGE.read_text()
    return html.replace("<!-- styles -->", styles).replace("<!-- scripts -->", scripts).encode()


def _inert(script: str) -> str:
    """`</script` inside a script's text would end it for the HTML parser."""
    return script.replace("</script", "<\\/script")
