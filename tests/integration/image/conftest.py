"""The files that make the image and start it."""

from pathlib import Path

import pytest

from tests.integration.image.compose import Part, read_compose

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture
def dockerfile() -> str:
    """The text of the Dockerfile."""
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


@pytest.fixture
def compose() -> Part:
    """The compose file."""
    return read_compose(ROOT / "docker-compose.yml")
