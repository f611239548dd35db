"""Tags and filters of every page; a builtin library, so no template loads it.

Filters turn values of the trade into text (yuan, 大写, lunar dates, masks); tags draw icons, badges and
the rows of a django-tables2 table. They are thin: the rules live in ``money``, ``dates`` and ``masking``.
"""

from django import template
from django.core.paginator import Page
from django.forms.utils import flatatt
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from welfare import dates, masking, money, paging

register = template.Library()

PAGE_SIZES = (25, 50, 100)
# Tone of a badge -> icon that repeats its meaning as a shape.
TONES = {
    "neutral": "circle",
    "info": "record-circle",
    "good": "check-circle",
    "warn": "exclamation-triangle",
    "bad": "x-circle",
}


# -- values as text ------------------------------------------------------------------------------
def _or_dash(convert):
    """A filter that shows a missing value as a dash."""

    def convert_or_dash(value):
        return "—" if value is None or value == "" else convert(value)

    return convert_or_dash


register.filter("yuan", _or_dash(money.show))
register.filter("words", _or_dash(money.in_words))
register.filter("lunar", _or_dash(dates.lunar_text))
register.filter("mask_name", _or_dash(masking.mask_name))
register.filter("mask_id", _or_dash(masking.mask_id))
register.filter("mask_phone", _or_dash(masking.mask_phone))
register.filter("mask_bank", _or_dash(masking.mask_bank))


@register.filter
def form_field(form, name):
    """The bound field ``name`` of ``form``; for forms that list their ``fieldsets``."""
    return form[name]


@register.filter
def alert_tone(message):
    """Tone of a message of django.contrib.messages."""
    return {"success": "good", "warning": "warn", "error": "bad"}.get(message.level_tag, "info")


# -- small drawings ------------------------------------------------------------------------------
@register.simple_tag
def icon(name, css=""):
    """A decorative icon of the vendored sprite; what it means stands beside it in words."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css,
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def tone_icon(tone):
    """Icon that stands for a tone, so that colour is never the only signal."""
    return TONES.get(tone, "circle")


@register.simple_tag
def status_badge(label, tone="neutral"):
    """Badge with text, colour and shape; ``tone`` is neutral, info, good, warn or bad."""
    tone = tone if tone in TONES else "neutral"
    return format_html('<span class="badge-status tone-{}">{}{}</span>', tone, icon(TONES[tone]), label)


@register.inclusion_tag("components/stat.html")
def stat(label, value, unit="", url="", note=""):
    """One figure with its name; with ``url`` it leads to the list behind it."""
    return {"label": label, "value": value, "unit": unit, "url": url, "note": note}


@register.inclusion_tag("components/masked.html", takes_context=True)
def masked(context, value, url="", label="号码"):
    """A masked value; with ``url`` a button reveals it by POST for half a minute."""
    return {
        "value": value,
        "url": url,
        "label": label,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/empty.html")
def empty_state(sentence, hint="", url="", action=""):
    """A sentence for a list with nothing in it, and what to do next."""
    return {"sentence": sentence, "hint": hint, "url": url, "action": action}


# -- tables --------------------------------------------------------------------------------------
@register.simple_tag(takes_context=True)
def table_heads(context, table):
    """Header cells of a table: text, class, sort address, aria-sort and its icon."""
    parameters = context["request"].GET
    return [_head(table, column, parameters) for column in table.columns]


def _head(table, column, parameters):
    css = column.column.attrs.get("th", {}).get("class") or column.column.attrs.get("td", {}).get("class", "")
    head = {"text": column.header, "css": css, "url": "", "sort": "", "icon": "chevron-expand"}
    if cut := getattr(table, "slice", None):
        if column.name in {order.name for order in cut.orders}:
            is_current = cut.order.name == column.name
            next_sort = f"-{column.name}" if is_current and not cut.is_falling else column.name
            head["url"] = query(parameters, {"sort": next_sort} | dict.fromkeys(paging.PARAMETERS))
            if is_current:
                head |= _SORTED[cut.is_falling]
    elif column.orderable:
        changed = {table.prefixed_order_by_field: column.order_by_alias.next, table.prefixed_page_field: None}
        head["url"] = query(parameters, changed)
        if column.is_ordered:
            head |= _SORTED[column.order_by_alias.is_descending]
    return head


_SORTED = {
    False: {"sort": "ascending", "icon": "caret-up-fill"},
    True: {"sort": "descending", "icon": "caret-down-fill"},
}


@register.simple_tag
def table_rows(table):
    """All rows of the current page as HTML, written here because a template loop per cell costs twice.

    Attributes of cells are fixed per column (``attrs={"td": {"class": "num"}}``); rows take ``row_attrs``.
    """
    cell_attrs = {
        column.name: flatatt({key: value for key, value in column.column.attrs.get("td", {}).items()})
        for column in table.columns
    }
    parts = []
    for row in table.paginated_rows:
        parts.append(f"<tr {row.attrs.as_html()}>" if table.row_attrs else "<tr>")
        for column, cell in row.items():
            parts.append(f"<td{cell_attrs[column.name]}>{conditional_escape(cell)}</td>")
        parts.append("</tr>")
    return mark_safe("".join(parts))  # every cell was escaped above


@register.simple_tag(takes_context=True)
def pager(context, source):
    """What the pager shows of ``source``, a table or a Page: counts, page links, sizes; or nothing."""
    page = source if isinstance(source, Page) else getattr(source, "page", None)
    if page is None:
        return None
    parameters = context["request"].GET
    page_field = getattr(source, "prefixed_page_field", "page")
    size_field = getattr(source, "prefixed_per_page_field", "per_page")
    size = page.paginator.per_page
    return {
        "total": _total(page),
        "first": (page.number - 1) * size + 1 if len(page.object_list) else 0,
        "last": (page.number - 1) * size + len(page.object_list),
        "number": page.number,
        "previous": query(parameters, {page_field: page.number - 1}) if page.has_previous() else "",
        "next": query(parameters, {page_field: page.number + 1}) if page.has_next() else "",
        "pages": _page_links(page, parameters, page_field),
        "sizes": [
            {
                "size": choice,
                "is_current": choice == size,
                "url": query(parameters, {size_field: choice, page_field: None}),
            }
            for choice in PAGE_SIZES
        ],
    }


@register.inclusion_tag("components/keyset_pager.html", takes_context=True)
def keyset_pager(context, cut):
    """First, previous, next and last page of a ``paging.Slice``."""
    parameters = context["request"].GET

    def address(**changed):
        return query(parameters, dict.fromkeys(paging.PARAMETERS) | changed)

    return {
        "cut": cut,
        "first": address() if cut.has_before else "",
        "previous": address(before=cut.rows[0].pk) if cut.has_before else "",
        "next": address(after=cut.rows[-1].pk) if cut.has_after else "",
        "last": address(page="last") if cut.has_after else "",
        "sizes": [
            {"size": size, "is_current": size == cut.size, "url": address(per_page=size)}
            for size in PAGE_SIZES
        ],
    }


def _total(page):
    try:
        return page.paginator.count
    except (NotImplementedError, AttributeError):  # a lazy paginator does not count
        return None


def _page_links(page, parameters, page_field):
    if _total(page) is None:
        return []
    return [
        {
            "text": number,
            "is_current": number == page.number,
            "url": query(parameters, {page_field: number}) if isinstance(number, int) else "",
        }
        for number in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]


def query(parameters, changed):
    """Query string of ``parameters`` with ``changed`` applied; None removes a name."""
    parameters = parameters.copy()
    for name, value in changed.items():
        if value is None:
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}"
