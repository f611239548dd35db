"""Forms of the life events: who, when, who follows as head, and why."""

from django import forms

from beneficiaries.enums import Relation
from welfare.enums import Level
from welfare.forms import DayField
from welfare.models import Organisation

OTHERS = [choice for choice in Relation.choices if choice[0] != Relation.HEAD]
PICK = [("", "请选择")]


def told_apart(person):
    """李秀英（配偶，1970-01-01 出生）: homonyms in one household are told apart."""
    born = f"，{person.birth_on:%Y-%m-%d} 出生" if person.birth_on else ""
    return f"{person.name}（{person.get_relation_display()}{born}）"


class ReasonedForm(forms.Form):
    """Words for the trail."""

    reason = forms.CharField(label="理由", max_length=200, help_text="例如：入户核实、本人申报、户籍变动。")


class HeadForm(ReasonedForm):
    """With the choice of who follows as head, when the head goes and others stay."""

    def __init__(self, *args, staying=(), label="新户主", **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in staying}
        if self.people:
            self.fields["new_head"] = forms.ChoiceField(
                label=label,
                choices=PICK + [(pk, told_apart(one)) for pk, one in self.people.items()],
                help_text="户主离户后，由留下的成员接任；其他成员与新户主的关系请随后核对。",
            )
            self.order_fields([name for name in self.fields if name != "reason"] + ["reason"])

    def chosen_head(self):
        """The Person chosen, or None."""
        return self.people.get(self.cleaned_data.get("new_head", ""))


class LeaveForm(HeadForm):
    left_on = DayField(label="迁出日期")
    field_order = ["left_on", "new_head", "reason"]


class DeathForm(HeadForm):
    died_on = DayField(label="去世日期")
    basis = forms.CharField(
        label="证明", max_length=100, required=False, help_text="可不填。例如：死亡医学证明编号、火化证。"
    )
    field_order = ["died_on", "basis", "new_head", "reason"]


class BackForm(ReasonedForm):
    """Undo: with the relation to the present head, when there is one."""

    def __init__(self, *args, has_head, relation, **kwargs):
        super().__init__(*args, **kwargs)
        if has_head:
            self.fields["relation"] = forms.ChoiceField(
                label="与现户主关系",
                choices=PICK + OTHERS,
                initial=relation if relation != Relation.HEAD else "",
            )
            self.order_fields(["relation", "reason"])


class FindForm(forms.Form):
    """Look for somebody, or a household (GET)."""

    q = forms.CharField(label="姓名、拼音或户编号", max_length=40)


class JoinForm(HeadForm):
    relation = forms.ChoiceField(label="与本户户主关系", choices=PICK + OTHERS)
    field_order = ["relation", "new_head", "reason"]


class PerMember(ReasonedForm):
    """One select for each member; ``relations`` gives {person id: relation} of those chosen."""

    prefix_of = "member_"

    def add_members(self, members, choices, required):
        for one in members:
            self.fields[f"{self.prefix_of}{one.pk}"] = forms.ChoiceField(
                label=told_apart(one), choices=choices, required=required
            )

    def relations(self):
        """{person id: relation} as chosen; those left where they are not among them."""
        return {
            int(name.removeprefix(self.prefix_of)): value
            for name, value in self.cleaned_data.items()
            if name.startswith(self.prefix_of) and value
        }


class SplitForm(PerMember, HeadForm):
    """Who goes, as what; who heads those who stay; what of the facts is copied."""

    copy_facts = forms.BooleanField(
        label="把收入、医疗费、住房等数据一并抄到新户（注明原数据日期）", required=False
    )
    group_name = forms.CharField(label="新户组别", max_length=30, required=False, help_text="留空同原户。")
    address = forms.CharField(label="新户住址", max_length=200, required=False, help_text="留空同原户。")

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, staying=members, label="原户新户主", **kwargs)
        self.fields["new_head"].required = False
        self.fields["new_head"].help_text = "原户主分出去时填写；原户主留下的不填。"
        self.add_members(members, [("", "留在原户"), *_to_new_head()], required=False)
        going = [f"{self.prefix_of}{one.pk}" for one in members]
        self.fieldsets = [
            ("谁分出去（选其在新户的身份）", going),
            ("原户", ["new_head"]),
            ("新户", ["group_name", "address", "copy_facts"]),
            ("记录", ["reason"]),
        ]


def _to_new_head():
    return [
        (value, f"分出，{'任新户户主' if value == Relation.HEAD else label}")
        for value, label in Relation.choices
    ]


class MergeForm(PerMember):
    """What each member of the absorbed household is to the head of this one."""

    def __init__(self, *args, members, **kwargs):
        super().__init__(*args, **kwargs)
        self.add_members(members, PICK + OTHERS, required=True)
        names = [f"{self.prefix_of}{one.pk}" for one in members]
        self.fieldsets = [("并入后与本户户主的关系", names), ("记录", ["reason"])]


class Communities(forms.ModelChoiceField):
    """The other communities of the county, by township; those that must take the household in are marked."""

    def __init__(self, household, user):
        top = household.organisation.path.strip("/").split("/")[0]
        found = Organisation.objects.filter(
            path__startswith=f"/{top}/", level=Level.COMMUNITY, is_active=True
        )
        found = found.exclude(pk=household.organisation_id).select_related("parent").order_by("path")
        super().__init__(found, label="迁入村(社区)", empty_label="请选择")
        self.user = user

    def label_from_instance(self, one):
        mark = "" if self.user is None or self.user.may("registry.edit", one) else "（须对方接收）"
        return f"{one.parent or ''}{one}{mark}"


class MoveForm(ReasonedForm):
    left_on = DayField(label="迁出日期")
    group_name = forms.CharField(label="迁入组别", max_length=30, required=False)
    address = forms.CharField(label="迁入住址", max_length=200, required=False)

    def __init__(self, *args, household, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["to"] = Communities(household, user)
        self.order_fields(["to", "left_on", "group_name", "address", "reason"])


class AcceptForm(ReasonedForm):
    group_name = forms.CharField(label="组别", max_length=30, required=False)
    address = forms.CharField(label="家庭住址", max_length=200, required=False)
    field_order = ["group_name", "address", "reason"]


class AsOfForm(forms.Form):
    """The day to look back to (GET)."""

    on = DayField(label="查看哪一天结束时的状态", required=False)
