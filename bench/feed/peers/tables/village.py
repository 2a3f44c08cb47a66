"""The tables behind the villager's screen: advisors, groups, messages, notices."""

from django.db import models

from bench.feed.peers.tables.models import Division, User

PROTECT = models.PROTECT


class Advisor(models.Model):
    """A legal advisor."""

    user = models.OneToOneField(User, PROTECT, related_name="advisor")
    office = models.CharField(max_length=100)
    licence = models.CharField(max_length=12)

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "advisors_advisor"

    def __str__(self) -> str:
        return self.office


class Appointment(models.Model):
    """That an advisor serves a village."""

    advisor = models.ForeignKey(Advisor, PROTECT, related_name="+")
    village = models.ForeignKey(Division, PROTECT, related_name="appointments")
    starts_on = models.DateField()
    ends_on = models.DateField()
    state = models.CharField(max_length=8)

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "advisors_appointment"

    def __str__(self) -> str:
        return str(self.pk)


class VillageGroup(models.Model):
    """A village's chat."""

    village = models.OneToOneField(Division, PROTECT, related_name="group")
    last_seq = models.PositiveBigIntegerField()

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "advisors_villagegroup"

    def __str__(self) -> str:
        return str(self.pk)


class Membership(models.Model):
    """Someone's time in a group."""

    group = models.ForeignKey(VillageGroup, PROTECT, related_name="memberships")
    user = models.ForeignKey(User, PROTECT, related_name="memberships")
    standing = models.CharField(max_length=10)
    joined_seq = models.PositiveBigIntegerField()
    left_seq = models.PositiveBigIntegerField(null=True)
    left_at = models.DateTimeField(null=True)
    read_seq = models.PositiveBigIntegerField()

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "advisors_membership"

    def __str__(self) -> str:
        return str(self.pk)


class Message(models.Model):
    """One line of a group."""

    group = models.ForeignKey(VillageGroup, PROTECT, related_name="messages")
    seq = models.PositiveBigIntegerField()
    author = models.ForeignKey(User, PROTECT, related_name="+")
    appointment = models.ForeignKey(Appointment, PROTECT, null=True, related_name="+")
    text = models.CharField(max_length=2000)
    created_at = models.DateTimeField()

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "advisors_message"
        ordering = ["seq"]

    def __str__(self) -> str:
        return str(self.pk)


class Notification(models.Model):
    """One notice, to a person or to a division."""

    recipient = models.ForeignKey(User, PROTECT, null=True, related_name="+")
    division = models.ForeignKey(Division, PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "notifications_notification"

    def __str__(self) -> str:
        return str(self.pk)


class InboxMark(models.Model):
    """How far someone has read what is for their region."""

    user = models.OneToOneField(User, PROTECT, primary_key=True, related_name="+")
    regional_read_until = models.DateTimeField()

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "notifications_inboxmark"

    def __str__(self) -> str:
        return str(self.pk)


class RegionalRead(models.Model):
    """That someone has read one notice of their region."""

    notification = models.ForeignKey(Notification, PROTECT, related_name="reads")
    user = models.ForeignKey(User, PROTECT, related_name="+")

    class Meta:
        app_label = "tables"
        managed = False
        db_table = "notifications_regionalread"

    def __str__(self) -> str:
        return str(self.pk)
