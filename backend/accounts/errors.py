"""What this room refuses with."""

import math

from backend.errors import InvalidInput, Refusal

SECONDS_WORTH_CONVERTING = 120


class TokenInvalid(Refusal):
    """The token is unknown or was revoked."""

    code = "TOKEN_INVALID"
    message = "登录已失效，请重新登录"


class TokenExpired(Refusal):
    """The token's time is over."""

    code = "TOKEN_EXPIRED"
    message = "登录已过期，请重新登录"


class InvalidPhone(InvalidInput):
    """The text is no mobile number of the mainland."""

    code = "INVALID_PHONE"
    message = "请输入正确的 11 位手机号"


class CodeWrong(InvalidInput):
    """The code is not the one that was sent; there are tries left."""

    code = "CODE_WRONG"
    message = "验证码不正确，请核对短信后重新输入"


class CodeExpired(Refusal):
    """The challenge is over: its time is up, it was used, it had too many tries, or it never was."""

    code = "CODE_EXPIRED"
    message = "验证码已失效，请重新获取"


class TooManyTries(Refusal):
    """This was the last wrong guess that a challenge allows."""

    code = "TOO_MANY_TRIES"
    message = "验证码输错次数过多，请重新获取"


class TooManyRequests(Refusal):
    """A phone or an address has asked for too many codes. `retry_after` is how long to wait."""

    code = "TOO_MANY_REQUESTS"

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        about = f"（约 {math.ceil(seconds / 60)} 分钟）" if seconds > SECONDS_WORTH_CONVERTING else ""
        super().__init__(f"获取验证码太频繁，请 {seconds} 秒{about}后再试")


class SmsNotSent(Refusal):
    """The message could not be handed to the gateway."""

    code = "SMS_NOT_SENT"
    message = "短信暂时发不出去，请一分钟后再试"


class AccountDisabled(Refusal):
    """The phone was proved, and its account may not be used."""

    code = "ACCOUNT_DISABLED"
    message = "此账号已停用，如有疑问请联系管理人员"


class InvalidNickname(InvalidInput):
    """The nickname may not be shown to others."""

    code = "INVALID_NICKNAME"
    message = "称呼为 1 到 30 个字，不能含有电话号码或看不见的字符"


class RoleDivisionMismatch(InvalidInput):
    """The role is not held for a division of that level."""

    code = "ROLE_DIVISION_MISMATCH"
    message = "此角色不能授予该级别的区划"
