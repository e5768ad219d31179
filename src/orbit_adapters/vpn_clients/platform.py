"""The kinds of devices, and which of them a browser runs on."""

import re
from enum import StrEnum


class Platform(StrEnum):
    """A kind of device. The order is that of the opening page."""

    IOS = "ios"
    ANDROID = "android"
    WINDOWS = "windows"
    MACOS = "macos"
    LINUX = "linux"
    TV = "tv"


_READ_CHARS = 512
# The first that matches: a television says Android too, and an iPhone says "like Mac OS X".
# Chromebooks run the apps of Android.
_SIGNS = (
    (Platform.TV, re.compile(r"android ?tv|google ?tv|smart-?tv|apple ?tv|bravia|hbbtv|web0s|tizen|\baft[a-z]{1,6}\b")),
    (Platform.IOS, re.compile(r"iphone|ipad|ipod")),
    (Platform.ANDROID, re.compile(r"android|\bcros\b")),
    (Platform.WINDOWS, re.compile(r"windows")),
    (Platform.MACOS, re.compile(r"macintosh|mac os x")),
    (Platform.LINUX, re.compile(r"linux|x11")),
)


def platform_of(user_agent: str) -> Platform | None:
    """The device that a browser says it runs on; None: it doesn't say. An iPad may call itself a Macintosh."""
    agent = user_agent[:_READ_CHARS].lower()
    return next((platform for platform, sign in _SIGNS if sign.search(agent)), None)
