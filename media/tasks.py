"""Background jobs: each may run twice, or be killed and run again."""

from uuid import UUID

from backend.jobs import every
from media import services


def check_upload(media_id: str) -> None:
    """Look at what was uploaded and settle whether it may be shown."""
    services.check_upload(media_id=UUID(media_id))


def sweep_uploads() -> None:
    """Take away what was left lying by uploads that were never finished."""
    services.sweep_uploads()


every(minutes=10, path="media.tasks.sweep_uploads")
