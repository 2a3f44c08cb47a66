"""Our own translations of what Wagtail's Chinese leaves in English."""

import ast
import re
from pathlib import Path

import pytest
import wagtail
from django.test import Client
from django.utils.translation import gettext, ngettext, override

from backend.console import __file__ as console

OURS = Path(console).parent / "locale" / "zh_Hans" / "LC_MESSAGES"
WAGTAIL = Path(wagtail.__file__).parent
_ENTRY = re.compile(r'^(msgid|msgid_plural|msgstr(?:\[0\])?) ((?:".*"\n?)+)', re.MULTILINE)


def entries(path: Path) -> list[dict[str, str]]:
    """The entries of a .po file by part, without its header."""
    found: list[dict[str, str]] = []
    for part, quoted in _ENTRY.findall(path.read_text(encoding="utf-8")):
        text = "".join(ast.literal_eval(line) for line in quoted.splitlines())
        if part == "msgid":
            found.append({})
        found[-1][part.removesuffix("[0]")] = text
    return [entry for entry in found if entry["msgid"]]


def asked_by_wagtail(domain: str) -> set[str]:
    """Every string that the installed Wagtail asks a translation for."""
    return {entry["msgid"] for path in WAGTAIL.glob(f"**/locale/en/LC_MESSAGES/{domain}.po") for entry in entries(path)}


@pytest.mark.parametrize("domain", ["django", "djangojs"])
def test_each_is_still_asked_for(domain: str) -> None:
    assert {entry["msgid"] for entry in entries(OURS / f"{domain}.po")} <= asked_by_wagtail(domain)


def test_the_compiled_file_says_what_the_source_says() -> None:
    with override("zh-hans"):
        for entry in entries(OURS / "django.po"):
            if plural := entry.get("msgid_plural"):
                assert ngettext(entry["msgid"], plural, 2) == entry["msgstr"]
            else:
                assert gettext(entry["msgid"]) == entry["msgstr"]


def test_placeholders_are_those_of_the_original() -> None:
    for domain in ("django", "djangojs"):
        for entry in entries(OURS / f"{domain}.po"):
            original = set(re.findall(r"%\(\w+\)[sd]|{\w+}", entry.get("msgid_plural", entry["msgid"])))
            assert set(re.findall(r"%\(\w+\)[sd]|{\w+}", entry["msgstr"])) <= original, entry


def test_the_scripts_get_ours_too(db: None) -> None:
    catalog = Client().get("/console/jsi18n/").text
    assert r"\u63d2\u5165\u4e00\u5757\u5185\u5bb9" in catalog or "插入一块内容" in catalog
