"""What this room refuses with. No client meets these, only staff at the console, so they keep their parents' codes."""

from backend.errors import InvalidInput, NotFound


class NotPublished(NotFound):
    """There is nothing to withdraw: the item is neither live nor scheduled."""

    message = "这条内容没有发布，也没有定时发布"


class ReasonMissing(InvalidInput):
    """A withdrawal is kept on record with its reason."""

    message = "请填写撤下的理由"
