"""Mutations whose expected refusals are data: `errors { code field message }`."""

from typing import Any

import graphene
from graphql import GraphQLResolveInfo

from backend.errors import Refusal


class UserError(graphene.ObjectType):
    """Why a mutation was refused. When there is one, nothing was changed."""

    code = graphene.String(required=True, description="Stable code, listed in docs/api.md.")
    field = graphene.String(required=True, description="The input at fault, or empty.")
    message = graphene.String(required=True, description="A Chinese sentence for the person.")
    retry_after = graphene.Int(description="Seconds after which it may be tried again, where waiting helps.")


class Mutation(graphene.relay.ClientIDMutation):
    """Base of all mutations: `perform` calls one service and returns the payload's fields.

    A subclass declares `class Input`, output fields that are nullable, and a class method
    `perform(info, **input) -> dict`.
    """

    class Meta:
        abstract = True

    errors = graphene.List(graphene.NonNull(UserError), required=True, description="Empty when it was done.")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Do it, and return the payload's fields. Raises a Refusal."""
        raise NotImplementedError

    @classmethod
    def mutate_and_get_payload(cls, _root: Any, info: GraphQLResolveInfo, **values: Any) -> "Mutation":
        """Graphene's entry: turns a Refusal into `errors`."""
        values.pop("client_mutation_id", None)
        try:
            return cls(errors=[], **cls.perform(info, **values))
        except Refusal as refusal:
            error = UserError(
                code=refusal.code, field=refusal.field, message=refusal.message, retry_after=refusal.retry_after
            )
            return cls(errors=[error])
