"""Says in one line whether the PostgreSQL and the Redis of the environment can be tested on; exits with 1 if not."""

import os
import sys

import psycopg
import redis


def trouble() -> str:
    """What is wrong, or nothing."""
    try:
        with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=3) as connection:
            may = "SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user"
            if not connection.execute(may).fetchone()[0]:
                return "PostgreSQL at DATABASE_URL: this user may not create test databases"
    except psycopg.Error as error:
        return f"PostgreSQL at DATABASE_URL does not answer ({type(error).__name__})"
    try:
        redis.Redis.from_url(os.environ["REDIS_URL"], socket_connect_timeout=3).ping()
    except (redis.RedisError, ValueError) as error:  # ValueError: no address of a Redis
        return f"Redis at REDIS_URL does not answer ({type(error).__name__})"
    return ""


if __name__ == "__main__":
    reason = trouble()
    print(f"services: left out, {reason}" if reason else "services: PostgreSQL and Redis answer")  # noqa: T201 - its purpose
    sys.exit(1 if reason else 0)
