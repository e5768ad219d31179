"""Who runs a command: recorded beside what it changes."""

import getpass
import os


def this_actor() -> str:
    """The user's name on this machine; the number where there is no name, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"
