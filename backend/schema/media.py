"""Uploads, pictures, recordings and videos as clients see them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import graphene
from graphene_django import DjangoObjectType
from graphql import GraphQLResolveInfo

from backend.schema.enums import described
from backend.schema.plans import relay
from backend.schema.plans.declare import ById, Column, Found, Source
from backend.schema.server import scalars
from backend.schema.server.context import Context, signed_in, viewer_of
from backend.schema.server.ids import InvalidId, decode_id, id_column
from backend.schema.server.mutations import Mutation as BaseMutation
from media import models, selectors, services

MediaPurpose = graphene.Enum.from_enum(
    models.MediaFile.Purpose,
    name="MediaPurpose",
    description=described(
        "What a file is uploaded for; it decides the limits and who may see it [用途].",
        {
            "COVER": "The cover of published content, readable by anyone; for staff [内容封面].",
            "MESSAGE": "A picture in a village group, readable with a signed address [群消息图片].",
            "PICTURE": "A picture in the text of content, readable by anyone; for staff [正文图片].",
            "RECORDING": "A recording of content, readable by anyone; for staff [录音].",
            "VIDEO": "A video of content, readable by anyone; for staff [视频].",
        },
    ),
)
MediaState = graphene.Enum.from_enum(
    models.MediaFile.State,
    name="MediaState",
    description=described(
        "Where an upload stands [状态].",
        {
            "AWAITING": "The ticket is out; the bytes may come [等待上传].",
            "CHECKING": "The bytes are being checked [检查中].",
            "READY": "Checked; it can be attached [可用].",
            "REFUSED": "Not taken; `refusal` says why [已拒绝].",
        },
    ),
)


class Picture(DjangoObjectType):
    """A checked picture without metadata, ready to be shown [图片]."""

    class Meta:
        model = models.Rendition
        fields = ()
        skip_registry = True

    id = id_column("Picture", "media_id", description="Stays the same while `url` changes: keep pictures by it [编号].")
    url = Column(
        graphene.String,
        "key",
        by=selectors.address_of,
        required=True,
        description="Absolute address of the WebP file; of a private picture it holds for an hour [地址].",
    )
    width = Column(graphene.Int, required=True, description="In pixels [宽].")
    height = Column(graphene.Int, required=True, description="In pixels [高].")
    bytes = Column(graphene.Int, "size", required=True, description="What it costs to download [字节数].")


def _seconds(milliseconds: int) -> int:
    """Rounded, and never 0: what is there to be heard lasts."""
    return max(1, round(milliseconds / 1000))


class Recording(DjangoObjectType):
    """A checked recording without metadata, ready to be played [录音]."""

    class Meta:
        model = models.Rendition
        fields = ()
        skip_registry = True

    id = id_column(
        "Recording", "media_id", description="Stays the same while `url` changes: keep recordings by it [编号]."
    )
    url = Column(
        graphene.String,
        "key",
        by=selectors.address_of,
        required=True,
        description="Absolute address of the file [地址].",
    )
    bytes = Column(graphene.Int, "size", required=True, description="What it costs to download [字节数].")
    content_type = Column(graphene.String, required=True, description="audio/mpeg, audio/mp4 or audio/ogg [类型].")
    duration_seconds = Column(
        graphene.Int, "duration_ms", by=_seconds, required=True, description="How long it lasts, in seconds [时长]."
    )


class Video(DjangoObjectType):
    """A checked video without metadata, ready to be played [视频]."""

    class Meta:
        model = models.Rendition
        fields = ()
        skip_registry = True

    id = id_column("Video", "media_id", description="Stays the same while `url` changes: keep videos by it [编号].")
    url = Column(
        graphene.String,
        "key",
        by=selectors.address_of,
        required=True,
        description="Absolute address of the file [地址].",
    )
    bytes = Column(graphene.Int, "size", required=True, description="What it costs to download [字节数].")
    content_type = Column(graphene.String, required=True, description="video/mp4 [类型].")
    duration_seconds = Column(
        graphene.Int, "duration_ms", by=_seconds, required=True, description="How long it lasts, in seconds [时长]."
    )
    width = Column(graphene.Int, required=True, description="As it is shown, in pixels [宽].")
    height = Column(graphene.Int, required=True, description="As it is shown, in pixels [高].")


#: Pictures by their file's `media_id`. The addresses of public ones hold for ever.
PICTURES = Source(selectors.shown_first)
PUBLIC_PICTURES = Source(selectors.shown_first, public=True)
#: Recordings and videos by their file's `media_id`: every one of them is public once it is checked.
PUBLIC_RECORDINGS = Source(selectors.recordings, public=True)
PUBLIC_VIDEOS = Source(selectors.videos, public=True)


class Media(DjangoObjectType):
    """One upload of the viewer's own, from ticket to checked file [媒体文件]."""

    class Meta:
        model = models.MediaFile
        fields = ()
        interfaces = (relay.Node,)

    id = id_column("Media", description="Names it where it is attached [编号].")
    purpose = Column(MediaPurpose, required=True, description="What it was uploaded for [用途].")
    state = Column(MediaState, required=True, description="Where it stands [状态].")
    refusal = Column(
        graphene.String,
        "refusal",
        by=lambda refusal: refusal or None,
        description="Why it was refused, in Chinese, for the person [拒绝原因].",
    )
    picture = Found(
        Picture,
        PICTURES,
        key=("media_id",),
        parent=("pk",),
        description="The clean copy; null until the state is READY, and where it is no picture [图片].",
    )
    recording = Found(
        Recording,
        PUBLIC_RECORDINGS,
        key=("media_id",),
        parent=("pk",),
        description="The clean copy; null until the state is READY, and where it is no recording [录音].",
    )
    video = Found(
        Video,
        PUBLIC_VIDEOS,
        key=("media_id",),
        parent=("pk",),
        description="The clean copy; null until the state is READY, and where it is no video [视频].",
    )


