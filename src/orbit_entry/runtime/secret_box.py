"""The box that seals and opens the secrets of this shop's database."""

from orbit_adapters.secret_box.secret_box import SecretBox
from orbit_adapters.secret_box.secret_keys import UnusableKeyFile, kept_keys, read_keys
from orbit_entry.config.settings import Settings
from orbit_entry.runtime.failures import CannotStart
from orbit_entry.runtime.private_files import KEY_FILE

_MAKE = (
    "make keys with `orbit secrets new`, give them to every process of this shop as ORBIT_SECRET_KEYS or in the file "
    "that ORBIT_SECRET_KEYS_FILE names, and keep a copy away from the database"
)


def open_secret_box(settings: Settings) -> SecretBox:
    """The box with the keys of the settings; without them, with the keys beside the embedded database.

    Raises CannotStart: a shop whose database is on a server has no place of its own for keys, or the file is unusable.
    """
    if settings.secret_keys is not None:
        return SecretBox(read_keys(settings.secret_keys.get_secret_value()))
    if settings.database_file is None:
        raise CannotStart("Secrets in a database on a server need keys, and ORBIT_SECRET_KEYS isn't set.", _MAKE)
    try:
        return SecretBox(kept_keys(settings.database_file.parent / KEY_FILE))
    except UnusableKeyFile as error:
        raise CannotStart(
            f"The keys of the stored secrets: {error}.", "restore that file from a backup, or mend its rights"
        ) from None
