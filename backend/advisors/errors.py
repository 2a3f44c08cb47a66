"""What this room refuses with."""

from backend.errors import NotFound, Refusal


class GroupNotFound(NotFound):
    """No group has this identity."""

    code = "GROUP_NOT_FOUND"
    message = "没有这个群"


class NotAMember(Refusal):
    """Only members read and write in a group."""

    code = "NOT_A_MEMBER"
    message = "您不在这个群里"


class EmptyMessage(Refusal):
    """A message needs words or a picture."""

    code = "EMPTY_MESSAGE"
    message = "消息不能为空"


class MessageTooLong(Refusal):
    """A message has at most 2,000 characters."""

    code = "MESSAGE_TOO_LONG"
    message = "消息不能超过 2000 个字"


class InvalidClientKey(Refusal):
    """The client key is empty or longer than 64 characters."""

    code = "INVALID_CLIENT_KEY"
    message = "消息的客户端键应为 1 到 64 个字符"


class ClientKeyReused(Refusal):
    """The key already stands for another message of the same author in this group."""

    code = "CLIENT_KEY_REUSED"
    message = "这个客户端键已经用于另一条消息"


class InvalidPosition(Refusal):
    """A sequence number outside what the group has."""

    code = "INVALID_POSITION"
    message = "消息序号无效"


class AppointmentLapsed(Refusal):
    """Nobody answers as advisor without an appointment that holds today."""

    code = "APPOINTMENT_LAPSED"
    message = "您在这个村的聘任已经到期或结束，不能再以法律顾问身份发言"


class VillageHasAdvisor(Refusal):
    """A village has one active appointment at most."""

    code = "VILLAGE_HAS_ADVISOR"
    message = "这个村（社区）已经有在聘的法律顾问，请先结束原聘任"


class AdvisorAtCapacity(Refusal):
    """The advisor serves as many villages as the limit allows."""

    code = "ADVISOR_AT_CAPACITY"
    message = "这位法律顾问服务的村（社区）已达上限"


class LicenceNotActive(Refusal):
    """Only an active licence can be appointed."""

    code = "LICENCE_NOT_ACTIVE"
    message = "这位法律顾问的执业证不是正常执业状态"


class InvalidPeriod(Refusal):
    """The appointment ends before it starts, or has ended already."""

    code = "INVALID_PERIOD"
    message = "聘任的结束日期应不早于开始日期，也不早于今天"
