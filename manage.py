#!/usr/bin/env python
"""Runs Django's commands and the project's own: `manage.py help` lists them."""

import os
import sys

from environs import EnvValidationError


def main() -> None:
    """Run one command; wrong settings are told in a line each, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "backend.settings")
    try:
        import backend.settings  # noqa: F401, PLC0415 - read first, so that its refusal can be told apart
    except EnvValidationError as refused:
        for name, problems in refused.error_messages.items():
            sys.stderr.write(f"{name}: {' '.join(problems)}\n")
        sys.exit("环境变量有误，见上 / wrong settings, see above; all are listed in docs/operations.md")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - after the settings

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
