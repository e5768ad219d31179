"""Who runs a command: recorded beside what it changes."""

import os
import pwd


def this_actor() -> str:
    """The name of the account that runs this, by its number: LOGNAME is anybody's to set, and two admins must be two.

    The number where there is no name, as in some containers.
    """
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
