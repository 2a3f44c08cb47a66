"""Who asks: the project's access tokens, by the means that Django documents."""

from collections.abc import Callable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from bench.feed.peers.tables.models import AccessToken


class AccessTokens:
    """Middleware: puts the person of a bearer token on the request as `viewer`, None where there is no token."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Refuse a token that does not hold."""
        request.viewer = None  # type: ignore[attr-defined]
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme == "Bearer":
            digest = sha256(token.encode()).hexdigest()
            row = AccessToken.objects.select_related("user").filter(digest=digest).first()
            if row is None or row.revoked_at or row.expires_at <= timezone.now() or not row.user.is_active:
                return JsonResponse({"errors": [{"message": "unknown token"}]}, status=401)
            request.viewer = row.user  # type: ignore[attr-defined]
        return self._get_response(request)
