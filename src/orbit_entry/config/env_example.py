"""Makes `.env.example` from the settings: `python -m orbit_entry.config.env_example`."""

import sys

from orbit_entry.config.reading import variables

_HEAD = """\
# Copy to .env and fill in. Lines that begin with # are optional; their value is an example.
# Any secret can come from a file instead: BOT_TOKEN_FILE=/run/secrets/bot_token
"""


def env_example() -> str:
    """Return the text of `.env.example`: required variables first, then optional ones, each with its description."""
    required, optional = [], []
    for name, field in variables().items():
        example = field.examples[0] if field.examples else ""
        if field.is_required():
            required.append(f"# {field.description}\n{name}={example}\n")
        else:
            optional.append(f"# {field.description}\n#{name}={example}\n")
    return "\n".join([_HEAD, *required, *optional])


if __name__ == "__main__":
    sys.stdout.write(env_example())
