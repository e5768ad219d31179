"""Where copies of backups go: what makes no sense is refused by name, and no key is looked for elsewhere."""

import pytest

from orbit_domain.backup.copies import Destination
from orbit_entry.config.bad_settings import BadSettings
from orbit_entry.config.reading import shop_settings

GOOD = {
    "BOT_TOKEN": "123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw",
    "ORBIT_PANEL_URL": "https://panel.example.org:8000/",
    "ORBIT_PANEL_PASSWORD": "canary-panel-password",
    "ORBIT_TON_ADDRESS": "UQCrq6urq6urq6urq6urq6urq6urq6urq6urq6urq6urq5jh",
}
KEY = {"ORBIT_BACKUP_S3_ACCESS_KEY": "canary-name", "ORBIT_BACKUP_S3_SECRET_KEY": "canary-secret"}


def refused(given: dict[str, str]) -> set[str]:
    """The variables that are named when *given* is read."""
    with pytest.raises(BadSettings) as found:
        shop_settings({**GOOD, **given})
    assert not any("canary" in f"{one.what} {one.remedy}" for one in found.value.problems)
    return {one.variable for one in found.value.problems}


def test_what_makes_no_sense_is_named() -> None:
    """A page of the store in place of a bucket, names that are none, and a bucket with half a key."""
    bad = {
        "ORBIT_BACKUP_S3_URL": "https://canary.example.org",
        "ORBIT_BACKUP_S3_ENDPOINT": "canary",
        "ORBIT_BACKUP_S3_REGION": "canary region",
        "ORBIT_BACKUP_TELEGRAM": "@canary",
    }
    assert refused(bad) == set(bad)
    bucket = {"ORBIT_BACKUP_S3_URL": "s3://my-backups"}
    assert refused(bucket) == set(KEY)
    assert refused({**bucket, **KEY, "ORBIT_BACKUP_S3_SECRET_KEY": ""}) == {"ORBIT_BACKUP_S3_SECRET_KEY"}


def test_where_copies_go() -> None:
    """Bucket and prefix are told apart, and nothing shows the key."""
    assert shop_settings(GOOD).backup_destinations == ()
    chat = {"ORBIT_BACKUP_TELEGRAM": "-1001234567890"}
    settings = shop_settings({**GOOD, **KEY, **chat, "ORBIT_BACKUP_S3_URL": "s3://my-backups/orbit/shop-1"})
    assert (settings.backup_s3_bucket, settings.backup_s3_prefix) == ("my-backups", "orbit/shop-1")
    assert settings.backup_destinations == (Destination.S3, Destination.TELEGRAM)
    assert "canary" not in repr(settings)
