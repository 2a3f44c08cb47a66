"""What this room refuses with."""

from backend.errors import InvalidInput


class InvalidDeviceToken(InvalidInput):
    """The text has not the form of a push token of FCM."""

    code = "INVALID_DEVICE_TOKEN"
    message = "设备推送令牌无效，请重新打开应用后再试"


class TooManyNotices(InvalidInput):
    """More notices were named at once than one call marks."""

    code = "TOO_MANY_NOTICES"
    message = "一次最多标记 100 条通知"
