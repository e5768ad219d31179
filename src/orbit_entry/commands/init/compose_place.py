"""The settings as docker-compose.yml reads them: docker/shop.env, and a file for each of its secrets."""

import secrets
import subprocess
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from orbit_entry.commands.init.env_place import EnvPlace
from orbit_entry.commands.init.written_file import text_of, write_private
from orbit_entry.commands.private_output import private_output
from orbit_entry.config.bad_settings import BadSettings, Problem
from orbit_entry.config.env_text import edited
from orbit_entry.config.given import variables_in
from orbit_entry.config.problems import variables
from orbit_entry.config.reading import with_contents
from orbit_entry.config.secret_files import read_secret_file
from orbit_entry.runtime.failures import CannotStart

_COMPOSE, _FOLDER, _SCRIPT = Path("docker-compose.yml"), Path("docker"), Path("docker/secrets.sh")
_SECRETS = {
    "BOT_TOKEN": "bot_token",
    "ORBIT_PANEL_PASSWORD": "panel_password",
    "ORBIT_TON_API_KEY": "ton_api_key",
    "ORBIT_WEBHOOK_SECRET": "webhook_secret",
    "ORBIT_SECRET_KEYS": "secret_keys",
}
_COMPOSES_OWN = ("DATABASE_URL", "REDIS_URL", "ORBIT_WEB_PORT", "ORBIT_DATA_DIR", "ORBIT_BACKUP_DIR")
_REDIS = "REDIS_PASSWORD"


class ComposePlace:
    """The same for Docker Compose as `EnvPlace` is for `.env`."""

    def __init__(self) -> None:
        """Read what is there. Raises CannotStart where no docker-compose.yml of Orbit's is, OSError."""
        if not _COMPOSE.is_file() or not _SCRIPT.is_file():
            raise CannotStart(
                f"There is no {_COMPOSE} with {_SCRIPT} in {Path.cwd()}; nothing was changed.",
                "change to Orbit's sources, or let the shop be run by hand or by systemd.",
            )
        template = _FOLDER / "shop.env.example"
        self._env = EnvPlace(_FOLDER / "shop.env", text_of(template) or None)
        held = {name: read_secret_file(_FOLDER / "secrets" / file) for name, file in _SECRETS.items()}
        self._held = {name: secret for name, secret in held.items() if secret}
        self.kept = {**self._env.kept, **self._held}

    def changes(self, answers: Mapping[str, str | None]) -> dict[str, str | None]:
        """What *answers* change. Files of secrets are read now: a container doesn't see them. Raises BadSettings."""
        own = [one for name in _COMPOSES_OWN for one in (name, f"{name}_FILE") if answers.get(one)]
        if own:
            remedy = f"Leave it out: {_COMPOSE} sets it."
            raise BadSettings(tuple(Problem(name, "isn't yours to set with compose", remedy) for name in own))
        given = {name: value for name, value in answers.items() if value}
        files = {f"{name}_FILE" for name in variables()}
        contents = {
            name: value
            for name, value in with_contents(given).items()
            # A file that can't be read stays, and is named with the other problems.
            if name not in files or read_secret_file(Path(value)) is None
        }
        wanted = {**{name: value for name, value in answers.items() if name not in files}, **contents}
        return {name: value for name, value in wanted.items() if value != self.kept.get(name)}

    def with_changes(self, changes: Mapping[str, str | None]) -> dict[str, str]:
        """What the shop would be given after *changes*."""
        return {name: value for name, value in {**self.kept, **changes}.items() if value}

    def write(self, changes: Mapping[str, str | None], now: datetime) -> Path | None:
        """Write *changes*, and make the secrets that are missing. Returns the copy of the older docker/shop.env.

        Raises Unwritable, CannotStart, OSError.
        """
        kept = self._env.write({name: value for name, value in changes.items() if name not in _SECRETS}, now)
        folder = _FOLDER / "secrets"
        folder.mkdir(mode=0o700, exist_ok=True)
        for name, file in _SECRETS.items():
            if name in changes:
                with private_output(folder / file) as output:
                    output.write(changes[name] or "")
        made = subprocess.run(["bash", str(_SCRIPT)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        if made.returncode:
            words = made.stderr.strip().splitlines() or [f"{_SCRIPT} ended with {made.returncode}."]
            raise CannotStart(words[0], " ".join(words[1:]).removeprefix("Next: ") or f"run {_SCRIPT}")
        self._make_redis_password(now)
        return kept

    def _make_redis_password(self, now: datetime) -> None:
        """Compose reads it from `.env`, beside the other things that are compose's own there."""
        file = Path(".env")
        if _REDIS not in variables_in(file):
            write_private(file, edited(text_of(file), {_REDIS: secrets.token_hex(32)}), now)
