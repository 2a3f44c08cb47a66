"""Settings of both Django peers. What a stock project would only lose by is left out: sessions, CSRF, messages.

CommonMiddleware stays: it tells the length of an answer, without which the server sends it in chunks.
"""

import os

SECRET_KEY = "a key that guards nothing but the made-up rows of a benchmark"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
# strawberry-django looks for contenttypes on every request, and loses milliseconds where they are not installed.
INSTALLED_APPS = ["django.contrib.contenttypes", "bench.feed.peers.tables", *os.environ["BENCH_APPS"].split()]
MIDDLEWARE = ["django.middleware.common.CommonMiddleware", "bench.feed.peers.tables.tokens.AccessTokens"]
ROOT_URLCONF = os.environ["BENCH_URLS"]
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": f"file:{os.environ['BENCH_DATABASE']}?mode=ro",
        # As this project has it; a connection a request would cost the peers more.
        "CONN_MAX_AGE": 60,
        "OPTIONS": {"init_command": "PRAGMA mmap_size=134217728;"},
    }
}
