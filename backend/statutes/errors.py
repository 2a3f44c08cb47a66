"""What this room refuses with."""

from collections.abc import Sequence

from backend.errors import Refusal


class InvalidStatuteFile(Refusal):
    """A file of laws cannot be imported. `problems` are Chinese sentences that name the row."""

    code = "INVALID_STATUTE_FILE"
    message = "法律数据文件有误，未导入任何数据"

    def __init__(self, problems: Sequence[str], *, more: int = 0) -> None:
        self.problems = [*problems, *([f"另有 {more} 处问题未列出"] if more else [])]
        super().__init__("\n".join([type(self).message, *self.problems]), field="file")


class VersionsOfDifferentLaws(Refusal):
    """Only versions of one law can be compared."""

    code = "VERSIONS_OF_DIFFERENT_LAWS"
    message = "只能对照同一部法律的两个版本"
