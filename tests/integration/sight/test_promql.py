"""The queries that the tests understand, and what they refuse."""

import pytest
from prometheus_client.core import CounterMetricFamily

from tests.support.sight.promql import NotPromql, parsed
from tests.support.sight.samples import Samples


@pytest.mark.parametrize(
    "text",
    [
        "", "max(", "max(a) >", "a b", "rate(a)", "nosuch(a)", "a{b=1", "a{b}", "absent()", "max by a (b)", "a[5m", "%",
        "histogram_quantile(a)", "a > > 1",
    ],
)  # fmt: skip
def test_what_is_no_query_is_refused(text: str) -> None:
    """An expression that is cut off, of unknown words, or of the wrong number of arguments."""
    with pytest.raises(NotPromql):
        parsed(text)


def test_what_queries_say() -> None:
    """A counter that began anew has grown by what it says since; labels choose and group; what is gone is absent."""
    samples = Samples()
    for minute, (one, two) in enumerate([(5.0, 1.0), (7.0, 1.0), (2.0, 4.0)]):
        family = CounterMetricFamily("taps", "Taps", labels=["kind", "bot"])
        family.add_metric(["start", "a"], one)
        family.add_metric(["start", "b"], two)
        samples.add(minute * 60.0, [family], job="orbit")

    def says(text: str, at: float = 120.0) -> object:
        value = samples.value(parsed(text), at)
        if isinstance(value, float):
            return value
        return {",".join(sorted(text for _, text in labels)): number for labels, number in value.items()}

    assert says('taps_total{bot="a"}') == {"a,orbit,start": 2.0}
    assert says('max by (bot) (taps_total{bot!="a",kind=~"st.*"}) > 3') == {"b": 4.0}
    assert says("sum(taps_total) - 1 * 2 < 5") == {"": 4.0}
    assert says("sum by (bot) (increase(taps_total[5m]))") == {"a": 4.0, "b": 3.0}
    assert says("max(rate(taps_total[1m]))") == {"": 0.05}
    assert says('sum(increase(taps_total{bot="b"}[1m]))', 60.0) == {"": 0.0}
    assert (says("absent(taps_total)"), says("absent(gone)")) == ({}, {"": 1.0})
    assert says("up == 0") == {}
    samples.add_failure(180.0, job="orbit")
    assert (says("up == 0", 180.0), says("taps_total", 180.0)) == ({"orbit": 0.0}, {})
    assert says("time() - 60", 180.0) == 120.0
