"""Secrets from files: `BOT_TOKEN_FILE=/run/secrets/bot_token` stands for `BOT_TOKEN`."""

from pathlib import Path
from typing import Any

from pydantic.fields import FieldInfo
from pydantic_settings import PydanticBaseSettingsSource

from orbit_entry.config.given import given_variables

_MAX_BYTES = 64 * 1024


class SecretFiles(PydanticBaseSettingsSource):
    """Reads every variable `<NAME>_FILE` whose `<NAME>` is a setting, also from `.env`.

    An unreadable or empty file counts as missing.
    """

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """The file's text without the line break at its end, the setting's name, and that it is plain text."""
        name = str(field.validation_alias or field_name)
        path = given_variables().get(f"{name}_FILE")
        return (read_secret_file(Path(path)) if path else None), name, False

    def __call__(self) -> dict[str, Any]:
        """Every setting that a file gives."""
        found = {}
        for field_name, field in self.settings_cls.model_fields.items():
            value, name, _ = self.get_field_value(field, field_name)
            if value is not None:
                found[name] = value
        return found


def read_secret_file(path: Path) -> str | None:
    """The text of the file without the line break at its end; None when it is unreadable or empty."""
    try:
        with path.open("rb") as file:
            return file.read(_MAX_BYTES).decode("utf-8").rstrip("\r\n") or None
    except (OSError, UnicodeDecodeError):
        return None
