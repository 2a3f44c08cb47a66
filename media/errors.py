"""What this room refuses with."""

from backend.errors import Refusal


class UnsupportedMediaType(Refusal):
    """The type is not taken for this purpose, or the bytes are not of the type that was declared."""

    code = "UNSUPPORTED_MEDIA_TYPE"
    message = "只支持 JPEG、PNG、WebP 图片"


class FileTooLarge(Refusal):
    """More bytes than the purpose allows, or than the ticket was given for."""

    code = "FILE_TOO_LARGE"
    message = "文件太大"


class PictureRefused(Refusal):
    """The bytes are of a known type and still no picture that may be shown."""

    code = "PICTURE_REFUSED"
    message = "图片已损坏或不完整，请换一张"


class RecordingRefused(Refusal):
    """The bytes are of a known type and still no recording, or no video, that may be played."""

    code = "RECORDING_REFUSED"
    message = "录音或视频已损坏或不完整，请换一个"


class UploadMissing(Refusal):
    """The upload was called finished and no bytes are there."""

    code = "UPLOAD_MISSING"
    message = "还没有收到文件，请重新上传"


class MediaNotReady(Refusal):
    """The file is not checked yet: wait, and try again."""

    code = "MEDIA_NOT_READY"
    message = "图片还在检查中，请稍候"


class TooManyUploads(Refusal):
    """The person holds as many unfinished uploads as are allowed."""

    code = "TOO_MANY_UPLOADS"
    message = "未完成的上传太多，请先完成或稍后再试"
