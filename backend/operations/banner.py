"""What `serve` says when it is ready."""

from django.conf import settings
from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

PUBLIC = [("GraphQL", "/graphql"), ("管理平台 Console", "/console/")]
DEVELOPMENT = [
    ("短信验证码 SMS codes", "/console/development/sms/"),
    ("推送发件箱 Push outbox", "/console/development/push/"),
]


def show() -> None:
    """Print the addresses and, in development, the demo people."""
    from backend.operations import demo  # noqa: PLC0415 - all domains come with it: not before the servers have begun

    addresses = Table.grid(padding=(0, 2))
    for name, path in PUBLIC + (DEVELOPMENT if settings.DEVELOPMENT else []):
        addresses.add_row(name, Text(settings.PUBLIC_URL.rstrip("/") + path, style="cyan"))
    parts: list[Table | Text] = [addresses]
    if settings.DEVELOPMENT:
        parts += [Text(line) for line in ["", *demo.banner_lines()]]
    title = f"{settings.WAGTAIL_SITE_NAME} · 已启动 ready"
    console = Console()
    console.print(Panel(Group(*parts), title=title, subtitle="Ctrl-C 停止 stop", expand=False))
    if settings.DEVELOPMENT:
        # Outside the frame and unbroken, so that it can be copied.
        console.print("第一个查询 a first query:")
        console.print(Text(demo.first_query()), soft_wrap=True)
