"""Three demo articles, written for this project, that go through the real review before anyone sees them."""

from io import BytesIO
from typing import Any

from django.db import transaction
from PIL import Image, ImageDraw

from backend.accounts.models import User
from backend.content.models import ContentItem
from backend.regions.models import Division
from media.models import MediaFile
from media.services import store_picture

Block = tuple[str, Any]
Article = tuple[str, str, str, str, list[Block]]


def _heading(text: str) -> Block:
    return ("heading", text)


def _paragraph(text: str) -> Block:
    return ("paragraph", text)


def _statute(citation: str) -> Block:
    return ("statute", {"citation": citation})


#: Title, summary, colour of the cover, code of the audience, blocks.
ARTICLES: tuple[Article, ...] = (
    (
        "婚后挣的钱，都是两个人的吗？",
        "工资、做生意的收入、分到的奖金，离婚时怎么算？先弄清什么是夫妻共同财产。",
        "#b3423a",
        "510000000000",
        [
            _heading("先说结论"),
            _paragraph("结婚以后，夫妻任何一方挣来的钱，一般都算两个人共有，和钱存在谁的卡上没有关系。"),
            _statute("《民法典》第一千零六十二条"),
            _heading("有没有例外？"),
            _paragraph("有。比如一方结婚前就有的存款，或者因为受伤得到的赔偿，仍然归个人。"),
            _statute("《民法典》第一千零六十三条"),
            _paragraph("拿不准的时候，把转账记录、借条、房产证的照片留好，在村群里问法律顾问。"),
        ],
    ),
    (
        "土地租给别人种，要写下来的三件事",
        "把承包地流转出去之前，租期、租金、到期怎么办，先在纸上说清楚。",
        "#4c7a3d",
        "510114000000",
        [
            _heading("为什么要写合同"),
            _paragraph("口头说好的租金，过了两季常常就说不清了。写成合同，双方各留一份，以后有据可查。"),
            _statute("《民法典》第三百三十九条"),
            _paragraph("租期在六个月以上的，法律要求写下来；没有写，又说不清租多久的，就当作没有定期限。"),
            _statute("《民法典》第七百零七条"),
            _heading("三件事"),
            _paragraph("一是哪块地、多少亩；二是租多久、每年多少钱、哪天付；三是到期后地上的东西归谁。"),
        ],
    ),
    (
        "木兰社区：本月法律顾问来村的时间",
        "周律师本月在社区活动室现场解答，来之前可以先在群里留言。",
        "#35618f",
        "510114006003",
        [
            _heading("现场服务"),
            _paragraph("法律顾问每月到社区两次，地点在社区活动室。合同、遗嘱、欠条都可以带来看。"),
            _paragraph("来不了的老人，可以请家里人在村群里发语音转述，顾问会在群里回复。"),
        ],
    ),
)


def create(*, editor: str, reviewer: str) -> bool:
    """Write what is missing of the articles as `editor` and have `reviewer` approve them; False where none was.

    Each article is one transaction: a run that was interrupted leaves whole articles, and the next writes the rest.
    """
    known = set(ContentItem.objects.values_list("title", flat=True))
    missing = [article for article in ARTICLES if article[0] not in known]
    if missing:
        author, approver = (User.objects.get(username=name) for name in (editor, reviewer))
        for article in missing:
            with transaction.atomic():
                _publish(article, author, approver)
    return bool(missing)


def _publish(article: Article, author: User, approver: User) -> None:
    title, summary, colour, audience, blocks = article
    item = ContentItem(title=title, summary=summary, body=blocks, author=author)
    item.cover = store_picture(owner=author, purpose=MediaFile.Purpose.COVER, data=_cover(colour))
    item.audience = [Division.objects.get(code=audience)]
    item.save()
    item.save_revision(user=author)
    state = item.get_workflow().start(item, author)
    state.current_task_state.task.specific.on_action(state.current_task_state, approver, "approve")


def _cover(colour: str) -> bytes:
    """A plain cover: hills under a sun, in one colour."""
    width, height = 1200, 675
    picture = Image.new("RGB", (width, height), "#f4ead5")
    draw = ImageDraw.Draw(picture)
    draw.ellipse((860, 90, 1040, 270), fill="#e9b44c")
    draw.polygon([(0, height), (0, 430), (380, 240), (760, height)], fill=colour)
    draw.polygon([(420, height), (830, 330), (width, 470), (width, height)], fill=colour + "cc")
    draw.line([(0, 600), (width, 640)], fill="#ffffff", width=6)
    data = BytesIO()
    picture.save(data, "JPEG", quality=88)
    return data.getvalue()
