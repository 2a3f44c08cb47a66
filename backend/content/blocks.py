"""The blocks a body is made of; clients get them as typed values, never as HTML."""

import re
from html import unescape
from typing import Any

from django.core.exceptions import ValidationError
from wagtail import blocks

from backend.content.choosing import CaseChooserBlock
from backend.content.inline import FEATURES, plain
from backend.content.tables import MAX_COLUMNS, MAX_ROWS, read_table
from media.blocks import PictureChooserBlock, RecordingChooserBlock, VideoChooserBlock

#: Blocks a body may have: enough for any article, few enough to read on a phone.
MAX_BLOCKS = 200
MAX_PARAGRAPH = 5000
#: Neither text nor a link of an article: whoever sends it tries something, or pasted a page's source.
_SCRIPT = re.compile(r"<\s*/?\s*(?:script|iframe|object|embed|style)\b|\b(?:java|vb)script\s*:", re.IGNORECASE)
_PHONE = re.compile(r"\+?[0-9]{3,5}(?:-?[0-9]{3,12}){0,3}", re.ASCII)


class ParagraphBlock(blocks.RichTextBlock):
    """A passage with bold, italic and links, as long as one reads on a phone."""

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for an empty or a far too long passage, and for one with a script in it."""
        cleaned = super().clean(value)
        length = len(plain(cleaned.source).strip())
        if not length:
            raise ValidationError("请填写这一段")
        if length > MAX_PARAGRAPH:
            raise ValidationError(f"一段不能超过 {MAX_PARAGRAPH} 字")
        if _SCRIPT.search(unescape(cleaned.source)):
            raise ValidationError("这一段里有网页脚本，不能保存")
        return cleaned


class PictureBlock(blocks.StructBlock):
    """A picture, with words for those who do not see it."""

    media = PictureChooserBlock(label="图片")
    alt = blocks.CharBlock(label="图片说明（读给看不见图片的人）", max_length=200, required=False)
    caption = blocks.CharBlock(label="图注", max_length=200, required=False)

    class Meta:
        icon = "image"
        label = "图片"


class RecordingBlock(blocks.StructBlock):
    """Something to listen to."""

    media = RecordingChooserBlock(label="录音")
    title = blocks.CharBlock(label="标题", max_length=80)

    class Meta:
        icon = "media"
        label = "录音"


class VideoBlock(blocks.StructBlock):
    """Something to watch."""

    media = VideoChooserBlock(label="视频")
    title = blocks.CharBlock(label="标题", max_length=80)

    class Meta:
        icon = "media"
        label = "视频"


class QuoteBlock(blocks.StructBlock):
    """What somebody said or wrote."""

    text = blocks.TextBlock(label="引文", max_length=1000)
    source = blocks.CharBlock(label="出处", max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = "引文"


class StatuteCitationBlock(blocks.StructBlock):
    """A passage that leans on the law: the citation as staff type it, such as 《民法典》第一千零六十二条."""

    citation = blocks.CharBlock(
        label="引用", max_length=200, help_text="写法如：《民法典》第一千零六十二条、第一千零六十三条"
    )

    class Meta:
        icon = "openquote"
        label = "法条引用"
        form_layout = ["citation"]


class CaseBlock(blocks.StructBlock):
    """A case of the library, shown as a card."""

    item = CaseChooserBlock("content.ContentItem", label="案例")

    class Meta:
        icon = "doc-full-inverse"
        label = "案例"


class CallBlock(blocks.StructBlock):
    """A button that dials."""

    label = blocks.CharBlock(label="按钮文字", max_length=30)
    number = blocks.CharBlock(label="电话号码", max_length=20)

    def clean(self, value: Any) -> Any:
        """Raises a block error for what is no number that can be dialled."""
        cleaned = super().clean(value)
        if not _PHONE.fullmatch(cleaned["number"]):
            raise blocks.StructBlockValidationError({"number": ValidationError("请填写可以拨打的号码，例如 12348")})
        return cleaned

    class Meta:
        icon = "mobile-alt"
        label = "拨号按钮"


class TableBlock(blocks.StructBlock):
    """A small table, typed as lines."""

    caption = blocks.CharBlock(label="表题", max_length=80, required=False)
    text = blocks.TextBlock(
        label="表格",
        max_length=3000,
        help_text=f"一行写一行，列之间用竖线 | 分开，第一行是表头；最多 {MAX_COLUMNS} 列、{MAX_ROWS} 行。",
    )

    def clean(self, value: Any) -> Any:
        """Raises a block error for what is no table."""
        cleaned = super().clean(value)
        try:
            read_table(cleaned["text"])
        except ValueError as error:
            raise blocks.StructBlockValidationError({"text": ValidationError(str(error))}) from error
        return cleaned

    class Meta:
        icon = "table"
        label = "表格"


class BodyBlock(blocks.StreamBlock):
    """What may stand in a body, in any order."""

    heading = blocks.CharBlock(label="小标题", max_length=60, icon="title")
    paragraph = ParagraphBlock(label="段落", features=FEATURES, icon="pilcrow")
    picture = PictureBlock()
    recording = RecordingBlock()
    video = VideoBlock()
    quote = QuoteBlock()
    statute = StatuteCitationBlock()
    case = CaseBlock()
    steps = blocks.ListBlock(
        blocks.CharBlock(label="步骤", max_length=300), label="步骤", icon="list-ol", min_num=1, max_num=30
    )
    call = CallBlock()
    table = TableBlock()

    class Meta:
        label = "正文"
        max_num = MAX_BLOCKS
