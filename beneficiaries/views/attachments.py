"""单位人员: recorded on the household's page, and listed for the employer or school within its own purpose."""

from functools import partial

from django.http import Http404
from django.utils import timezone

from beneficiaries.forms.papers import MOST_SHOWN, AttachmentForm, EndForm, OwnPeopleFilter
from beneficiaries.models import Household, Person
from beneficiaries.queries import attachments as queries
from beneficiaries.services import attachments
from beneficiaries.tables.papers import OwnPeopleTable
from beneficiaries.views import papers
from welfare import dates
from welfare.viewtools import form_page, list_page, load, staff

READ = ("GET", "HEAD")
EDIT = "registry.edit"


@staff("registry.view", methods=READ)
def own_people(request):
    """The people of the user's own employer or school: what each may see is in ``queries.attachments``."""
    shown = partial(queries.shown, on=dates.today(timezone.now()))
    return list_page(
        request,
        partial(OwnPeopleTable, shown=shown),
        queries.own_people(request.user),
        heading="本单位人员",
        filter_form=OwnPeopleFilter,
        template="beneficiaries/own_people.html",
        note="只列出与本单位有关的情况；住址、证件、家庭等情况由其所在村(社区)掌握。",
    )


@staff(EDIT)
def attachment_new(request, pk):
    """A member of the household works or learns somewhere."""
    found = load(request, Household.objects.select_related("organisation"), pk, permission=EDIT)
    people = list(found.members.present().order_by("pk"))
    form = AttachmentForm(
        request.POST or None, people=people, initial={"from_on": dates.today(timezone.now())}
    )
    text = " ".join(request.GET.get("q", "").split())[:40]
    names = _offered(text)
    form.offer("organisation", names[:MOST_SHOWN], _organisation_label)

    def act(data):
        person = form.people[data.pop("person")]
        return attachments.attach(person=person, by=request.user, at=timezone.now(), **data)

    back = papers.tab_of(found, "attachments")
    return form_page(
        request,
        form,
        act,
        heading="登记单位或学校",
        done=back,
        success="已登记。",
        template="beneficiaries/pick_form.html",
        crumbs=papers.crumbs_of(found),
        cancel_url=back,
        facts=[],
        pick={
            "label": "查找单位或学校",
            "text": text,
            "hidden": [],
            "shown": min(len(names), MOST_SHOWN),
            "has_more": len(names) > MOST_SHOWN,
            "hint": "请输入单位或学校名称中的几个字。找不到的，请系统管理员先登记该机构。",
        },
    )


def _offered(text):
    """Organisations whose name holds ``text``, for employers and schools alike."""
    rows = attachments.organisations().select_related("parent").order_by("name", "pk")
    return list(rows.filter(name__icontains=text)[: MOST_SHOWN + 1]) if text else []


def _organisation_label(organisation):
    above = f"，{organisation.parent}" if organisation.parent else ""
    return f"{organisation.name}（{organisation.get_line_display()}{above}）"


@staff(EDIT)
def attachment_end(request, pk, attachment):
    """A member no longer works or learns there; by the clerk of the household."""
    person = load(request, Person.objects.select_related("household__organisation"), pk, permission=EDIT)
    found = person.attachments.select_related("organisation").filter(pk=attachment).first()
    if found is None:
        raise Http404("没有找到这条单位关系。")
    back = papers.tab_of(person.household, "attachments")
    form = EndForm(request.POST or None, initial={"to_on": dates.today(timezone.now())})
    return form_page(
        request,
        form,
        lambda data: attachments.end(attachment=found, by=request.user, at=timezone.now(), **data),
        heading=f"结束：{person}在{found.organisation}",
        done=back,
        success="已结束。",
        template="beneficiaries/paper_form.html",
        crumbs=papers.crumbs_of(person.household),
        cancel_url=back,
        submit_label="结束",
        facts=[],
    )
