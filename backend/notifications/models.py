"""Notices, who read them, the phones they go to, and each delivery's way."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from backend.regions.models import Division


class Notification(models.Model):
    """One notice: to one person (`recipient`), or ONE row for everyone in `division`.

    Title and body are what a lock screen shows, so they carry no private text.
    """

    class Kind(models.TextChoices):
        """What it tells of. How each is pushed stands in `rules.MANNERS`."""

        GROUP_MESSAGE = "group_message", "群消息"
        CONTENT = "content", "普法内容"
        SYSTEM = "system", "系统通知"
        URGENT = "urgent", "紧急通知"

    kind = models.CharField("类型", max_length=24, choices=Kind)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        db_index=False,
        related_name="notifications",
        verbose_name="接收人",
    )
    division = models.ForeignKey(
        Division,
        models.PROTECT,
        null=True,
        blank=True,
        db_index=False,
        related_name="notifications",
        verbose_name="接收区划",
    )
    title = models.CharField("标题", max_length=60)
    body = models.CharField("正文", max_length=120)
    link = models.CharField("链接", max_length=120, help_text="Deep link inside the app, with global ids.")
    key = models.CharField("去重键", max_length=100, help_text="Names the event: it notifies a target once.")
    created_at = models.DateTimeField("时间", default=timezone.now)
    read_at = models.DateTimeField("阅读时间", null=True, blank=True, help_text="Personal notices only.")
    retracted_at = models.DateTimeField("撤回时间", null=True, blank=True, help_text="Regional notices only.")

    class Meta:
        verbose_name = "通知"
        verbose_name_plural = "通知"
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="notice_of_person"),
            models.Index(fields=["division", "-created_at", "-id"], name="notice_of_division"),
            models.Index(
                fields=["recipient", "link"],
                condition=Q(read_at=None, recipient__isnull=False),
                name="notice_unread",
            ),
            models.Index(fields=["link"], condition=Q(division__isnull=False), name="notice_regional_link"),
        ]
        constraints = [
            # Of the two, the one whose first column is null never conflicts.
            models.UniqueConstraint(fields=["recipient", "key"], name="person_notified_once"),
            models.UniqueConstraint(fields=["division", "key"], name="division_notified_once"),
            models.CheckConstraint(
                name="notification_is_personal_or_regional",
                condition=Q(recipient__isnull=False, division__isnull=True)
                | Q(recipient__isnull=True, division__isnull=False),
            ),
            models.CheckConstraint(name="read_at_is_of_personal_notices", condition=Q(read_at=None) | Q(division=None)),
            models.CheckConstraint(
                name="retracted_at_is_of_regional_notices", condition=Q(retracted_at=None) | Q(recipient=None)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class InboxMark(models.Model):
    """How far one person has read what is for their region: all that was written until then."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="+")
    regional_read_until = models.DateTimeField()

    class Meta:
        verbose_name = "区域通知已读位置"
        verbose_name_plural = "区域通知已读位置"

    def __str__(self) -> str:
        return f"{self.user_id} ≤ {self.regional_read_until}"


class RegionalRead(models.Model):
    """That one person has read one regional notice behind their mark; written on read, never in advance."""

    notification = models.ForeignKey(Notification, models.CASCADE, related_name="reads")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, db_index=False, related_name="+")
    read_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = "区域通知阅读"
        verbose_name_plural = "区域通知阅读"
        constraints = [models.UniqueConstraint(fields=["user", "notification"], name="regional_notice_read_once")]

    def __str__(self) -> str:
        return f"{self.user_id} {self.notification_id}"


class Device(models.Model):
    """A phone's push token. A token belongs to the account that registered it last."""

    class Platform(models.TextChoices):
        """The phone's system."""

        ANDROID = "android", "安卓"
        IOS = "ios", "iOS"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="devices", verbose_name="用户")
    token = models.CharField("推送令牌", max_length=512, unique=True)
    platform = models.CharField("系统", max_length=10, choices=Platform)
    active = models.BooleanField("有效", default=True)
    seen_at = models.DateTimeField("最近登记", default=timezone.now)

    class Meta:
        verbose_name = "设备"
        verbose_name_plural = "设备"
        indexes = [models.Index(fields=["seen_at"], condition=Q(active=True), name="device_active_seen")]

    def __str__(self) -> str:
        return f"{self.get_platform_display()} {self.pk}"


