"""A group as a source of live events: its messages by `seq`."""

from collections.abc import Iterable, Sequence

from backend.advisors import selectors
from backend.advisors.errors import NotAMember
from backend.advisors.models import Message
from backend.live.threads import in_thread


class GroupMessages:
    """Reads for `backend.live.hub`: what is new, and who may still listen."""

    def __init__(self, group_id: int) -> None:
        self._group_id = group_id

    async def latest(self) -> int:
        """Number of the newest message."""
        return await in_thread(selectors.newest_seq, self._group_id)

    async def read_after(self, position: int, limit: int) -> Sequence[tuple[int, Message]]:
        """Messages behind `position`, each ready to be shown without another read."""
        rows = await in_thread(selectors.messages_after, self._group_id, position, limit)
        return [(row.seq, row) for row in rows]

    def expelled(self) -> NotAMember:
        """Why the stream of one who has left ends."""
        return NotAMember()

    async def still_allowed(self, keys: Iterable[int]) -> set[int]:
        """Those of the people who are still in the group."""
        return await in_thread(selectors.members_among, self._group_id, list(keys))
