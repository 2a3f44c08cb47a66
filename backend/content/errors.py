"""What this room refuses with. No client meets these, only staff at the console, so they keep their parents' codes."""

from collections.abc import Sequence

from backend.errors import Forbidden, InvalidInput, NotFound


class NotPublished(NotFound):
    """There is nothing to withdraw: the item is neither live nor scheduled."""

    message = "这条内容没有发布，也没有定时发布"


class ReasonMissing(InvalidInput):
    """A withdrawal is kept on record with its reason."""

    message = "请填写撤下的理由"


class NoteMissing(InvalidInput):
    """That an item is right although the law has changed is kept on record with a note."""

    message = "请说明为什么法条变动后内容仍然正确"


class NothingToSettle(NotFound):
    """Nobody has to look at the item: it was settled, or published again."""

    message = "这条内容没有待处理的法条变动，可能已有人处理"


class LawChangedAgain(InvalidInput):
    """Between looking and deciding another article changed."""

    message = "所引法条又有新的变动，请重新查看后再处理"


class ReviewIncomplete(Forbidden):
    """However the workflow is arranged, nothing is published that three people have not approved."""

    message = "还没有三位审核员分别通过这一稿，不能发布；请系统管理员检查审核流程的设置"


class WindowPassed(InvalidInput):
    """Between submission and the last approval the text's time has run out."""

    message = "到期时间已经过去，请退回修改"


class NotReady(InvalidInput):
    """The content check refuses the submission; `problems` are sentences for the writer."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("稿件还不能送审：" + "；".join(self.problems))


class NothingToRecall(NotFound):
    """The text is not under review, or was not submitted by this person."""

    message = "这篇稿件不在审核中，或者不是您送审的"


class NoteRefused(InvalidInput):
    """A remark on a text must say something, of something that is there."""

    message = "请填写批注"