class Errand(models.Model):
    """Work on the network that must not be lost: the row is the truth, jobs only push it on.

    A worker holds it under `lease_key` until `lease_until`; if the worker dies, the lease runs out and another
    takes it. `attempts` counts how often it was taken.
    """

    attempts = models.PositiveSmallIntegerField("次数", default=0)
    due_at = models.DateTimeField("执行时间", default=timezone.now)
    lease_key = models.UUIDField(null=True, blank=True, editable=False)
    lease_until = models.DateTimeField("占用至", null=True, blank=True)
    last_error = models.CharField("最近错误", max_length=200, blank=True)

    class Meta:
        abstract = True


class Delivery(Errand):
    """One notice on its way to one phone, or to one topic."""

    class State(models.TextChoices):
        """Where it stands."""

        PENDING = "pending", "待发送"
        DELIVERED = "delivered", "已送达"
        DROPPED = "dropped", "已取消"
        FAILED = "failed", "失败"

    notification = models.ForeignKey(
        Notification, models.CASCADE, db_index=False, related_name="deliveries", verbose_name="通知"
    )
    device = models.ForeignKey(Device, models.CASCADE, null=True, blank=True, verbose_name="设备")
    topic = models.CharField("主题", max_length=60, blank=True)
    state = models.CharField("状态", max_length=12, choices=State, default=State.PENDING)
    settled_at = models.DateTimeField("完成时间", null=True, blank=True)

    class Meta:
        verbose_name = "推送"
        verbose_name_plural = "推送"
        indexes = [models.Index(fields=["due_at"], condition=Q(state="pending"), name="delivery_pending_due")]
        constraints = [
            models.UniqueConstraint(fields=["notification", "device"], name="delivered_once_a_device"),
            models.UniqueConstraint(
                fields=["notification", "topic"], condition=Q(device=None), name="delivered_once_a_topic"
            ),
            models.CheckConstraint(
                name="delivery_has_one_target",
                condition=Q(device__isnull=False, topic="") | (Q(device__isnull=True) & ~Q(topic="")),
            ),
            models.CheckConstraint(
                name="delivery_settled_has_time",
                condition=Q(state="pending", settled_at=None) | (~Q(state="pending") & Q(settled_at__isnull=False)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()} {self.pk}"

    @property
    def push_id(self) -> str:
        """The same for every attempt, so that a phone that gets it twice shows it once."""
        return f"delivery-{self.pk}"


class TopicSubscription(Errand):
    """Whether a phone should follow a topic (`wanted`) and whether it does (`held`).

    Where the two differ there is an errand to FCM. While one is under way `held` is null, so that a worker that dies
    between FCM's answer and ours leaves an errand, whatever is wanted by then. A row neither wanted nor held goes.
    """

    #: The errands.
    WAITING = Q(held=None) | ~Q(wanted=F("held"))

    device = models.ForeignKey(
        Device, models.CASCADE, db_index=False, related_name="subscriptions", verbose_name="设备"
    )
    topic = models.CharField("主题", max_length=60)
    wanted = models.BooleanField("应订阅")
    held = models.BooleanField("已订阅", null=True, default=False)

    class Meta:
        verbose_name = "主题订阅"
        verbose_name_plural = "主题订阅"
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(held=None) | ~Q(wanted=F("held")),
                name="subscription_waiting",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["device", "topic"], name="device_subscribed_once"),
        ]

    def __str__(self) -> str:
        return f"{self.device_id} {self.topic}"


class OutboxPush(models.Model):
    """What would have gone to FCM: the embedded sender's outbox, shown in the console."""

    push_id = models.CharField("推送编号", max_length=40, unique=True)
    target = models.CharField("目标", max_length=600, help_text="token:… or topic:…")
    payload = models.JSONField("内容")
    sent_at = models.DateTimeField("时间", default=timezone.now)

    class Meta:
        verbose_name = "推送发件箱"
        verbose_name_plural = "推送发件箱"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.push_id
