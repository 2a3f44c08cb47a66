"""Whatever has a global id, asked for again by it: `node` and `nodes`.

Each type's own module says in `NODES` how it is found, by a source that other fields have as well or that is made of
the same rules, so that an id opens nothing that is closed elsewhere. What cannot be asked for by its id, and why, is in
docs/decisions/0014-asked-for-by-id.md.
"""

from collections.abc import Mapping
from typing import Any

import graphene

from backend.errors import Refusal
from backend.schema import advisors, content, media, notifications, statutes
from backend.schema.plans.declare import ById, Refetched
from backend.schema.plans.relay import Node
from backend.schema.server.ids import InvalidId, split_id

MAX_IDS = 100
NODES: Mapping[str, ById] = {
    **advisors.NODES,
    **content.NODES,
    **media.NODES,
    **notifications.NODES,
    **statutes.NODES,
}


class TooManyIds(Refusal):
    """More objects were asked for by id at once than one answer holds."""

    code = "TOO_MANY_IDS"
    message = f"一次最多按编号查询 {MAX_IDS} 项"


def _named(global_id: str, field: str) -> tuple[str, Any]:
    """Type and key. Raises InvalidId where nothing could have that id, whoever asks."""
    name, key = split_id(global_id, field=field)
    kind = NODES.get(name)
    if kind is None:
        raise InvalidId(field=field)
    try:
        return name, kind.parse(key)
    except ValueError as error:
        raise InvalidId(field=field) from error


def _one(id: str) -> list[tuple[str, Any]]:
    return [_named(id, "id")]


def _several(ids: list[str]) -> list[tuple[str, Any]]:
    if len(ids) > MAX_IDS:
        raise TooManyIds(field="ids")
    return [_named(each, "ids") for each in ids]


class Query:
    """Anything by its id."""

    node = Refetched(
        Node,
        NODES,
        wanted=_one,
        id=graphene.ID(required=True, description="Global id [编号]."),
        description="What has this id, as the viewer sees it elsewhere [按编号重新获取]; null where there is nothing of"
        " that id, or nothing that they may see. Refused with INVALID_ID where it is no id of a Node.",
    )
    nodes = Refetched(
        Node,
        NODES,
        wanted=_several,
        many=True,
        ids=graphene.List(
            graphene.NonNull(graphene.ID),
            required=True,
            description=f"Global ids, at most {MAX_IDS}; one may stand there twice [编号].",
        ),
        description="What has these ids, in their order, with null for each as in `node` [按编号批量获取]. Refused"
        " with TOO_MANY_IDS, or with INVALID_ID where any is no id of a Node.",
    )
