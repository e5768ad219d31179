"""The renderer of the chart gives what Go's templates and Helm document, and refuses what it doesn't know."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.chart.release import Chart, as_numbers, merged
from tests.support.chart.rendering import Facts, Templates
from tests.support.chart.words import ChartFault

VALUES: dict[str, Any] = {
    "name": "shop",
    "none": "",
    "absent": None,
    "few": 2,
    "many": 1_000_000,
    "half": 0.5,
    "on": True,
    "off": False,
    "zero": 0,
    "ports": [443, 80],
    "words": ["b", "a", "b"],
    "empty": [],
    "map": {"b": "two", "a": "one"},
    "deep": {"list": [{"x": 1, "y": ["1"]}, []], "text": "a: b\nc", "map": {}, "flag": True},
}
PARTS = """{{ define "hello" }}hello {{ .name }}{{ end }}
{{ define "dollar" }}{{ range .ports }}{{ $.name }}{{ end }}{{ end }}"""

RENDERED = [
    # Text, trimming and comments.
    ("a{{/* not shown */}}b {{- /* trims\nboth */ -}}\n c", "abc"),
    ("a {{- .Values.name -}} b {{ .Values.name }} c", "ashopb shop c"),
    ('{{ "a \\" }} \\n" }}{{ `raw "\\n` }}', 'a " }} \nraw "\\n'),
    # Values: those that aren't there are written as nothing, numbers as Go writes floats.
    ("[{{ .Values.absent }}{{ .Values.unknown }}]", "[]"),
    (
        "{{ .Values.few }} {{ .Values.many }} {{ .Values.half }} {{ .Values.zero }} {{ 7 }} {{ -7 }}",
        "2 1e+06 0.5 0 7 -7",
    ),
    ("{{ .Values.on }} {{ false }} {{ (.Values.deep).flag }}", "true false true"),
    # if, with, range.
    ("{{ if .Values.none }}a{{ else if .Values.zero }}b{{ else if .Values.few }}c{{ else }}d{{ end }}", "c"),
    ("{{ if .Values.empty }}a{{ else }}b{{ end }}{{ if not .Values.off }}c{{ end }}", "bc"),
    ("{{ if .Values.unknown }}a{{ end }}", ""),
    (
        "{{ with .Values.map }}{{ .a }}{{ $.Values.name }}{{ end }}{{ with .Values.none }}x{{ else }}y{{ end }}",
        "oneshopy",
    ),
    ("{{ with $x := .Values.name }}{{ $x }}{{ . }}{{ end }}{{ if $x := .Values.few }}{{ $x }}{{ end }}", "shopshop2"),
    ("{{ range .Values.ports }}<{{ . }}>{{ end }}{{ range .Values.empty }}x{{ else }}none{{ end }}", "<443><80>none"),
    ("{{ range $i, $p := .Values.ports }}{{ $i }}={{ $p }},{{ end }}", "0=443,1=80,"),
    ("{{ range $p := .Values.ports }}{{ $p }}{{ end }}{{ range .Values.unknown }}x{{ end }}", "44380"),
    ("{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }},{{ end }}", "a=one,b=two,"),
    # Variables live to the end of what they are declared in.
    ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ $x := 3 }}{{ $x }}{{ end }}{{ $x }}", "32"),
    # Other templates have a dot and a dollar of their own.
    (
        '{{ template "hello" .Values }}, {{ include "hello" .Values | trunc 7 }} {{ include "dollar" .Values }}',
        "hello shop, hello s shopshop",
    ),
    # Pipelines and parentheses.
    ('{{ .Values.none | default "x" | printf "%s-%s" "a" }}{{ printf "%d%%" (int .Values.few) }}', "a-x2%"),
    # Logic: the first argument that decides is the result.
    (
        '{{ and .Values.name .Values.none "x" }}{{ or .Values.none .Values.name "x" }}{{ or true (fail "late") }}',
        "shoptrue",
    ),
    (
        '{{ eq .Values.name "shop" }} {{ eq .Values.absent "shop" }} {{ gt (int .Values.many) 2 }} {{ gt 2 2 }}',
        "true false true false",
    ),
    (
        "{{ ternary 1 2 .Values.on }}{{ ternary 1 2 false }} {{ empty .Values.map }} {{ empty .Values.empty }}",
        "12 false true",
    ),
    # Texts.
    (
        '{{ .Values.few | quote }} {{ "a\\"b\\\\\\n" | quote }} {{ quote .Values.absent "x" }} {{ squote "x" }}',
        '"2" "a\\"b\\\\\\n" "x" \'x\'',
    ),
    (
        '{{ trimPrefix "s" "shops" }} {{ trimSuffix "s" "shops" }} {{ contains "ho" "shop" }} {{ trunc 9 "shop" }}',
        "hops shop true shop",
    ),
    ('a:{{ "b\nc" | nindent 2 }}'.replace("\n", "\\n"), "a:\n  b\n  c"),
    ('{{ "" | sha256sum | trunc 12 }} {{ required "why" .Values.name }}', "e3b0c44298fc shop"),
    # Lists and maps.
    ('{{ join "," (.Values.words | uniq | sortAlpha) }} {{ join "," (append (list "x") "y") }}', "a,b x,y"),
    (
        '{{ index .Values "map" "a" }}{{ index .Values.words 1 }}{{ index .Values "unknown" }}{{ (dict "k" "v").k }}',
        "oneav",
    ),
    ('{{ values .Values.map | sortAlpha | join "," }}', "one,two"),
]


def _written(template: str) -> str:
    templates = Templates({"templates/_parts.tpl": PARTS, "templates/a.yaml": template})
    return templates.rendered("templates/a.yaml", Facts(Values=as_numbers(VALUES), Release=Facts(Name="shop")))


@pytest.mark.parametrize(("template", "expected"), RENDERED)
def test_templates_give_what_is_documented(template: str, expected: str) -> None:
    """Each construct has the outcome that Go, Sprig and Helm document for it."""
    assert _written(template) == expected


@pytest.mark.parametrize(
    ("template", "why"),
    [
        # The language.
        ("{{ .Values.name", "isn't known in an action"),
        ("{{ if true }}a", "an end is missing"),
        ("{{ end }}", "end isn't expected"),
        ("{{ if true }}{{ else }}{{ else }}{{ end }}", "else isn't expected"),
        ("{{ with 1 }}{{ else if 2 }}{{ end }}", "else if isn't expected"),
        ("{{ block }}{{ end }}", "block isn't expected"),
        ("{{ if true }}{{ define `a` }}{{ end }}{{ end }}", "within something"),
        ("{{ }}", "a value is missing"),
        ("{{ 'a' }}", "isn't known in an action"),
        ("{{ 010 }}", "isn't known in an action"),
        ('{{ "\\x41" }}', "isn't known"),
        ("{{ (list }}", "isn't closed"),
        ('{{ quote"a" }}', "a space is missing"),
        ("{{ list quote }}", "needs parentheses"),
        ("{{ .Values.name 1 }}", "only a function"),
        ("{{ 1 | 2 }}", "only a function"),
        ("{{ $a, $b := 1 }}", "only variables"),
        ("{{ $ = 1 }}", "only variables"),
        ("{{ if false }}{{ lookup 1 }}{{ end }}", "function lookup isn't known"),
        # What it means.
        ("{{ $x }}", "variable $x isn't there"),
        ("{{ $x = 1 }}", "variable $x isn't there"),
        ("{{ if true }}{{ $x := 1 }}{{ end }}{{ $x }}", "variable $x isn't there"),
        ("{{ .Values.absent.name }}", "no field name"),
        ("{{ .Values.name.first }}", "no field first"),
        ("{{ .Files }}", "no field Files"),
        ("{{ .Release.IsUpgrade }}", "no field IsUpgrade"),
        ("{{ .Values.map }}", "toYaml is missing"),
        ("{{ range .Values.few }}{{ end }}", "range takes"),
        ('{{ include "nothing" . }}', "defined nowhere"),
        ('{{ template "nothing" . }}', "defined nowhere"),
        ('{{ include "hello" }}', "include takes"),
        # Functions and their arguments.
        ('{{ fail "no way" }}', "no way"),
        ('{{ required "a name" .Values.none }}', "a name"),
        ("{{ eq .Values.few 2 }}", "compares"),
        ("{{ gt .Values.name 2 }}", "compares"),
        ('{{ trunc .Values.few "shop" }}', "takes a whole number"),
        ("{{ .Values.few | nindent 2 }}", "takes a text"),
        ('{{ ternary 1 2 "yes" }}', "takes true or false"),
        ("{{ contains 1 }}", "takes 2 arguments"),
        ("{{ int .Values.name }}", "takes a number"),
        ('{{ printf "%d" .Values.few }}', "can't write"),
        ('{{ printf "%q" "a" }}', "can't write"),
        ('{{ printf "a" "b" }}', "doesn't write"),
        ('{{ dict "a" }}', "pairs"),
        ("{{ index .Values.words 9 }}", "finds no 9"),
        ("{{ index .Values.absent 1 }}", "finds no 1"),
        ("{{ toYaml .Release }}", "no value of the owner's"),
        ("{{ sortAlpha .Values.ports }}", "takes texts"),
        ("{{ quote .Values.map }}", "toYaml is missing"),
    ],
)
def test_what_is_not_known_is_refused(template: str, why: str) -> None:
    """Anything outside of the subset, and every wrong type, is an error with its file and line."""
    with pytest.raises(ChartFault) as refused:
        _written(f"first line\n{template}\n")
    assert why in str(refused.value)
    assert str(refused.value).startswith("templates/a.yaml")
    assert ":2: " in str(refused.value) or "an end is missing" in why


def test_values_are_written_as_yaml() -> None:
    """toYaml means exactly the value, at every depth, and keeps texts texts that look like something else."""
    odd = {"1": "1", "yes": "no", "x": "a: #b", "empty": "", "none": None, "half": 0.5, "many": 10_000_000}
    written = _written("a:{{ toYaml .Values.deep | nindent 2 }}\nb: {{ toYaml .Values.empty }}\n")
    assert yaml.safe_load(written) == {"a": VALUES["deep"], "b": []}
    templates = Templates({"templates/a.yaml": "{{ toYaml . }}"})
    assert yaml.safe_load(templates.rendered("templates/a.yaml", as_numbers(odd))) == odd


def test_given_values_are_laid_over_the_defaults() -> None:
    """Maps are merged, lists and texts replaced; null takes a default away, a null typo stays to be refused."""
    defaults = {"a": {"x": 1, "y": {"z": 2}}, "list": [1, 2], "gone": 1, "map": {}}
    given = {"a": {"y": {"n": 3}, "x": None}, "list": [3], "gone": None, "typo": None, "map": {"k": None}}
    assert merged(defaults, given) == {"a": {"y": {"z": 2, "n": 3}}, "list": [3], "typo": None, "map": {}}
    assert defaults["a"] == {"x": 1, "y": {"z": 2}}


def test_a_chart_is_rendered_from_its_folder(tmp_path: Path) -> None:
    """Files give manifests, `_` files and notes don't; wrong values, wrong YAML and what nobody reached are named."""
    (tmp_path / "templates").mkdir()
    files = {
        "Chart.yaml": "{name: c, version: 1.0.0, appVersion: 2.0.0}",
        "values.yaml": "{n: 1, word: a}",
        "values.schema.json": """{"properties": {"word": {"pattern": "^[a-z:]*$"}},
            "additionalProperties": {"type": "integer"}}""",
        "templates/_c.tpl": """{{ define "c" }}
{{- if eq .Values.word "a" }}x{{ else }}{{ .Values.word }}{{ end }}{{ end }}""",
        "templates/NOTES.txt": "{{ .Chart.Name }}: [",
        "templates/a.yaml": 'kind: {{ .Release.Name }}\n---\n# nothing\n---\na: {{ include "c" . }}\n',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    chart = Chart(tmp_path)
    assert chart.manifests({}) == [{"kind": "shop"}, {"a": "x"}]
    unreached = [one for one in chart.unreached() if "/" in one]
    assert unreached == ["templates/_c.tpl:2 if: nothing"]
    assert chart.manifests({"word": "b"}, name="other") == [{"kind": "other"}, {"a": "b"}]
    assert [one for one in chart.unreached() if "/" in one or one == "eq"] == []
    for given, why in [
        ({"n": "1"}, "n: "),
        ({"t": None}, "t: "),
        ({"word": "a\n"}, "word: "),
        ({"word": ":::"}, "no YAML"),
    ]:
        with pytest.raises(ChartFault, match=why):
            chart.manifests(given)
