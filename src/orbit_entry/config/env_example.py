"""Makes `.env.example` from the settings: `python -m orbit_entry.config.env_example`."""

import sys

from pydantic.fields import FieldInfo

from orbit_entry.config.older_names import is_older
from orbit_entry.config.plugins import installed_plugins, plugin_variables
from orbit_entry.config.settings import Settings

_HEAD = """\
# Copy to .env and fill in. Lines that begin with # are optional; their value is an example.
# Any secret can come from a file instead: BOT_TOKEN_FILE=/run/secrets/bot_token
"""
_WAYS = """\
# ---- ways to pay: at least one, and as many as you like. A way is on when one of its variables is set.
"""
_OTHERS = """\
# ---- everything else
"""
_TAIL = """\
# The password of the Redis in docker-compose.yml, letters and digits. Read by compose alone; see docs/deploying.md.
#REDIS_PASSWORD=many-random-letters-and-digits
"""


def env_example() -> str:
    """Return the text of `.env.example`: required variables, ways to pay, optional ones, compose's; all described."""
    fields = {str(field.validation_alias): field for field in Settings.model_fields.values()}
    required = [_described(name, field, "") for name, field in fields.items() if _goes_first(field)]
    ways = [
        _described(name, field, "" if plugin is installed_plugins()[0] and field.is_required() else "#")
        for plugin in installed_plugins()
        for name, field in plugin_variables(plugin).items()
    ]
    optional = [_described(name, field, "#") for name, field in fields.items() if not _goes_first(field)]
    return "\n".join([_HEAD, *required, _WAYS, *ways, _OTHERS, *filter(None, optional), _TAIL])


def _goes_first(field: FieldInfo) -> bool:
    """Whether a first shop needs it: it is required, or is so unless another setting says otherwise."""
    extra = field.json_schema_extra
    return field.is_required() or (isinstance(extra, dict) and bool(extra.get("goes_first")))


def _described(name: str, field: FieldInfo, mark: str) -> str:
    if is_older(field):
        return ""
    example = field.examples[0] if field.examples else ""
    return f"# {field.description}\n{mark}{name}={example}\n"


if __name__ == "__main__":
    sys.stdout.write(env_example())
