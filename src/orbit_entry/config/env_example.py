"""Makes `.env.example` from the settings: `python -m orbit_entry.config.env_example`."""

import sys

from orbit_entry.config.older_names import is_older
from orbit_entry.config.reading import variables

_HEAD = """\
# Copy to .env and fill in. Lines that begin with # are optional; their value is an example.
# Any secret can come from a file instead: BOT_TOKEN_FILE=/run/secrets/bot_token
"""
_TAIL = """\
# The password of the Redis in docker-compose.yml, letters and digits. Read by compose alone; see docs/deploying.md.
#REDIS_PASSWORD=many-random-letters-and-digits
"""


def env_example() -> str:
    """Return the text of `.env.example`: required variables, then optional ones, then compose's; all described."""
    required, optional = [], []
    for name, field in variables().items():
        if is_older(field):
            continue
        example = field.examples[0] if field.examples else ""
        if field.is_required():
            required.append(f"# {field.description}\n{name}={example}\n")
        else:
            optional.append(f"# {field.description}\n#{name}={example}\n")
    return "\n".join([_HEAD, *required, *optional, _TAIL])


if __name__ == "__main__":
    sys.stdout.write(env_example())
