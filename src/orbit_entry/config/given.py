"""The variables that the owner has set, wherever: in the environment or in `.env`."""

import os
from pathlib import Path

from pydantic_settings import BaseSettings, DotEnvSettingsSource

ENV_FILE = Path(".env")


class UnreadableEnvFile(Exception):
    """`.env` isn't text in UTF-8."""


def given_variables() -> dict[str, str]:
    """Every variable with its value. The names are upper case, the environment goes before `.env`.

    Raises UnreadableEnvFile, OSError.
    """
    return {**variables_in(ENV_FILE), **{name.upper(): value for name, value in os.environ.items() if value}}


def variables_in(file: Path) -> dict[str, str]:
    """Every variable that *file* gives, as `given_variables`; none when it isn't there.

    Raises UnreadableEnvFile, OSError.
    """
    try:
        written = DotEnvSettingsSource(BaseSettings, env_file=file, env_file_encoding="utf-8").env_vars
    except UnicodeDecodeError:
        raise UnreadableEnvFile from None
    return {name.upper(): value for name, value in written.items() if value}
