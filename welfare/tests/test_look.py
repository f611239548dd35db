"""The look: templates compile and stay clean under the content policy; components say what they promise."""

import re
from pathlib import Path

import django_tables2 as tables
import pytest
from django import forms
from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template, render_to_string
from django.test import RequestFactory

from welfare.tables import LedgerTable

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted(
    path.relative_to(ROOT / "templates").as_posix() for path in (ROOT / "templates").rglob("*.html")
)
VENDORED = sorted(
    path for path in (ROOT / "static" / "vendor").iterdir() if path.suffix in {".js", ".css", ".svg"}
)
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
SPRITE = (ROOT / "static" / "vendor" / "icons.svg").read_text()
FORBIDDEN = {
    "an inline script": r"<script(?![^>]*\ssrc=)",
    "an inline style sheet": r"<style\b",
    "a style attribute": r"<[^>]*\sstyle\s*=",
    "an event attribute": r"<[^>]*\son[a-z]+\s*=",
    "an htmx script attribute": r"\shx-on\b",
    "a javascript: address": r"javascript:",
    "a foreign address": r"(?:src|href)=[\"'](?:https?:)?//",
}


def source(name):
    return (ROOT / "templates" / name).read_text()


def render(text, **context):
    request = RequestFactory().get("/list/", context.pop("query", {}))
    return Template(text).render(Context({"request": request, **context}))


# -- every template ------------------------------------------------------------------------------
@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_compiles(name):
    get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_every_template_begins_with_a_header_comment(name):
    head = "\n".join(source(name).splitlines()[:3])
    assert "{#" in head or "{% comment %}" in head


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_template_breaks_the_content_policy(name):
    text = source(name)
    assert [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.I)] == []


@pytest.mark.parametrize(
    "bad",
    [
        "<script>go()</script>",
        '<p style="color:red">',
        '<a onclick="go()">',
        "<style>p{}</style>",
        '<link href="https://cdn.example/x.css">',
    ],
)
def test_the_content_policy_patterns_catch_what_they_are_for(bad):
    assert any(re.search(pattern, bad, re.I) for pattern in FORBIDDEN.values())


@pytest.mark.parametrize("name", TEMPLATES)
def test_static_files_and_included_templates_exist(name):
    text = source(name)
    for path in re.findall(r"{% static ['\"]([^'\"]+)['\"]", text):
        assert finders.find(path), path
    for other in re.findall(r"{% (?:include|extends) ['\"]([^'\"]+)['\"]", text):
        get_template(other)


@pytest.mark.parametrize("name", TEMPLATES)
def test_icons_named_in_templates_are_in_the_sprite(name):
    for icon in re.findall(r"{% icon ['\"]([\w-]+)['\"]", source(name)):
        assert f'id="{icon}"' in SPRITE, icon


@pytest.mark.parametrize("path", VENDORED, ids=lambda path: path.name)
def test_vendored_files_name_no_source_map(path):
    assert "sourceMappingURL" not in path.read_text()


def test_every_vendored_file_is_named_with_its_version_and_licence():
    readme = (ROOT / "static" / "vendor" / "README.md").read_text()
    assert [path.name for path in VENDORED if path.name not in readme] == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_scripts_write_no_style_attribute_and_evaluate_no_text(path):
    assert not re.search(r"\beval\(|new Function\(|setAttribute\(\s*[\"']style|innerHTML", path.read_text())


# -- error pages and the plain card --------------------------------------------------------------
@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400.html", "这个请求无法处理"),
        ("403.html", "您没有办理这件事的权限"),
        ("404.html", "没有找到这个页面"),
        ("500.html", "系统出了点问题"),
        ("403_csrf.html", "页面已过期，请重新提交"),
        ("welfare/locked_out.html", "账号暂时锁定"),
    ],
)
def test_error_pages_render_without_any_context(name, heading):
    page = render_to_string(name)
    assert f"<h1>{heading}</h1>" in page
    assert 'href="/"' in page


def test_the_refusal_page_gives_the_reason():
    assert "您没有这项权限。" in render_to_string("403.html", {"exception": "您没有这项权限。"})


# -- colours -------------------------------------------------------------------------------------
def luminance(colour):
    channels = [int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5)]
    linear = [value / 12.92 if value <= 0.03928 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def colours(sheet):
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})\b", (ROOT / "static" / "css" / sheet).read_text()))


@pytest.mark.parametrize("ink", ["ink", "ink-2", "seal", "seal-dark", "good", "info", "warn", "bad"])
@pytest.mark.parametrize("sheet", ["ledger.css", "public.css"])
def test_text_colours_meet_aa_on_paper(sheet, ink):
    found = colours(sheet)
    assert contrast(found[ink], found["paper"]) >= 4.5
    assert contrast(found[ink], found["sheet"]) >= 4.5


@pytest.mark.parametrize("tone", ["good", "info", "warn", "bad"])
def test_badge_text_meets_aa_on_its_own_ground(tone):
    found = colours("ledger.css")
    assert contrast(found[tone], found[f"{tone}-pale"]) >= 4.5


def test_edges_of_inputs_meet_the_contrast_of_controls():
    found = colours("ledger.css")
    assert contrast(found["line-strong"], found["sheet"]) >= 3


