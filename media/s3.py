"""The store in an S3-compatible bucket; credentials come from boto3's own environment.

No ACL is ever set: who may read what is the bucket's policy, by prefix (`rules.PUBLIC`).
"""

from typing import IO, Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from media import rules
from media.storage import CHUNK, PRIVATE_CACHE, PRIVATE_SECONDS, PUBLIC_CACHE, TICKET_SECONDS, Stat, Ticket

#: For a worker's calls, in seconds: bytes take their time, and nobody waits.
_PATIENT = {"connect_timeout": 5, "read_timeout": 20, "retries": {"total_max_attempts": 3, "mode": "standard"}}
#: For calls in one of the few threads that answer people.
_QUICK: dict[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 4,
    "retries": {"total_max_attempts": 1, "mode": "standard"},
}
_MISSING = {"404", "NoSuchKey", "NotFound"}


class S3Storage:
    """`storage.Storage` in a bucket.

    `base_url`, if given, is where a CDN serves the bucket's public objects.
    """

    def __init__(self, bucket: str, *, endpoint_url: str = "", region: str = "", base_url: str = "") -> None:
        self._bucket = bucket
        self._base_url = base_url.rstrip("/")
        self._client = _client(endpoint_url, region, _PATIENT, signature_version="s3v4")
        self._quick = _client(endpoint_url, region, _QUICK, signature_version="s3v4")
        self._anonymous = _client(endpoint_url, region, _PATIENT, signature_version=UNSIGNED)

    def ticket(self, key: str, *, content_type: str, size: int) -> Ticket:
        """See Storage."""
        post = self._client.generate_presigned_post(
            self._bucket,
            key,
            Fields={"Content-Type": content_type},
            Conditions=[{"Content-Type": content_type}, ["content-length-range", 1, size]],
            ExpiresIn=TICKET_SECONDS,
        )
        return Ticket(post["url"], post["fields"])

    def stat(self, key: str) -> Stat | None:
        """See Storage. The credentials need s3:ListBucket, or a missing object looks like a forbidden one.

        A person may wait for it, so a bucket out of reach is given up soon.
        """
        try:
            head = self._quick.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        return Stat(head["ContentLength"], head.get("ContentType", ""))

    def read(self, key: str, *, limit: int) -> bytes:
        """See Storage."""
        with self._body(key) as body:
            data: bytes = body.read(limit)
        return data

    def save(self, key: str, data: bytes | IO[bytes]) -> None:
        """See Storage."""
        if not isinstance(data, bytes):
            data.seek(0)
        self._client.put_object(
            Bucket=self._bucket,
            Key=key,
            Body=data,
            ContentType=rules.content_type_of(key),
            CacheControl=PUBLIC_CACHE if rules.is_public(key) else PRIVATE_CACHE,
        )

    def fetch(self, key: str, file: IO[bytes], *, limit: int) -> None:
        """See Storage."""
        with self._body(key) as body:
            while limit > 0 and (chunk := body.read(min(CHUNK, limit))):
                file.write(chunk)
                limit -= len(chunk)

    def delete(self, key: str) -> None:
        """See Storage."""
        self._client.delete_object(Bucket=self._bucket, Key=key)

    def url(self, key: str) -> str:
        """See Storage."""
        public = rules.is_public(key)
        if public and self._base_url:
            return f"{self._base_url}/{key}"
        client = self._anonymous if public else self._client
        address: str = client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": key}, ExpiresIn=PRIVATE_SECONDS
        )
        return address

    def _body(self, key: str) -> Any:
        """The object's bytes, to be read and closed. Raises FileNotFoundError."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=key)["Body"]
        except ClientError as error:
            if _code(error) in _MISSING:
                raise FileNotFoundError(key) from error
            raise


def _client(endpoint_url: str, region: str, patience: dict[str, Any], *, signature_version: Any) -> Any:
    config = Config(
        signature_version=signature_version,
        **patience,
        # Other services than Amazon's refuse the checksum trailers that boto3 sends by default.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    return boto3.client("s3", endpoint_url=endpoint_url or None, region_name=region or None, config=config)


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
