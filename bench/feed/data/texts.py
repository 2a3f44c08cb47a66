"""Invented laws, titles and sentences; every run makes the same."""

from backend.numerals import chinese_number

#: Full names of laws that do not exist.
LAWS = ("用水法", "公示法", "流转法", "赡养法", "欠条法", "宅地法")
ARTICLES_PER_LAW = 12

_SUBJECTS = ("借条", "土地流转", "婚后财产", "赡养老人", "宅基地", "相邻排水", "劳动报酬", "村务公开")
_ASKED = ("先写清三件事", "怎么算才公平", "证据要留哪些", "期限有多长", "村里怎么调解")
_LINES = (
    "这件事要写合同吗？",
    "口头说的算不算数？",
    "可以，先把欠条和转账记录留好。",
    "谢谢，我明天带材料到活动室来。",
    "对方不肯签字怎么办？",
    "先找村里调解，调解书两边都要留一份。",
    "期限从哪一天算起？",
)


def label(number: int) -> str:
    """第十二条."""
    return f"第{chinese_number(number)}条"


def title(number: int) -> str:
    """Of one item of content."""
    return f"{_SUBJECTS[number % len(_SUBJECTS)]}：{_ASKED[number % len(_ASKED)]}"


def summary(number: int) -> str:
    """Of one item of content."""
    subject = _SUBJECTS[number % len(_SUBJECTS)]
    return f"{subject}第 {number} 讲：三分钟说明白。"


def line(number: int) -> str:
    """One message of a group."""
    return f"{_LINES[number % len(_LINES)]}（{number}）"
