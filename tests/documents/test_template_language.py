"""What a template may say: what would run for ever, reach outside or print nonsense is refused with its line."""

from typing import Any

import pytest

from riskctl.documents import render, samples, sandbox, template_language, template_trials, texts
from riskctl.documents.kinds import KINDS
from riskctl.errors import InvalidInput
from tests.documents.conftest import notice

LETTER = KINDS["rectification_notice"]


def faults(source: str, *, form: bool = False) -> list[str]:
    environment = render.environment() if form else texts.environment()
    data: dict[str, Any] = {**notice(), "form": {"unit": "青岭水库管理处", "rows": [{"text": "其一"}]}}
    return [str(fault) for fault in template_language.read(source, data, environment, form=form)]


def test_every_document_has_sample_data_and_its_own_template_passes_with_them() -> None:
    lacking = [code for code in KINDS if not (samples.FOLDER / f"{code}.json").exists()]
    assert lacking == [], "run scripts/samples.py for these, and again for all when their data change"
    for kind in KINDS.values():
        source = texts.builtin(kind.code) if kind.document_class == "G" else render.builtin(kind)
        told = samples.sample(kind.code)
        template_trials.check(kind, source, told)
        assert "</html>" in render.render_html(kind.code, template_trials.prepared(kind, source, told))


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("正文\n{{ unit_nam }}", "第2行：没有“unit_nam”这项数据，可用的有：acceptance_standard、basis"),
        (
            "{% if copy_to %}\n{% else %}\n{% for p in problems %}\n{{ p.titel }}\n{% endfor %}\n{% endif %}",
            "第4行：没有“titel”这项数据，可用的有：title、verbatim",
        ),
        ("{{ main_to.name }}", "第1行：这项数据之下没有“name”"),
        ("正文\n{{ title|upper }}", "第2行：没有“upper”这种处理"),
        ("一\n二\n{% if title %}", "第3行：缺少 endif"),
        ("{{ title", "第1行：到末尾仍有括号或语句没有结束"),
        ("{{ title｜trim }}", "第1行：有不能识别的符号“｜”"),
        ("正文\n\n{ title }", "第3行：多了一个“{”"),
        ("请登录\nhttp://riskctl.test/ 填报", "第2行：不能引用网址"),
        ("{% include '/etc/hostname' %}", "第1行：不能使用 include 语句"),
        ("{% import 'form.html' as form %}", "不能使用 import 语句"),
        ("{% extends 'form.html' %}", "不能使用 extends 语句"),
        ("{% from 'forms/parts.html' import pair %}", "不能使用 fromimport 语句"),
        ("{{ title.__class__.__mro__ }}", "没有“__class__”这项数据"),
        ("{{ title.format(title) }}", "不能调用"),
        ("{{ cycler.__init__.__globals__ }}", "没有“cycler”这项数据"),
        ("{% macro m() %}{% endmacro %}", "不能使用 macro 语句"),
        ("{% for a, b in problems[0].items() %}{% endfor %}", "不能调用"),
        ("字\U0010fffd", "没有字体可以印出"),
        ("", "模板没有内容"),
        ("长" * (template_language.MOST_SOURCE + 1), "不能超过"),
    ],
)
def test_what_is_refused_is_refused_with_line_and_reason(source: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        template_trials.check(LETTER, source, notice())
    assert any(said in reason.message for reason in refused.value.reasons), refused.value.reasons
    assert {reason.field for reason in refused.value.reasons} == {"source"}


ENDLESS = [
    "{% for a in range(10 ** 9) %}{% endfor %}",
    "{{ 'a' * 10 ** 9 }}",
    "{{ '%0999999999d' % 1 }}",
    "{{ title.ljust(999999999) }}",
    "{{ title|center(999999999) }}",
    "{{ title|replace('', title)|replace('', title) }}",
    "{{ title|join(title) }}",
    "{{ title|join('、')|join('、')|join('、') }}",
    "{{ problems|map('center', 999999999)|list }}",
    "{% set a = title ~ title %}{% set b = a ~ a %}{% set c = b ~ b %}",
    "{% set a = [title, title] %}{% set b = [a, a] %}",
    "{% set a %}{{ title }}{% endset %}",
    "{% for a in problems %}{% for b in problems %}{% for c in problems %}{% endfor %}{% endfor %}{% endfor %}",
    "{% for a in problems %}{% for b in problems %}{% for c in a.verbatim %}{% endfor %}{% endfor %}{% endfor %}",
    "{% set a = {'x': title} %}{% set b = {'x': a, 'y': a} %}",
    "{% for a in problems %}{% set a = problems %}{% for b in a %}{% endfor %}{% endfor %}",
    "{% for a in problems recursive %}{{ loop(problems) }}{% endfor %}",
    "{% for a in title %}{% for b in a %}{% for c in b %}{% for d in c %}{% endfor %}{% endfor %}{% endfor %}{% endfor %}",
    "{{ " + " ~ ".join(["requirement"] * 30) + " }}",
    "{{ lipsum(n=999999) }}",
]  # fmt: skip


def test_what_could_run_for_ever_or_fill_the_memory_is_not_run_at_all() -> None:
    assert [source for source in ENDLESS if not faults(source)] == []


FOREIGN = [
    '<img src="http://127.0.0.1:9/x.png">',
    "<img src=file:///etc/hostname>",
    '<img src="{{ title }}">',
    "<p style=\"background: url('x.png')\">",
    '<style>@import "x.css";</style>',
    '<link rel="stylesheet" href="x.css">',
    '<object data="x.svg"></object>',
    '<svg><image xlink:href="x.png"/></svg>',
    "<script>1</script>",
    '{% extends "../layout.html" %}',
    '{% from "official.html" import enclosures %}',
    '{% include "form.html" %}',
    '<td colspan="99999">',
    '<td style="height: 1e9mm">',
    '{% from "forms/parts.html" import listing %}{{ listing([], [], blanks=999999) }}',
    "{% for x in range(999999) %}{% endfor %}",
    '{% from "forms/parts.html" import wide %}{% set a = wide(title, title) %}{% set b = wide(a, a) %}',
]  # fmt: skip


def test_the_page_of_a_form_reaches_nothing_outside() -> None:
    assert [source for source in FOREIGN if not faults(source, form=True)] == []


def test_what_letters_say_by_the_case_is_read() -> None:
    assert faults("{% for p in problems %}{% for c in basis %}{{ c.clause }}{% endfor %}{% endfor %}") == []
    assert faults("{{ {'a': '甲', 'b': '乙'}.get(source, '丙') }}{{ basis[0].get('text', '') }}") == []
    assert (
        faults("{% for word in ('甲', '乙') %}{% for p in problems %}{{ word }}{% endfor %}{% endfor %}")
        == []
    )


def test_the_page_of_a_form_builds_on_those_of_the_program() -> None:
    page = (
        '{% extends "form.html" %}{% from "forms/parts.html" import pair, listing %}'
        "{% block body %}<table>{{ pair(('单位', form.unit)) }}</table>{% for row in form.rows %}<p>{{ row.text }}</p>"
        '{% endfor %}{% for _ in range(5) %}<p></p>{% endfor %}<img src="data:image/png;base64,AA==">{% endblock %}'
    )
    assert faults(page, form=True) == []
    assert faults(page.replace("row.text", "row.txt"), form=True) == [
        "第1行：没有“txt”这项数据，可用的有：text"
    ]


def test_a_template_that_makes_too_much_is_stopped_while_it_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "MOST_TEXT", 1000)
    many = notice(problems=[{"title": "甲", "verbatim": "长" * 100}] * 50)
    with pytest.raises(InvalidInput) as refused:
        template_trials.pdf(LETTER, "{% for p in problems %}\n{{ p.verbatim }}\n{% endfor %}", many)
    assert "印出的内容过长" in refused.value.reasons[0].message


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("正文\n{{ title|official_date }}", "第2行：数据与写法不合"),
        ("{% if not title %}\n正文\n{% endif %}", "没有印出任何正文"),
        ("正文\n{{ problems[7].title }}", "第2行：用到了没有的数据"),
        ("正文\n{{ title - 1 }}", "第2行：数据与写法不合"),
    ],
)
def test_what_fails_only_when_it_runs_names_its_line_too(source: str, said: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        template_trials.pdf(LETTER, source, notice())
    assert said in refused.value.reasons[0].message
