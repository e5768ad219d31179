"""The image sells: it is built and plays a whole purchase where a Docker engine answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.integration.image.dockerfile import dockerfile_faults
from tests.support.servers.containers import engine_answers

_CLOSED: dict[str, Any] = {
    "read_only": True,
    "tmpfs": {"/tmp": ""},
    "cap_drop": ["ALL"],
    "security_opt": ["no-new-privileges:true"],
    "network_mode": "none",
}
_WHO = "import importlib.util, os; print(os.getuid(), importlib.util.find_spec('pip'))"


def test_the_image_is_built_and_sells(root: Path, dockerfile: str) -> None:
    """Closed off as in docker-compose.yml, the image sells as uid 10001; without an engine it is only read."""
    assert dockerfile_faults(dockerfile) == []
    if engine_answers():
        with _built(root) as run:
            assert run(_WHO, entrypoint=["python", "-c"]) == "10001 None"
            assert "The schema is at" in run("migrate")
            assert "All steps passed." in run("demo", "--headless")


@contextmanager
def _built(root: Path) -> Iterator[Any]:
    """The image of this checkout; the block gets a function that runs it once and returns its output."""
    import docker

    engine = docker.from_env(timeout=600)
    try:
        image, _ = engine.images.build(path=str(root), rm=True, forcerm=True)

        def run(*command: str, **more: Any) -> str:
            # A container that ends with another code than 0 raises docker.errors.ContainerError with its words.
            output: bytes = engine.containers.run(image.id, list(command), remove=True, **_CLOSED, **more)
            return output.decode().strip()

        yield run
    finally:
        engine.close()
