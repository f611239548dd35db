"""Pages for everybody: notices, their results, objections. No login, no cookie, no script; never indexed.

Rendered without the request, so that neither session nor token is touched, from plain values alone.
"""

from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from beneficiaries.documents import notices as documents
from beneficiaries.forms.objections import IndexForm, ObjectionForm, ReplyForm, asked_of_index
from beneficiaries.models import PublicNotice
from beneficiaries.queries import notices as queries
from beneficiaries.queries import public_pages
from beneficiaries.services import objections
from welfare import dates, shelf
from welfare.errors import Refusal
from welfare.forms import claim_form_key, form_key, new_form_key
from welfare.middleware import client_address

COMMUNITIES_A_PAGE = 40
LONGEST_TOKEN = 32


def _page(template, context, *, code=200):
    return _answer(render_to_string(template, context), code)


def _answer(content, code=200, *, caching="no-store"):
    response = HttpResponse(content)
    response.status_code = code
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = caching
    return response


def _ready(request, subject, name, make, is_there):
    """A page from the shelf, made and kept there when it is not on it.

    ``make`` gives the text of the page, or an HttpResponse that is not kept; ``is_there`` tells whether anything of
    the subject is to be kept at all, so that made-up addresses leave nothing on the disk. Browsers and proxies may keep
    the page but ask each time whether it still stands: one that was taken down is gone at once there too.
    """
    found = shelf.take(subject, name)
    if found is None:
        place = shelf.generation(subject) if shelf.is_begun(subject) or is_there() else None
        made = make()
        if not isinstance(made, str):
            return made
        found = shelf.put(place, name, made)
    tag = f'"{found.tag}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = _answer("", 304, caching="public, no-cache")
    else:
        response = _answer(found.body, caching="public, no-cache")
    response["ETag"] = tag
    return response


def _today():
    return dates.today(timezone.now())


def _gone(sentence, code):
    return _page("public/gone.html", {"sentence": sentence, "index_url": reverse("notice_index")}, code=code)


def _find(token):
    """(notice, None) when it is on display, else (None, the answer that says so in a sentence)."""
    notice = queries.public_notice(token)
    if notice is None:
        return None, _gone("没有这份公示。请核对网址，或重新扫描公示上的二维码。", 404)
    if not queries.is_on_display(notice, _today()):
        return None, _gone("这份公示已经到期撤下。如有疑问，请向村（居）委会或镇（街道）咨询。", 410)
    return notice, None


def _notice_of(token):
    return lambda: queries.public_notice(token) is not None


@require_safe
def robots(request):
    """No page of this site is for search engines."""
    return HttpResponse("User-agent: *\nDisallow: /\n", content_type="text/plain")


@require_safe
def notice_index(request):
    """Notices and final lists on display, by community; rehearsals and unlisted programmes never.

    Narrowed by the office above, forty communities a page; a search by name is asked of the database.
    """
    on, asked = _today(), asked_of_index(request.GET)
    number = max(asked["page"], 1)
    if asked["q"]:
        return _page("public/index.html", _index(on, request.GET, asked["township"], asked["q"], number))
    name = f"index.{on}.{asked['township']}.{number}"

    def make():
        context = _index(on, request.GET, asked["township"], "", number)
        page = render_to_string("public/index.html", context)
        is_whole = context["number"] == number and (context["is_known"] or not asked["township"])
        return page if is_whole else _answer(page)

    return _ready(request, public_pages.INDEX, name, make, lambda: True)


def _index(on, sent, township, text, number):
    form, townships = IndexForm(sent), queries.townships_on_display(on)
    form.offer(townships)
    paginator = Paginator(
        queries.communities_on_display(on, township=township, text=text), COMMUNITIES_A_PAGE
    )
    page = paginator.get_page(number)
    communities = list(page)
    shown = queries.shown_of([community.pk for community in communities], on)
    named = [documents.community_on_index(one.name, *shown[one.pk], on=on) for one in communities]
    asked = urlencode({"township": township, "q": text})
    return {
        "communities": named,
        "form": form,
        "is_narrowed": bool(township or text),
        "is_known": township in dict(townships),
        "number": page.number,
        "pages": paginator.num_pages,
        "count": paginator.count,
        "previous_url": f"?{asked}&page={page.number - 1}" if page.has_previous() else "",
        "next_url": f"?{asked}&page={page.number + 1}" if page.has_next() else "",
    }


@require_safe
def notice(request, token):
    """One notice; its frozen rows are rendered once a day and state."""
    on = _today()

    def make():
        found, gone = _find(token)
        if gone:
            return gone
        context = {"notice": documents.notice_page(found, on=on), "public_unit": found["unit_name"]}
        return render_to_string("public/notice.html", context)

    return _ready(request, public_pages.of(token[:LONGEST_TOKEN]), f"notice.{on}", make, _notice_of(token))


@require_safe
def notice_result(request, token):
    """The result report of a closed notice."""

    def make():
        found, gone = _find(token)
        if gone:
            return gone
        if found["closed_at"] is None:
            return _gone("公示还没有结束，结果报告要等期满、异议全部答复后公布。", 404)
        context = {"result": documents.result_page(found), "public_unit": found["unit_name"]}
        return render_to_string("public/result.html", context)

    subject = public_pages.of(token[:LONGEST_TOKEN])
    return _ready(request, subject, f"result.{_today()}", make, _notice_of(token))


@require_safe
def final_list(request, token):
    """The final result of a roster."""
    on = _today()

    def make():
        found = queries.final_list(token)
        if found is None:
            return _gone("没有这份公布。请核对网址，或重新扫描二维码。", 404)
        if not queries.is_published(found, on):
            return _gone("这份公布已经到期撤下。如有疑问，请向村（居）委会或镇（街道）咨询。", 410)
        context = {"final": documents.final_page(found), "public_unit": found["unit_name"]}
        return render_to_string("public/final.html", context)

    subject = public_pages.of(token[:LONGEST_TOKEN])
    return _ready(request, subject, f"final.{on}", make, lambda: queries.final_list(token) is not None)


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
        is_public=True,
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
        "due_text": documents.plain_day(found["due_on"]) if found["due_on"] else "",
        "answered_text": documents.plain_day(dates.today(found["answered_at"])) if answered else "",
        "unit": found["notice__unit_name"],
    }
