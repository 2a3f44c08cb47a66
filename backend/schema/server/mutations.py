"""Mutations whose expected refusals are data: `errors { code field message }`."""

import re
from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from backend.errors import Refusal

TERM = re.compile(r"\[[^\]]+\]")


class UserError(graphene.ObjectType):
    """Why a mutation was refused [拒绝原因]. When there is one, nothing was changed."""

    code = graphene.String(required=True, description="Stable code, listed in docs/api.md [错误代码].")
    field = graphene.String(required=True, description="The input at fault, or empty [出错的输入项].")
    message = graphene.String(required=True, description="A Chinese sentence for the person [提示].")
    retry_after = graphene.Int(
        description="Seconds after which it may be tried again, where waiting helps [可重试的秒数]."
    )


class Mutation(graphene.Mutation):
    """Base of all mutations: `perform` calls one service and returns the payload's fields.

    A subclass declares `class Input`, output fields that are nullable, and a class method
    `perform(info, **input) -> dict`. Its docstring describes the payload and names the mutation's term in brackets.
    Relay's shape is made here and not by graphene's ClientIDMutation, which describes none of what it adds.
    """

    class Meta:
        abstract = True

    errors = graphene.List(graphene.NonNull(UserError), required=True, description="Empty when it was done [拒绝原因].")
    client_mutation_id = graphene.String(description="The text that the client gave, unchanged [客户端标记].")

    @classmethod
    def __init_subclass_with_meta__(cls, **options: Any) -> None:
        """Graphene's hook: names the payload, and makes the input of what the subclass declared."""
        given = graphene.Argument(_input_of(cls), required=True, description="What it is given [输入].")
        super().__init_subclass_with_meta__(name=f"{cls.__name__}Payload", arguments={"input": given}, **options)

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Do it, and return the payload's fields. Raises a Refusal."""
        raise NotImplementedError

    @classmethod
    def mutate(cls, _root: Any, info: GraphQLResolveInfo, **arguments: Any) -> "Mutation":
        """Graphene's entry: turns a Refusal into `errors`."""
        values = dict(arguments["input"])
        mark = values.pop("client_mutation_id", None)
        try:
            return cls(errors=[], client_mutation_id=mark, **cls.perform(info, **values))
        except Refusal as refusal:
            error = UserError(
                code=refusal.code, field=refusal.field, message=refusal.message, retry_after=refusal.retry_after
            )
            return cls(errors=[error], client_mutation_id=mark)


def _input_of(mutation: type[Mutation]) -> type[graphene.InputObjectType]:
    """The input type: what `class Input` declares, and Relay's mark."""
    name = mutation.__name__
    term = TERM.search(mutation.__doc__ or "")
    body = {
        "__doc__": f"What `{name[:1].lower()}{name[1:]}` is given{f' {term[0]}' if term else ''}.",
        "client_mutation_id": graphene.String(description="Any text; it comes back with the answer [客户端标记]."),
    }
    return type(f"{name}Input", (graphene.InputObjectType, getattr(mutation, "Input", object)), body)
