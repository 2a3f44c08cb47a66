"""What the domains refuse with: a stable code for programs and a Chinese sentence for people."""

from typing import ClassVar


class Refusal(Exception):
    """An expected "no". Nothing was changed when one is raised.

    Subclasses set `code` (stable, listed in docs/api.md) and `message` (Chinese, for the person); `field` names
    the input that was at fault, in the client's camelCase, or is empty.
    """

    code: ClassVar[str] = "REFUSED"
    message: str = "操作未能完成"
    #: Seconds after which the same may succeed; None where waiting does not help.
    retry_after: int | None = None

    def __init__(self, message: str = "", *, field: str = "") -> None:
        self.message = message or type(self).message
        self.field = field
        super().__init__(f"{self.code}: {self.message}")


class InvalidInput(Refusal):
    """A value that can be corrected by the person who typed it."""

    code = "INVALID_INPUT"
    message = "输入内容有误"


class NotFound(Refusal):
    """Nothing of that identity exists, or the viewer may not know that it does."""

    code = "NOT_FOUND"
    message = "没有找到"


class SignInRequired(Refusal):
    """The action needs a person, and the request carries none."""

    code = "SIGN_IN_REQUIRED"
    message = "请先登录"


class Forbidden(Refusal):
    """The person is known and may not do this."""

    code = "FORBIDDEN"
    message = "您没有这项权限"