# -- badges and masks ----------------------------------------------------------------------------
def test_a_badge_says_its_tone_with_text_colour_and_shape():
    badge = render('{% status_badge "已退回" "bad" %}')
    assert "已退回" in badge and "tone-bad" in badge and "#x-circle" in badge


def test_a_badge_escapes_its_label_and_falls_back_to_neutral():
    badge = render("{% status_badge label tone %}", label="<b>", tone='x" onclick="')
    assert "&lt;b&gt;" in badge and "tone-neutral" in badge and "onclick" not in badge


def test_a_masked_number_offers_to_reveal_only_with_an_address():
    assert "data-reveal-url" not in render('{% masked "5123********21" %}')
    assert 'data-reveal-url="/reveal/"' in render('{% masked "5123********21" "/reveal/" "身份证号" %}')


def test_missing_values_are_a_dash():
    assert render("{{ none|yuan }} {{ none|mask_id }} {{ none|lunar }}", none=None) == "— — —"


# -- tables --------------------------------------------------------------------------------------
class Households(LedgerTable):
    head = tables.Column(verbose_name="户主")
    size = tables.Column(verbose_name="人口", attrs={"td": {"class": "num"}})
    note = tables.Column(verbose_name="备注", orderable=False)


def table(rows=60, **query):
    data = [{"head": f"张{n:02d}", "size": n, "note": "<i>"} for n in range(rows)]
    found = Households(data, order_by=query.get("sort", ()))
    found.paginate(page=int(query.get("page", 1)), per_page=25)
    return render("{% load django_tables2 %}{% render_table table %}", table=found, query=query)


def test_the_sorted_column_says_so_and_sorting_keeps_the_filter():
    html = table(sort="-size", q="张", page="2")
    assert re.search(r'<th scope="col" class="num" aria-sort="descending">', html)
    assert "?sort=size&amp;q=%E5%BC%A0" in html or "?q=%E5%BC%A0&amp;sort=size" in html
    assert html.count("aria-sort") == 1


def test_cells_are_escaped_and_carry_the_class_of_their_column():
    html = table(rows=1)
    assert "&lt;i&gt;" in html and "<i>" not in html
    assert '<td class="num">0</td>' in html


def test_the_pager_counts_rows_and_offers_sizes():
    html = table(rows=60, page="2")
    assert "共 <strong>60</strong> 条" in html and "第 26–50 条" in html
    assert "per_page=100" in html and 'rel="next"' in html and 'rel="prev"' in html


def test_an_empty_table_is_a_sentence():
    assert "没有符合条件的记录。" in table(rows=0)


def test_the_pager_also_takes_a_plain_page():
    page = Paginator(range(30), 10).page(3)
    html = render('{% include "components/pager.html" with source=page %}', page=page)
    assert "第 21–30 条" in html and 'aria-current="page"' in html


# -- forms ---------------------------------------------------------------------------------------
class Registration(forms.Form):
    fieldsets = [("基本情况", ["name"]), ("说明", ["agreed", "sex"])]
    name = forms.CharField(label="户主姓名", help_text="与身份证一致。")
    agreed = forms.BooleanField(label="已说明用途")
    sex = forms.ChoiceField(label="性别", choices=[("1", "男"), ("2", "女")], widget=forms.RadioSelect)


def test_a_field_is_described_by_its_help_and_its_error():
    html = str(Registration({"name": ""}))
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_helptext"' in html and 'id="id_name_error"' in html
    assert "有内容需要更正" in html


def test_a_form_draws_its_fieldsets_in_order():
    html = str(Registration())
    assert html.index("基本情况") < html.index("户主姓名") < html.index("说明</legend>") < html.index("性别")


def test_radio_buttons_stand_in_a_fieldset_with_a_legend():
    html = str(Registration())
    assert re.search(r"<fieldset[^>]*>\s*<legend>性别", html)


def test_a_formset_draws_each_form_and_its_own_errors():
    rows = forms.formset_factory(Registration, extra=2, min_num=1, validate_min=True)
    assert str(rows()).count('class="formset-row"') == 3
    sent = rows({"form-TOTAL_FORMS": "0", "form-INITIAL_FORMS": "0"})
    assert not sent.is_valid()
    assert sent.non_form_errors()[0] in str(sent)


# -- facts ---------------------------------------------------------------------------------------
def test_facts_keep_a_zero_and_show_a_gap_as_a_dash():
    facts = [("异议", 0), {"label": "备注", "value": ""}, ("电话", None)]
    html = render('{% include "components/facts.html" %}', facts=facts)
    assert "<dd>0</dd>" in html and html.count("<dd>—</dd>") == 2


# -- moves ---------------------------------------------------------------------------------------
def test_a_refused_move_stands_there_with_the_reason_in_words():
    moves = [
        {"label": "批准", "url": "/x/", "is_allowed": False, "why_not": "您参与了评议。", "tone": "primary"}
    ]
    html = render('{% include "components/transitions.html" %}', transitions=moves)
    assert "您参与了评议。" in html and "disabled" in html and 'href="/x/"' not in html


def test_a_refused_confirm_page_rests_its_button_and_says_why():
    html = render(
        '{% include "components/confirm_card.html" %}', why_not="公示还没有期满。", cancel_url="/back/"
    )
    assert "公示还没有期满。" in html and re.search(r"<button[^>]* disabled>", html)
