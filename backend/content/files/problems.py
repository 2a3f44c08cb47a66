"""What is wrong with a folder, collected: whoever wrote it corrects everything at once."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from backend.errors import InvalidInput

#: Of more, only their number is told.
SHOWN = 200


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A Chinese sentence about a line of a file; line 0 is the file as a whole."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{place}：{self.message}"


@dataclass(slots=True)
class Report:
    """Where readers put the problems of one file."""

    file: str
    problems: list[Problem] = field(default_factory=list)

    def add(self, line: int, message: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.file, line, message))


class FolderRefused(InvalidInput):
    """A folder was not imported, and nothing of it is stored; `problems` says why, one for each thing to correct."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(set(problems))
        lines = [str(problem) for problem in self.problems[:SHOWN]]
        if len(self.problems) > SHOWN:
            lines.append("……")
        super().__init__("\n".join([*lines, f"共 {len(self.problems)} 处问题，什么都没有导入"]))
