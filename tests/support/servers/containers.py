"""Servers in Docker containers, where an engine answers. Its libraries are imported only then."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from testcontainers.core.container import DockerContainer

_POSTGRES_IMAGE = "postgres:17-alpine"
_REDIS_IMAGE = "redis:7-alpine"
_HASTE = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class ContainerFailed(Exception):
    """The engine answers, but gives no container: an image can't be had, for example."""


def engine_answers(timeout_s: float = 3) -> bool:
    """Whether a Docker engine answers in time where this machine's settings say that it is.

    A client without an engine, as some machines have it, is told at once: nobody listens at its socket.
    """
    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://") and not _somebody_listens(host.removeprefix("unix://")):
        return False
    import docker
    from docker.errors import APIError, DockerException

    try:
        # With a version given, nothing is asked yet, and whatever happens can be closed.
        engine = docker.from_env(version=docker.constants.DEFAULT_DOCKER_API_VERSION, timeout=timeout_s)
    except (DockerException, OSError, ValueError):
        return False
    try:
        return bool(engine.ping())
    except APIError:
        return True  # It answered that it has another version, which is no hindrance.
    except (DockerException, OSError):
        return False
    finally:
        engine.close()


def _somebody_listens(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as asking:
        try:
            asking.connect(path)
        except OSError:
            return False
        return True


@contextmanager
def postgres_container() -> Iterator[str]:
    """A PostgreSQL in a container, removed at the end; its address. Raises ContainerFailed."""
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(_POSTGRES_IMAGE, driver="asyncpg").with_command(_HASTE)
    container.with_env("POSTGRES_INITDB_ARGS", "--locale=C.UTF-8 --no-sync")
    with _running(container):
        yield container.get_connection_url()


@contextmanager
def redis_container() -> Iterator[str]:
    """A Redis in a container, removed at the end; its address. Raises ContainerFailed."""
    from testcontainers.community.redis import RedisContainer

    container = RedisContainer(_REDIS_IMAGE).with_command("redis-server --save '' --appendonly no")
    with _running(container):
        yield f"redis://{container.get_container_host_ip()}:{container.get_exposed_port(container.port)}/0"


@contextmanager
def _running(container: "DockerContainer") -> Iterator[None]:
    from docker.errors import DockerException
    from testcontainers.core.exceptions import ContainerConnectException, ContainerStartException

    try:
        container.start()
    except (DockerException, ContainerConnectException, ContainerStartException, OSError) as error:
        raise ContainerFailed(f"Docker answers, but started no {container.image}: {error}") from error
    try:
        yield
    finally:
        container.stop()
