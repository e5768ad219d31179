"""What a customer is told, and when the phone stays quiet."""

from datetime import datetime

from orbit_adapters.telegram.callbacks import SeeSettings
from orbit_adapters.telegram.i18n import Translator
from orbit_adapters.telegram.notice_callbacks import (
    EndQuiet,
    KeepQuiet,
    SeeClock,
    SeeNotices,
    SeeQuietHours,
    SetClock,
    SwitchNotices,
)
from orbit_adapters.telegram.screen import Row, Screen, TapButton, keyboard, tap
from orbit_adapters.telegram.screens.buttons import back_row, paragraphs
from orbit_domain.notice_settings.notice_settings import PRESETS, NoticeGroup, QuietHours, UtcOffset
from orbit_domain.use_cases.choose_notices import NoticesView

ON, OFF = "on", "off"
WHOLE_HOURS, HALF_HOURS = UtcOffset(0), UtcOffset(30)
_ACROSS = 4


def notices_screen(view: NoticesView) -> Screen:
    """A switch for each group, and what has none."""
    translate = Translator(view.user.language)
    chosen = view.user.notices
    return Screen(
        translate("notices"),
        keyboard(
            *(_switch(group, translate, is_on=chosen.wants(group)) for group in NoticeGroup),
            tap(translate.label("b-quiet-hours", hours=hours_text(chosen.quiet_hours, translate)), SeeQuietHours()),
            tap(translate.label("b-clock", time=clock_text(chosen.offset, view.now, translate)), SeeClock(WHOLE_HOURS)),
            back_row(translate, SeeSettings()),
        ),
    )


def switched_screen(view: NoticesView, group: NoticeGroup) -> Screen:
    """The switches as they stand now, with a toast that confirms what has become of *group*."""
    turned = ON if view.user.notices.wants(group) else OFF
    return notices_screen(view).with_toast(Translator(view.user.language).label(f"notices-{group}-{turned}"))


def quiet_hours_screen(view: NoticesView) -> Screen:
    """The hours and how to change them; the time that it is with the customer, while that isn't known."""
    translate = Translator(view.user.language)
    hours, offset = view.user.notices.quiet_hours, view.user.notices.offset
    back = back_row(translate, SeeNotices())
    if hours is None:
        presets = (tap(hours_text(one, translate), KeepQuiet(one)) for one in PRESETS)
        return Screen(paragraphs(translate("quiet-hours"), translate("quiet-hours-off")), keyboard(*presets, back))
    end = tap(translate.label("b-quiet-end"), EndQuiet())
    if offset is None:
        text = paragraphs(translate("quiet-hours"), translate("clock-ask"))
        return Screen(text, keyboard(*_times(WHOLE_HOURS, view), _other_minutes(WHOLE_HOURS, translate), end, back))
    state = translate(
        "quiet-hours-on", hours=hours_text(hours, translate), time=clock_text(offset, view.now, translate)
    )
    return Screen(
        paragraphs(translate("quiet-hours"), state),
        keyboard(*_steps(hours, translate), end, _clock_row(translate), back),
    )


def clock_screen(view: NoticesView, first: UtcOffset) -> Screen:
    """What time is it with the customer? Beginning with the hour that is *first* ahead of UTC's."""
    translate = Translator(view.user.language)
    return Screen(
        translate("clock-ask"),
        keyboard(*_times(first, view), _other_minutes(first, translate), back_row(translate, SeeNotices())),
    )


def _switch(group: NoticeGroup, translate: Translator, *, is_on: bool) -> Row:
    name = translate.label(f"notices-{group}")
    label = translate.label("b-notices-on" if is_on else "b-notices-off", name=name)
    return tap(label, SwitchNotices(group, OFF if is_on else ON))


def _steps(hours: QuietHours, translate: Translator) -> list[Row]:
    """An hour earlier and later, at both ends, as long as some hours are quiet and some aren't."""
    begin = (("b-quiet-begin-earlier", hours.moved(begin=-1)), ("b-quiet-begin-later", hours.moved(begin=1)))
    end = (("b-quiet-end-earlier", hours.moved(end=-1)), ("b-quiet-end-later", hours.moved(end=1)))
    return [
        tuple(TapButton(translate.label(key), KeepQuiet(moved)) for key, moved in edge if moved is not None)
        for edge in (begin, end)
    ]


def _times(first: UtcOffset, view: NoticesView) -> list[Row]:
    """The time of day everywhere on earth, an hour apart."""
    offsets = [UtcOffset(first.minutes % 60 + hour * 60) for hour in range(24)]
    buttons = [TapButton(f"{one.local(view.now):%H:%M}", SetClock(one)) for one in offsets]
    return [tuple(buttons[start : start + _ACROSS]) for start in range(0, len(buttons), _ACROSS)]


def _other_minutes(first: UtcOffset, translate: Translator) -> Row:
    return tap(translate.label("b-clock-minutes"), SeeClock(WHOLE_HOURS if first.minutes % 60 else HALF_HOURS))


def _clock_row(translate: Translator) -> Row:
    return tap(translate.label("b-clock-other"), SeeClock(WHOLE_HOURS))


def hours_text(hours: QuietHours | None, translate: Translator) -> str:
    """`22:00–08:00`, or that there are none."""
    return translate.label("quiet-none") if hours is None else f"{hours.begin:02}:00–{hours.end:02}:00"


def clock_text(offset: UtcOffset | None, now: datetime, translate: Translator) -> str:
    """`19:40`: what time it is there, or that nobody knows."""
    return translate.label("clock-unknown") if offset is None else f"{offset.local(now):%H:%M}"
