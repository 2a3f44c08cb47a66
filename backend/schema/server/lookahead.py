"""What an operation will ask of a field's answer, so that it can be fetched in one go."""

from collections.abc import Iterator

from graphql import FieldNode, FragmentSpreadNode, GraphQLResolveInfo, InlineFragmentNode, SelectionSetNode


def _fields(selection: SelectionSetNode | None, info: GraphQLResolveInfo) -> Iterator[FieldNode]:
    for node in selection.selections if selection else ():
        if isinstance(node, FieldNode):
            yield node
        elif isinstance(node, InlineFragmentNode):
            yield from _fields(node.selection_set, info)
        elif isinstance(node, FragmentSpreadNode):
            yield from _fields(info.fragments[node.name.value].selection_set, info)


def selects(info: GraphQLResolveInfo, path: str) -> bool:
    """Whether the answer's `path` ("edges.node.cover") is selected, through fragments and whatever aliases.

    A field that `@skip` or `@include` leaves out counts as selected: fetching a little too much is never wrong.
    """
    nodes = list(info.field_nodes)
    for name in path.split("."):
        nodes = [field for node in nodes for field in _fields(node.selection_set, info) if field.name.value == name]
    return bool(nodes)
