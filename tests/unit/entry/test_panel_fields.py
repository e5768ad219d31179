"""What the owner types of a panel becomes a connection; secrets come from files, the input, or the terminal."""

import io
from pathlib import Path

import pytest
import typer
from pydantic import BaseModel, Field, SecretStr

from orbit_entry.commands.panel_fields import connection_of, given_secrets, missing_secrets, typed_fields
from orbit_entry.runtime.failures import CannotStart


class Connection(BaseModel):
    """A family with an optional secret beside the required one."""

    url: str = Field(pattern="^https://", description="Where it is.", examples=["https://x.example"])
    token: SecretStr = Field(min_length=5)
    second: SecretStr | None = None
    nodes: dict[str, int] = Field(default_factory=dict)
    size: int = 3


def test_typed_values_become_a_connection() -> None:
    """Texts, numbers and JSON; an equals sign belongs to the value, and an empty value is the default."""
    values = typed_fields(Connection, ["url=https://x.example?a=b", 'nodes={"a": 1}', "size="])
    connection = connection_of(Connection, values | {"token": "12345"})
    assert connection == Connection(url="https://x.example?a=b", token=SecretStr("12345"), nodes={"a": 1})
    assert "size" not in connection.model_fields_set


def test_secrets_come_from_a_file_or_the_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the line break at the end, and for optional ones too."""
    (tmp_path / "token").write_text("canary-token\n")
    monkeypatch.setattr("sys.stdin", io.StringIO("canary-second\nrest"))
    found = given_secrets(Connection, [f"token={tmp_path / 'token'}", "second=-"])
    assert found == {"token": "canary-token", "second": "canary-second"}


def test_at_a_terminal_a_secret_is_asked_for_unseen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody reads it over a shoulder; without a terminal the next step is said instead of waiting for ever."""
    asked: list[object] = []
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CannotStart, match="token is missing") as refused:
        given_secrets(Connection, ["token"])
    assert "--secret token=FILE" in refused.value.next_step
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr(typer, "prompt", lambda name, **how: asked.append((name, how["hide_input"])) or "typed")
    assert given_secrets(Connection, ["token"]) == {"token": "typed"}
    assert asked == [("token", True)]


def test_only_what_is_missing_is_asked_for() -> None:
    """A secret that is required and wasn't given; anything else that is wrong is said first."""
    url = {"url": "https://x.example"}
    assert missing_secrets(Connection, url) == ("token",)
    assert missing_secrets(Connection, url | {"token": "12345"}) == ()
    with pytest.raises(typer.BadParameter, match=r"^url is missing \(Where it is, for example https://x\.example\)$"):
        missing_secrets(Connection, {})


def test_a_bad_secret_is_named_and_not_repeated() -> None:
    """Too short: its field is named."""
    with pytest.raises(typer.BadParameter, match="token isn't right") as refused:
        connection_of(Connection, {"url": "https://x.example", "token": "cana"})
    assert "cana" not in refused.value.message
