"""What this room refuses with."""

from backend.errors import InvalidInput, NotFound, Refusal


class ItemNotFound(NotFound):
    """No such item, or none that this reader may see."""

    message = "没有找到这篇内容"


class TooManyReports(Refusal):
    """The reader has reported as many errors today as one person may. `retry_after` is how long to wait."""

    code = "TOO_MANY_REPORTS"
    message = "您今天提交的纠错已经很多了，谢谢，请明天再提交"

    def __init__(self, seconds: int) -> None:
        self.retry_after = seconds
        super().__init__()


class ReportSettled(InvalidInput):
    """Somebody else has settled the report."""

    message = "这条纠错已经处理过了"


class AnswerMissing(InvalidInput):
    """The reader is told what became of the report."""

    message = "请填写给读者的答复"
