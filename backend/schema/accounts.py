"""Signing in, and the person who is signed in, as clients see them."""

from dataclasses import dataclass
from typing import Any

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.accounts import models, selectors, services
from backend.accounts.rules import CODE_LENGTH, NICKNAME_LENGTH
from backend.advisors.selectors import villages_advised_by
from backend.regions.models import Division as DivisionRow
from backend.schema.enums import described
from backend.schema.plans.declare import Column, One, Parts
from backend.schema.regions import Division
from backend.schema.server.context import viewer_of
from backend.schema.server.ids import id_column
from backend.schema.server.mutations import Mutation as BaseMutation

_LANGUAGES = {models.Language.ZH_HANS: "Chinese", models.Language.BO: "Tibetan", models.Language.II: "Nuosu Yi"}
Language = graphene.Enum.from_enum(
    models.Language,
    name="Language",
    description=described(
        "What a person reads [语言].", {value.name: f"{name} [{value.label}]." for value, name in _LANGUAGES.items()}
    ),
)


_GROUPS = {
    models.PeopleGroup.AGENCIES: "Who works in a public agency",
    models.PeopleGroup.VILLAGES: "Who lives in a village",
    models.PeopleGroup.COMMUNITIES: "Who lives in an urban community",
    models.PeopleGroup.SCHOOLS: "Who learns or teaches",
    models.PeopleGroup.ENTERPRISES: "Who works in an enterprise",
    models.PeopleGroup.UNITS: "Who works in another institution",
    models.PeopleGroup.MONASTERIES: "Who lives in a monastery or temple",
}
PeopleGroup = graphene.Enum.from_enum(
    models.PeopleGroup,
    name="PeopleGroup",
    description=described(
        "To whom the law is brought, the seven of 七进; one person may belong to several [人群].",
        {value.name: f"{who} [{value.label}]." for value, who in _GROUPS.items()},
    ),
)


def _groups(named: int) -> list[models.PeopleGroup]:
    return [group for group in models.PeopleGroup if group & named]


_VILLAGER, _ADVISOR = "villager", "advisor"


class Role(graphene.Enum):
    """Who someone is to the system [角色]."""

    VILLAGER = _VILLAGER
    ADVISOR = _ADVISOR
    LAW_SAVVY = models.RoleGrant.Role.LAW_SAVVY.value
    OFFICIAL = models.RoleGrant.Role.OFFICIAL.value
    STAFF = models.RoleGrant.Role.STAFF.value
    SUPERVISOR = models.RoleGrant.Role.SUPERVISOR.value

    @property
    def description(self) -> str:
        """What the role is called."""
        if self is Role.VILLAGER:
            return "Everyone who signed in [村民]."
        if self is Role.ADVISOR:
            return "Whoever is a village's legal advisor today [法律顾问]."
        return f"[{models.RoleGrant.Role(self.value).label}]."


def name_needs(user: str) -> tuple[str, ...]:
    """The columns that `rules.display_name` takes, of a row from which a person is reached by the path `user`."""
    return tuple(f"{user}{column}" for column in ("pk", "nickname", "first_name", "last_name"))


@dataclass(frozen=True)
class _Held:
    role: str
    division: DivisionRow | None


def _roles(user: models.User) -> list[_Held]:
    granted = [_Held(grant.role, grant.division) for grant in selectors.roles_of(user)]
    served = [_Held(_ADVISOR, village) for village in villages_advised_by(user)]
    return [_Held(_VILLAGER, None), *served, *granted]


class HeldRole(graphene.ObjectType):
    """A role that the viewer holds, and for which division [所任角色]."""

    role = Column(Role, required=True, description="Which role [角色].")
    division = One(Division, "division", description="For which division; null for a villager [区划].")


