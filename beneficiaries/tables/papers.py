"""Lists of pairing, institutions, and the people of an employer or a school."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html

from welfare.tables import NOWRAP, NUM, WRAP, DateColumn, LedgerTable
from welfare.templatetags.ledger import status_badge


class CoverageTable(LedgerTable):
    """One row per community (``queries.pairings.coverage``); every figure leads to its households."""

    name = tables.Column(verbose_name="村(社区)", order_by=("path",), attrs=NOWRAP)
    parent = tables.Column(verbose_name="镇(街道)", orderable=False, attrs=NOWRAP, default="—")
    count = tables.Column(verbose_name="户数", attrs=NUM)
    paired = tables.Column(verbose_name="已结对", attrs=NUM)
    unpaired = tables.Column(verbose_name="未结对", attrs=NUM)
    share = tables.Column(verbose_name="结对比例", empty_values=(), orderable=False, attrs=NUM)
    cadres = tables.Column(verbose_name="帮扶干部", attrs=NUM)

    class Meta(LedgerTable.Meta):
        empty_text = "您的范围内没有村(社区)。"

    def render_count(self, value, record):
        return _to_households(value, record)

    def render_paired(self, value, record):
        return _to_households(value, record, "yes")

    def render_unpaired(self, value, record):
        return _to_households(value, record, "no")

    def render_share(self, record):
        return f"{record.paired * 100 // record.count}%" if record.count else "—"


def _to_households(value, organisation, paired=""):
    url = f"{reverse('pairing_households')}?organisation={organisation.pk}&paired={paired}"
    return format_html('<a href="{}">{}</a>', url, value) if value else "0"


class PairingHouseholdTable(LedgerTable):
    """Households with their cadres; ticked ones go to the form ``pair`` below the list."""

    select = tables.Column(verbose_name="选", empty_values=(), orderable=False, attrs=NOWRAP)
    head_name = tables.Column(
        verbose_name="户主", attrs=NOWRAP, empty_values=(), order_by=("head_name", "pk")
    )
    number = tables.Column(verbose_name="户编号", attrs=NOWRAP)
    organisation = tables.Column(verbose_name="村(社区)", order_by=("organisation__path", "number"))
    group_name = tables.Column(verbose_name="组别", attrs=NOWRAP, default="—")
    cadre_names = tables.Column(verbose_name="结对干部", attrs=WRAP, empty_values=())

    class Meta(LedgerTable.Meta):
        empty_text = "没有符合条件的户。"
        order_by = ("organisation",)

    def render_select(self, record):
        name = record.head_name or record.number
        box = '<label class="check"><input type="checkbox" form="pair" name="household" value="{}" aria-label="选{}户"></label>'
        return format_html(box, record.pk, name)

    def render_head_name(self, value, record):
        url = f"{reverse('household', args=[record.pk])}?tab=pairing"
        return format_html('<a href="{}">{}</a>', url, value or "（未登记户主）")

    def render_cadre_names(self, value):
        return value or status_badge("未结对", "warn")


class CadreTable(LedgerTable):
    """Cadres and how many households each looks after."""

    cadre__full_name = tables.Column(verbose_name="帮扶干部", attrs=NOWRAP)
    cadre__position = tables.Column(verbose_name="职务", default="—")
    communities = tables.Column(verbose_name="涉及村(社区)", attrs=NUM)
    count = tables.Column(verbose_name="结对户数", attrs=NUM)

    class Meta(LedgerTable.Meta):
        empty_text = "还没有登记结对帮扶。"

    def render_count(self, value, record):
        return format_html(
            '<a href="{}?cadre={}">{}</a>', reverse("pairing_households"), record["cadre"], value
        )


class MyHouseholdTable(LedgerTable):
    """The cadre's own households: ``views.pairings.my_pairings`` decides what each row shows."""

    head = tables.Column(verbose_name="户主", attrs=NOWRAP, orderable=False)
    place = tables.Column(verbose_name="村(社区)、组", orderable=False)
    size = tables.Column(verbose_name="人口", attrs=NUM, orderable=False)
    phone = tables.Column(verbose_name="联系电话", attrs=NOWRAP, orderable=False)
    unit = tables.Column(verbose_name="帮扶单位", orderable=False, default="—")
    from_on = DateColumn(verbose_name="结对日期", attrs=NOWRAP, orderable=False)

    class Meta(LedgerTable.Meta):
        empty_text = "目前没有与您结对的户。"

    def render_head(self, value, record):
        return format_html('<a href="{}">{}</a>', record["url"], value) if record["url"] else value


class InstitutionTable(LedgerTable):
    """Institutions."""

    name = tables.Column(verbose_name="单位名称")
    kind = tables.Column(verbose_name="类型", attrs=NOWRAP, order_by=("kind__position", "name"))
    organisation = tables.Column(verbose_name="所在机构", order_by=("organisation__path", "name"))
    credit_code = tables.Column(verbose_name="统一社会信用代码", attrs=NOWRAP, default="—")
    stopped_months = tables.Column(verbose_name="停产月数", attrs=NUM, default="—")
    staff_count = tables.Column(verbose_name="职工人数", attrs=NUM, default="—")
    facts_on = DateColumn(verbose_name="数据日期", attrs=NOWRAP, default="—")

    class Meta(LedgerTable.Meta):
        empty_text = "没有符合条件的单位。"
        order_by = ("organisation",)

    def render_name(self, value, record):
        link = format_html('<a href="{}">{}</a>', reverse("institution", args=[record.pk]), value)
        return format_html("{} {}", link, status_badge("已归档")) if record.is_archived else link


class OwnPeopleTable(LedgerTable):
    """本单位人员: the columns of ``queries.attachments.OwnPerson`` and no other."""

    name = tables.Column(
        verbose_name="姓名", attrs=NOWRAP, accessor="person__name", order_by=("person__name", "pk")
    )
    sex = tables.Column(verbose_name="性别", attrs=NOWRAP, empty_values=(), orderable=False)
    age = tables.Column(verbose_name="年龄", attrs=NUM, empty_values=(), orderable=False)
    organisation = tables.Column(verbose_name="单位", accessor="organisation__name", orderable=False)
    purpose = tables.Column(verbose_name="关系", attrs=NOWRAP, orderable=False)
    place = tables.Column(verbose_name="部门或班级", default="—")
    from_on = DateColumn(verbose_name="起", attrs=NOWRAP)
    facts = tables.Column(verbose_name="情况", empty_values=(), orderable=False, attrs=WRAP)

    class Meta(LedgerTable.Meta):
        empty_text = "没有登记在本单位的人员。人员由其所在村(社区)登记。"

    def __init__(self, *args, shown, **kwargs):
        super().__init__(*args, **kwargs)
        self.shown = shown

    def render_sex(self, record):
        return self.shown(record).sex

    def render_age(self, record):
        age = self.shown(record).age
        return "—" if age is None else age

    def render_purpose(self, record):
        return self.shown(record).purpose

    def render_facts(self, record):
        return self.shown(record).facts or "—"
