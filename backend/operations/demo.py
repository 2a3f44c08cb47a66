"""Demo people and content, so that a newcomer can try the whole story within a minute.

Demo phones are +86 100 0000 xxxx: no Chinese mobile number begins with 100, so they belong to nobody, and the gateway
sender refuses them. Passwords of demo staff are made on first use and kept beside the data, never in the project.
"""

import json
import secrets
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction

from backend.accounts.models import RoleGrant, User
from backend.accounts.services import enrol_person, grant_role
from backend.advisors.models import Advisor
from backend.advisors.selectors import today
from backend.advisors.services import appoint_advisor, join_village
from backend.operations import demo_content
from backend.regions.models import Division

VILLAGE = "510114006003"
COUNTY = "510114000000"
PROVINCE = "510000000000"
ADVISOR_PHONE = "+8610000000001"
NEWCOMER_PHONE = "+8610000000005"
#: Phone, nickname, and the role held in the demo village's county or village.
VILLAGERS = (
    ("+8610000000002", "王秀英", None, ""),
    ("+8610000000003", "李志强", RoleGrant.Role.LAW_SAVVY, VILLAGE),
    ("+8610000000004", "陈主任", RoleGrant.Role.OFFICIAL, VILLAGE),
)
#: User name, name, role, the group of the console that they work in, and the division that they work for. Writers and
#: reviewers work for the whole province: what they publish is for all of it, for a county or for one village.
STAFF = (
    ("bianji", "编辑 刘敏", RoleGrant.Role.STAFF, "普法编辑", PROVINCE),
    ("chushen", "初审 张建国", RoleGrant.Role.STAFF, "初审员", PROVINCE),
    ("fushen", "复审 孙丽华", RoleGrant.Role.STAFF, "复审员", PROVINCE),
    ("zhongshen", "终审 马文清", RoleGrant.Role.STAFF, "终审员", PROVINCE),
    ("jiandu", "监督 赵慧", RoleGrant.Role.SUPERVISOR, "司法行政管理人员", COUNTY),
)
EDITOR, REVIEWERS = STAFF[0][0], tuple(username for username, *_ in STAFF[1:4])


def create() -> bool:
    """Make what is missing of the demo; False where it is all there. The divisions must have been imported."""
    with transaction.atomic():
        people = _create_people()
    articles = demo_content.create(editor=EDITOR, reviewers=REVIEWERS)
    return people or articles


def _create_people() -> bool:
    villagers = not Advisor.objects.exists()
    if villagers:
        village = Division.objects.get(code=VILLAGE)
        _create_villagers(village)
        _create_advisor(village)
    return _create_staff() or villagers


def banner_lines() -> list[str]:
    """Who can be tried, one line each; empty where the demo was not created."""
    path = _password_file()
    if not path.exists():
        return []
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    phones = [f"{_local(ADVISOR_PHONE)}  法律顾问 周律师"]
    phones += [f"{_local(phone)}  {name}" for phone, name, _, _ in VILLAGERS]
    phones += [f"{_local(NEWCOMER_PHONE)}  新村民（首次登录即注册）"]
    staff = [f"{username} / {passwords[username]}  {name}" for username, name, *_ in STAFF]
    return ["演示手机号（验证码见短信页）：", *phones, "管理平台账号：", *staff]


def first_query() -> str:
    """Something to paste into GraphiQL."""
    return (
        '{ divisionSearch(text: "木兰社区") { code fullName } villageAdvisor(village: "510114006003") { name office } }'
    )


def _local(phone: str) -> str:
    return phone.removeprefix("+86")


def _create_villagers(village: Division) -> None:
    for phone, nickname, role, division in VILLAGERS:
        user = enrol_person(phone=phone, nickname=nickname)
        join_village(user=user, village=village)
        if role:
            grant_role(user=user, role=role, division=Division.objects.get(code=division))


def _create_advisor(village: Division) -> None:
    advisor, _ = Advisor.objects.get_or_create(
        user=enrol_person(phone=ADVISOR_PHONE, nickname="周律师"),
        defaults={
            "kind": Advisor.Kind.LAWYER,
            "licence_number": "15101202610000001",
            "office": "演示律师事务所",
        },
    )
    if not advisor.appointments.exists():
        appoint_advisor(advisor=advisor, village=village, starts_on=today(), ends_on=today() + timedelta(days=365))


def _create_staff() -> bool:
    """Hire who is missing: an installation of an earlier version had one reviewer."""
    known = set(
        User.objects.filter(username__in=[username for username, *_ in STAFF]).values_list("username", flat=True)
    )
    if len(known) == len(STAFF):
        return False
    path = _password_file()
    passwords: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() and known else {}
    for username, name, role, group, division in STAFF:
        if username in known:
            user = User.objects.get(username=username)
        else:
            passwords[username] = secrets.token_urlsafe(9)
            user = User.objects.create_user(username, password=passwords[username], nickname=name)
        user.groups.add(Group.objects.get(name=group))
        grant_role(user=user, role=role, division=Division.objects.get(code=division))
    path.write_text(json.dumps(passwords, ensure_ascii=False), encoding="utf-8")
    path.chmod(0o600)
    return True


def _password_file() -> Path:
    return Path(settings.DATA_DIR) / "demo_passwords.json"
