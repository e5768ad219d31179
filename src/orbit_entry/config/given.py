"""The variables that the owner has set, wherever: in the environment or in `.env`."""

import os

from pydantic_settings import BaseSettings, DotEnvSettingsSource

_FILE = ".env"


class UnreadableEnvFile(Exception):
    """`.env` isn't text in UTF-8."""


def given_variables() -> dict[str, str]:
    """Every variable with its value. The names are upper case, the environment goes before `.env`.

    Raises UnreadableEnvFile, OSError.
    """
    try:
        written = DotEnvSettingsSource(BaseSettings, env_file=_FILE, env_file_encoding="utf-8").env_vars
    except UnicodeDecodeError:
        raise UnreadableEnvFile from None
    given = {**written, **os.environ}
    return {name.upper(): value for name, value in given.items() if value}
