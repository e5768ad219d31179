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
_FAST_COMMAND = "postgres -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200"


class ContainerFailed(Exception):
    """The engine answers, but gives no container: an image can't be had, for example."""


def engine_answers(timeout_s: float = 3) -> bool:
    """Whether a Docker engine answers in time where this machine's settings say that it is.

    A client without an engine, as some machines have it, costs no time: no process listens at its socket.
    """
    host = os.environ.get("DOCKER_HOST") or "unix:///var/run/docker.sock"
    if host.startswith("unix://") and not _is_listened_at(host.removeprefix("unix://")):
        return False
    import docker
    from docker.errors import APIError, DockerException

    try:
        # With a version given, no request is sent yet, and the client can be closed whatever happens.
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


def _is_listened_at(path: str) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except OSError:
            return False
        return True


@contextmanager
def postgres_container() -> Iterator[str]:
    """A PostgreSQL in a container, removed at the end; its address. Raises ContainerFailed."""
    from testcontainers.community.postgres import PostgresContainer

    container = PostgresContainer(_POSTGRES_IMAGE, driver="asyncpg").with_command(_FAST_COMMAND)
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
