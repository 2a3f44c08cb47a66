"""The blocks an article's body is made of; clients get them as typed values, never as HTML."""

from wagtail import blocks

#: Blocks a body may have: enough for any article, few enough to read on a phone.
MAX_BLOCKS = 200


class StatuteCitationBlock(blocks.StructBlock):
    """A passage that leans on the law: the citation as staff type it, such as 《民法典》第一千零六十二条."""

    citation = blocks.CharBlock(
        label="引用", max_length=200, help_text="写法如：《民法典》第一千零六十二条、第一千零六十三条"
    )

    class Meta:
        icon = "openquote"
        label = "法条引用"
        form_layout = ["citation"]


class BodyBlock(blocks.StreamBlock):
    """What may stand in a body, in any order."""

    heading = blocks.CharBlock(label="小标题", max_length=60, icon="title")
    paragraph = blocks.TextBlock(label="段落", max_length=5000, icon="pilcrow")
    statute = StatuteCitationBlock()

    class Meta:
        label = "正文"
        max_num = MAX_BLOCKS
