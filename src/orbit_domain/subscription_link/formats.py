"""The formats in which VPN clients take a subscription."""

from enum import StrEnum


class SubscriptionFormat(StrEnum):
    """What a client can read. LINKS is a list of share links in base64, which nearly every client takes."""

    LINKS = "links"
    XRAY_JSON = "xray_json"
    SING_BOX = "sing_box"
    CLASH_META = "clash_meta"
    CLASH = "clash"
