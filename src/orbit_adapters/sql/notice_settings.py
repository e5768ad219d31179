"""What users want to be told, as columns of `users`."""

from orbit_adapters.sql.query import Row
from orbit_domain.notice_settings.notice_settings import NoticeGroup, NoticeSettings, QuietHours, UtcOffset

NOTICE_SWITCHES = tuple(f"notify_{group}" for group in NoticeGroup)


def notice_settings_from(row: Row) -> NoticeSettings:
    """The settings in a row of `users`."""
    begin, end, offset = row["quiet_begin"], row["quiet_end"], row["utc_offset"]
    return NoticeSettings(
        off=frozenset(group for group in NoticeGroup if not row[f"notify_{group}"]),
        quiet_hours=None if begin is None or end is None else QuietHours(begin, end),
        offset=None if offset is None else UtcOffset(offset),
    )


def notice_settings_columns(settings: NoticeSettings) -> dict[str, bool | int | None]:
    """*settings* as columns of `users`."""
    hours, offset = settings.quiet_hours, settings.offset
    return {f"notify_{group}": settings.wants(group) for group in NoticeGroup} | {
        "quiet_begin": None if hours is None else hours.begin,
        "quiet_end": None if hours is None else hours.end,
        "utc_offset": None if offset is None else offset.minutes,
    }