class UploadField(graphene.ObjectType):
    """One field of the upload's form [表单字段]."""

    name = graphene.String(required=True, description="The field's name [名称].")
    value = graphene.String(required=True, description="Send it exactly so [值].")


class UploadTicket(graphene.ObjectType):
    """Leave to upload one file straight to the store [上传凭据].

    POST multipart/form-data to `url`: every field first, the bytes last as a part named `file`. The answer is
    204; 403 means expired, altered or already used, 413 or 400 too large. If the answer was lost, call
    `finishUpload`.
    """

    url = graphene.String(required=True, description="Where to POST [地址].")
    fields = graphene.List(
        graphene.NonNull(UploadField),
        required=True,
        description="The form's fields ahead of the file [字段].",
    )
    expires_at = scalars.DateTime(required=True, description="Until when the store takes it [有效期至].")

    @staticmethod
    def resolve_url(upload: services.Upload, _info: GraphQLResolveInfo) -> str:
        return upload.ticket.url

    @staticmethod
    def resolve_fields(upload: services.Upload, _info: GraphQLResolveInfo) -> list[UploadField]:
        return [UploadField(name=name, value=value) for name, value in upload.ticket.fields.items()]

    @staticmethod
    def resolve_expires_at(upload: services.Upload, _info: GraphQLResolveInfo) -> datetime:
        return upload.expires_at


def _media_key(key: str) -> UUID:
    """Raises ValueError for what is no UUID as ids have it."""
    found = UUID(key)
    if str(found) != key:
        raise ValueError("no key of a file")
    return found


def decode_media_id(global_id: str, *, field: str = "mediaId") -> UUID:
    """The key inside the id of a Media. Raises InvalidId."""
    try:
        return _media_key(decode_id("Media", global_id, field=field))
    except ValueError as error:
        raise InvalidId(field=field) from error


class RequestUpload(BaseMutation):
    """Ask for leave to upload one file [申请上传].

    Refused with UNSUPPORTED_MEDIA_TYPE, FILE_TOO_LARGE, INVALID_INPUT, TOO_MANY_UPLOADS, or FORBIDDEN for what
    becomes public, by someone who is not staff.
    """

    class Input:
        purpose = MediaPurpose(required=True, description="What it is for [用途].")
        content_type = graphene.String(
            required=True,
            description="image/jpeg, image/png or image/webp; for a recording audio/mpeg, audio/mp4 (AAC) or audio/ogg"
            " (Opus); for a video video/mp4 (H.264, AAC). The content must agree [类型].",
        )
        size = graphene.Int(
            required=True,
            description="How many bytes will come, at most: a picture up to 10 MiB, a recording up to 30, a video up to"
            " 60 [字节数].",
        )

    media = graphene.Field(Media, description="The upload, awaiting its bytes [媒体文件].")
    upload = graphene.Field(UploadTicket, description="How to send the bytes [上传凭据].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """See the mutation's description."""
        upload = services.request_upload(owner=viewer_of(info), **values)
        return {"media": upload.media, "upload": upload}


class FinishUpload(BaseMutation):
    """Say that the bytes were sent, so that their check begins; saying it again changes nothing [完成上传].

    Refused with INVALID_ID, NOT_FOUND or UPLOAD_MISSING.
    """

    class Input:
        media_id = graphene.ID(required=True, description="The id of the Media that `requestUpload` gave [编号].")

    media = graphene.Field(Media, description="The upload; ask `media` again until it is READY or REFUSED [媒体文件].")

    @classmethod
    def perform(cls, info: GraphQLResolveInfo, **values: Any) -> dict[str, Any]:
        """See the mutation's description."""
        owner = viewer_of(info)
        media_id = decode_media_id(values["media_id"])
        return {"media": services.finish_upload(owner=owner, media_id=media_id)}


NODES = {"Media": ById(Source(selectors.own_media, given=lambda context: (signed_in(context).pk,)), _media_key)}


def _own(context: Context, id: str) -> tuple[Any, ...]:
    return signed_in(context).pk, decode_media_id(id, field="id")


class Query:
    """One's own uploads."""

    media = Found(
        Media,
        Source(selectors.own_upload, given=_own),
        id=graphene.ID(required=True, description="The id that `requestUpload` gave [编号]."),
        description="One upload of the viewer's own; null where there is none [媒体文件].",
    )


class Mutation:
    """Uploads."""

    request_upload = RequestUpload.Field(description="Ask for leave to upload one file [申请上传].")
    finish_upload = FinishUpload.Field(description="Say that the bytes were sent [完成上传].")
