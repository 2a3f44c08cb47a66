"""People, the roles they hold, and the tokens their phones carry."""

import uuid

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone

from backend.accounts import rules
from backend.regions.models import Division


class Language(models.TextChoices):
    """What a person reads; everything exists in zh-Hans, the others where given."""

    ZH_HANS = "zh-Hans", "汉语"
    BO = "bo", "藏语"
    II = "ii", "彝语"


class ReaderRole(models.IntegerChoices):
    """What readers may be, as bits: content can be for some of them. Everyone with an account is a villager too."""

    VILLAGER = 1, "村民"
    LAW_SAVVY = 2, "法律明白人"
    OFFICIAL = 4, "村干部"
    ADVISOR = 8, "法律顾问"
    STAFF = 16, "普法工作人员"
    SUPERVISOR = 32, "司法行政管理人员"


class PeopleGroup(models.IntegerChoices):
    """Where law is brought to people (七进), as bits; a person may belong to several."""

    AGENCIES = 1, "机关"
    VILLAGES = 2, "乡村"
    COMMUNITIES = 4, "社区"
    SCHOOLS = 8, "学校"
    ENTERPRISES = 16, "企业"
    UNITS = 32, "单位"
    MONASTERIES = 64, "寺庙"


def _anonymous_username() -> str:
    return f"u-{uuid.uuid4().hex}"


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail's mixins add untyped relations
    """A person. Villagers sign in by phone and code; staff also by user name and password in the console."""

    username = models.CharField("用户名", max_length=150, unique=True, default=_anonymous_username)
    phone = models.CharField("手机号", max_length=16, unique=True, null=True, blank=True)
    phone_verified_at = models.DateTimeField("手机号验证时间", null=True, blank=True)
    provisional = models.BooleanField(
        "待首次登录",
        default=False,
        editable=False,
        help_text="Made by asking for a code; nobody has proved the phone yet, so it is swept after a day.",
    )
    code_requested_at = models.DateTimeField("最近获取验证码时间", null=True, blank=True, editable=False)
    nickname = models.CharField("称呼", max_length=rules.NICKNAME_LENGTH, blank=True)
    language = models.CharField("语言", max_length=10, choices=Language, default=Language.ZH_HANS)
    village = models.ForeignKey(
        Division, models.PROTECT, null=True, blank=True, verbose_name="所在村（社区）", related_name="residents"
    )
    # Kept beside the grants and appointments that they follow from: every reader's feed asks for them.
    reader_roles = models.PositiveSmallIntegerField(
        "读者身份", default=ReaderRole.VILLAGER, db_default=ReaderRole.VILLAGER.value, editable=False
    )
    people_groups = models.PositiveSmallIntegerField(
        "所属人群", default=0, db_default=0, help_text="Bits of PeopleGroup that the person named; 0 for none named."
    )

    class Meta:
        verbose_name = "用户"
        verbose_name_plural = "用户"
        indexes = [
            models.Index(
                fields=["code_requested_at"],
                condition=models.Q(provisional=True),
                name="user_provisional_oldest",
            )
        ]

    def get_full_name(self) -> str:
        """The nickname first: this is how the console names people."""
        return self.nickname or super().get_full_name()

    @property
    def display_name(self) -> str:
        """What others see: never the phone number."""
        return rules.display_name(self.pk, self.nickname, self.first_name, self.last_name)

    def note_reader_role(self, role: ReaderRole, *, held: bool) -> None:
        """Say on the row what the person reads as; whoever changes what that follows from does so in one go with it."""
        bits = models.F("reader_roles").bitor(role.value) if held else models.F("reader_roles").bitand(~role.value)
        User.objects.filter(pk=self.pk).update(reader_roles=bits)
        self.refresh_from_db(fields=["reader_roles"])

    def __str__(self) -> str:
        return self.display_name


class RoleGrant(models.Model):
    """One role held by one person, for a division where the role has one."""

    class Role(models.TextChoices):
        """Who someone is to the system; every signed-in person is a villager without a row."""

        LAW_SAVVY = "law_savvy", "法律明白人"
        OFFICIAL = "official", "村干部"
        STAFF = "staff", "普法工作人员"
        SUPERVISOR = "supervisor", "司法行政管理人员"

    user = models.ForeignKey(User, models.CASCADE, related_name="roles", verbose_name="用户")
    role = models.CharField("角色", max_length=16, choices=Role)
    division = models.ForeignKey(Division, models.PROTECT, verbose_name="区划")

    class Meta:
        verbose_name = "角色"
        verbose_name_plural = "角色"
        constraints = [models.UniqueConstraint(fields=["user", "role", "division"], name="role_granted_once")]

    def __str__(self) -> str:
        return f"{self.user} {self.get_role_display()} {self.division}"


class AccessToken(models.Model):
    """An opaque token, kept only as its SHA-256, so that a copy of the table opens nothing."""

    user = models.ForeignKey(User, models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "登录凭据"
        verbose_name_plural = "登录凭据"
        indexes = [models.Index(fields=["expires_at"], name="token_expires")]

    def __str__(self) -> str:
        return f"token {self.pk}"


class DevelopmentSms(models.Model):
    """A message that the console sender kept instead of sending it; only development writes any."""

    phone = models.CharField("手机号", max_length=16)
    text = models.CharField("内容", max_length=200)
    sent_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "开发短信"
        verbose_name_plural = "开发短信"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"SMS {self.pk}"
