"""Pages for everybody: notices, their results, objections. No login, no cookie, no script; never indexed.

Rendered without the request, so that neither session nor token is touched, from plain values alone.
"""

from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.documents import notices as documents
from beneficiaries.forms.objections import ObjectionForm, ReplyForm
from beneficiaries.models import PublicNotice
from beneficiaries.queries import notices as queries
from beneficiaries.services import objections
from welfare import dates
from welfare.errors import Refusal
from welfare.forms import claim_form_key, form_key, new_form_key
from welfare.middleware import client_address

CACHED_SECONDS = 60


def _page(template, context, *, code=200, max_age=0):
    return _answer(render_to_string(template, context), code, max_age)


def _answer(html, code=200, max_age=0):
    response = HttpResponse(html)
    response.status_code = code
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = f"public, max-age={max_age}" if max_age else "no-store"
    return response


def _gone(sentence, code):
    return _page("public/gone.html", {"sentence": sentence, "index_url": reverse("notice_index")}, code=code)


def _find(token):
    """(notice, None) when it is on display, else (None, the answer that says so in a sentence)."""
    notice = queries.public_notice(token)
    if notice is None:
        return None, _gone("没有这份公示。请核对网址，或重新扫描公示上的二维码。", 404)
    if not queries.is_on_display(notice, dates.today(timezone.now())):
        return None, _gone("这份公示已经到期撤下。如有疑问，请向村（居）委会或镇（街道）咨询。", 410)
    return notice, None


@require_safe
def notice_index(request):
    """Notices on display, by community; rehearsals never."""
    on = dates.today(timezone.now())
    communities = {}
    for found in queries.on_display(on):
        communities.setdefault(found["community_name"], []).append(
            {
                "title": found["title"],
                "round_text": documents.round_text(found["round_number"]),
                "starts_text": documents.plain_day(found["starts_on"]),
                "ends_text": documents.plain_day(found["ends_on"]),
                "days_left_text": f"还剩 {(found['ends_on'] - on).days + 1} 天"
                if queries.takes_objections(found, on)
                else "公示期满",
                "url": reverse("notice", args=[found["token"]]),
            }
        )
    named = [{"name": name, "notices": found} for name, found in communities.items()]
    return _page("public/index.html", {"communities": named}, max_age=CACHED_SECONDS)


@require_safe
def notice(request, token):
    """One notice; its frozen rows are rendered once a day and state."""
    found, gone = _find(token)
    if gone:
        return gone
    on = dates.today(timezone.now())
    key = f"public.notice.{token}.{found['status']}.{on}"
    html = cache.get(key)
    if html is None:
        page = documents.notice_page(found, on=on)
        html = render_to_string("public/notice.html", {"notice": page, "public_unit": found["unit_name"]})
        cache.set(key, html, 3600)
    return _answer(html, max_age=CACHED_SECONDS)


@require_safe
def notice_result(request, token):
    """The result report of a closed notice."""
    found, gone = _find(token)
    if gone:
        return gone
    if found["closed_at"] is None:
        return _gone("公示还没有结束，结果报告要等期满、异议全部答复后公布。", 404)
    context = {"result": documents.result_page(found), "public_unit": found["unit_name"]}
    return _page("public/result.html", context, max_age=CACHED_SECONDS)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def objection_new(request, token):
    """File an objection. The answer is the same whether or not the row is on the list."""
    found, gone = _find(token)
    if gone:
        return gone
    if not queries.takes_objections(found, dates.today(timezone.now())):
        return _gone(f"公示期已满，网上不再受理异议。如有情况，请拨打监督电话 {found['hotline']}。", 410)
    form, code = ObjectionForm(request.POST if request.method == "POST" else None), 200
    if request.method == "POST" and form.is_valid():
        try:
            reference = _file(found, form.cleaned_data, client_address(request))
            return HttpResponseRedirect(reverse("objection_received", args=[token, reference]))
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, refusal.message)
            code = 429 if isinstance(refusal, objections.TooMany) else 200
    if not form.is_bound:
        form = ObjectionForm(initial={"form_key": new_form_key()})
    return _page("public/objection_form.html", _form_context(found, form), code=code)


def _form_context(found, form):
    return {
        "form": form,
        "notice": {
            "title": found["title"],
            "round_text": documents.round_text(found["round_number"]),
            "ends_text": documents.plain_day(found["ends_on"]),
        },
        "back_url": reverse("notice", args=[found["token"]]),
        "hotlines": [{"label": "监督电话", "number": found["hotline"]}],
        "public_unit": found["unit_name"],
    }


@transaction.atomic
def _file(found, data, address):
    """File it once per form shown; the second click of a form gets the same reference number."""
    key = form_key(data.pop("form_key"))
    reference = objections.reference_for(key) if key else ""
    if not claim_form_key(key, None) and reference:
        return reference
    filed = objections.file(
        notice=PublicNotice.objects.get(pk=found["id"]),
        at=timezone.now(),
        address=address,
        reference=reference,
        **data,
    )
    return filed.reference


@require_safe
def objection_received(request, token, reference):
    """The reference number of an objection just filed."""
    context = {
        "code": reference,
        "reply_url": f"{reverse('objection_reply')}?code={reference}",
        "back_url": reverse("notice", args=[token]),
    }
    return _page("public/objection_thanks.html", context)


@require_safe
def objection_reply(request):
    """What became of an objection, by its reference number."""
    form = ReplyForm(request.GET or None)
    found = queries.reply(form.cleaned_data["code"]) if form.is_valid() else None
    context = {"form": form, "reply": _reply(found) if found else None}
    context["not_found"] = form.is_bound and form.is_valid() and found is None
    return _page("public/objection_reply.html", context)


def _reply(found):
    answered = queries.is_answered(found)
    return {
        "received_text": documents.plain_day(dates.today(found["received_at"])),
        "state_text": "已答复" if answered else "核查中",
        "tone": "good" if answered else "info",
        "about": found["about"] or "未注明",
        "answer": found["answer"],
        "answered_text": documents.plain_day(dates.today(found["answered_at"])) if answered else "",
        "unit": found["notice__unit_name"],
    }
