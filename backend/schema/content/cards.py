"""An item as it stands in another one: enough for a card that opens it."""

from graphene_django import DjangoObjectType

from backend.content import models
from backend.schema.content.kinds import Shown


class ContentCard(Shown, DjangoObjectType):
    """An item that another one leads to; `node` gives the whole of it by the same id [内容卡片]."""

    class Meta:
        model = models.ContentItem
        fields = ()
        skip_registry = True
