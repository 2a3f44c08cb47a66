"""What this room refuses with."""

from collections.abc import Sequence

from backend.errors import Refusal


class InvalidDivision(Refusal):
    """The text is no division code, or one of the wrong level."""

    code = "INVALID_DIVISION"
    message = "行政区划代码无效"


class InvalidDivisionFile(Refusal):
    """A file of divisions cannot be imported. `problems` are Chinese sentences that name the line."""

    code = "INVALID_DIVISION_FILE"
    message = "行政区划文件有误，未导入任何数据"

    def __init__(self, problems: Sequence[str], *, more: int = 0) -> None:
        self.problems = [*problems, *([f"另有 {more} 处问题未列出"] if more else [])]
        super().__init__("\n".join([type(self).message, *self.problems]), field="file")