class Viewer(DjangoObjectType):
    """The person who is signed in [当前用户]; only they see this of themselves."""

    class Meta:
        model = models.User
        fields = ()
        skip_registry = True

    id = id_column("Person")
    nickname = Column(graphene.String, required=True, description="What they call themselves; may be empty [称呼].")
    display_name = Column(graphene.String, required=True, description="What others see [显示名].")
    language = Column(Language, required=True, description="What they read [语言].")
    people_groups = Column(
        graphene.List(graphene.NonNull(PeopleGroup)),
        by=_groups,
        required=True,
        description="The groups that they said they belong to; while there is none, content is for them as for any"
        " villager, or any resident of a community [所属人群].",
    )
    village = One(Division, "village", description="Where they live; null until chosen [所在村（社区）].")
    roles = Parts(
        HeldRole,
        "",
        by=_roles,
        required=True,
        description="VILLAGER, ADVISOR of each village served, then what was granted [角色].",
    )


class Query:
    """Who is asking."""

    viewer = Parts(
        Viewer,
        by=lambda context: context.viewer,
        many=False,
        description="The person who is signed in; null for nobody [当前用户].",
    )


class RequestCode(BaseMutation):
    """Have a code sent to a phone [获取验证码].

    The answer is the same whether or not the phone is known: signing up and signing in are one.
    Refused with INVALID_PHONE, TOO_MANY_REQUESTS or SMS_NOT_SENT.
    """

    class Input:
        phone = graphene.String(required=True, description="A mainland mobile number, as people write it [手机号].")

    challenge = graphene.ID(description="What `confirmCode` takes beside the code, for five minutes [凭证].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        challenge = services.request_code(phone=values["phone"], address=info.context.address)
        return {"challenge": challenge}


class ConfirmCode(BaseMutation):
    """Sign in with the code [登录].

    Refused with CODE_WRONG, TOO_MANY_TRIES (the fifth wrong code ends the challenge), CODE_EXPIRED or
    ACCOUNT_DISABLED.
    """

    class Input:
        challenge = graphene.ID(required=True, description="From `requestCode` [凭证].")
        code = graphene.String(required=True, description=f"The {CODE_LENGTH} digits of the message [验证码].")

    token = graphene.String(
        description="To be sent as `Authorization: Bearer …` and in `connection_init`; shown once [登录令牌]."
    )
    expires_at = graphene.DateTime(description="When the token ends [过期时间].")
    viewer = graphene.Field(Viewer, description="Who signed in [当前用户].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        done = services.confirm_code(challenge=values["challenge"], code=values["code"], address=info.context.address)
        return {"token": done.token, "expires_at": done.expires_at, "viewer": done.user}


class SignOut(BaseMutation):
    """End the token that this request carries, at once [退出登录]. Refused with SIGN_IN_REQUIRED."""

    signed_out = graphene.Boolean(description="True: the token opens nothing any more [已退出].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **_values: Any) -> dict[str, Any]:
        """Calls the service."""
        viewer_of(info)
        services.sign_out(token=info.context.identity.token)
        return {"signed_out": True}


class UpdateProfile(BaseMutation):
    """Change what is given; what is left out or null stays [修改资料].

    Refused with SIGN_IN_REQUIRED or INVALID_NICKNAME.
    """

    class Input:
        nickname = graphene.String(
            description=f"1 to {NICKNAME_LENGTH} characters, no phone number, nothing invisible [称呼]."
        )
        language = Language(description="What they read [语言].")
        people_groups = graphene.List(
            graphene.NonNull(PeopleGroup), description="The groups that they belong to; an empty list: none [所属人群]."
        )

    viewer = graphene.Field(Viewer, description="The person as they are now [当前用户].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """Calls the service."""
        return {"viewer": services.update_profile(user=viewer_of(info), **values)}


class Mutation:
    """Signing in and out, and one's profile."""

    request_code = RequestCode.Field(description="Have a code sent to a phone [获取验证码].")
    confirm_code = ConfirmCode.Field(description="Sign in with the code [登录].")
    sign_out = SignOut.Field(description="End the token of this request at once [退出登录].")
    update_profile = UpdateProfile.Field(description="Change one's own profile [修改资料].")
