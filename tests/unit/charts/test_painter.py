"""Charts become pictures, whatever is written on them, and a chart that can't be drawn stops nothing."""

import struct

import pytest

from orbit_adapters.charts import drawing
from orbit_adapters.charts.painter import MatplotlibPainter
from orbit_adapters.telegram.screens.trends import trends_chart
from orbit_domain.chart import Bars, Chart
from orbit_domain.stats import Span
from tests.unit.screens import stats_examples

CHARTS = {
    "a month": trends_chart(stats_examples.trends("ru", Span.MONTH, "ton", "stars")),
    "a new shop": trends_chart(stats_examples.no_trends("ru")),
    "hostile names": trends_chart(stats_examples.crowded_trends("en")),
}


@pytest.mark.parametrize("kind", CHARTS)
async def test_every_chart_becomes_a_picture_for_a_phone(kind: str) -> None:
    """A PNG, 1200 pixels wide, of a size that Telegram takes; formulas and underscores are only letters."""
    picture = await MatplotlibPainter().paint(CHARTS[kind])
    assert picture is not None
    assert picture.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", picture[16:24])
    assert width == 1_200
    assert 500 < height < 1_600
    assert len(picture) < 500_000


async def test_no_letter_is_missing(recwarn: pytest.WarningsRecorder) -> None:
    """Cyrillic letters and the signs of currencies are in the font."""
    await MatplotlibPainter().paint(Chart("Последние 30 дней", (), (Bars("Выручка, ₽ € $", (), (), "Пусто"),)))
    assert not [one for one in recwarn if "Glyph" in str(one.message)]


async def test_what_cannot_be_drawn_is_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """The figures in words are shown without one, so nothing is raised; the next picture is drawn again."""
    painter = MatplotlibPainter()
    with monkeypatch.context() as broken:
        broken.setattr(drawing, "Figure", None)
        assert await painter.paint(CHARTS["a new shop"]) is None
    assert await painter.paint(CHARTS["a new shop"]) is not None
