"""Forms about objections: the resident's, the look-up, and those of staff."""

import re

from django import forms

from beneficiaries.enums import ObjectionAction, ObjectionChannel
from beneficiaries.services.objections import LONGEST
from welfare.forms import DayField, FilterForm


class IndexForm(forms.Form):
    """Which communities the public index shows (GET)."""

    township = forms.ChoiceField(label="镇（街道）", required=False)
    q = forms.CharField(label="村（社区）名称", max_length=20, required=False)

    def offer(self, townships):
        """Draw these (code, name) as the choices; what was asked for is judged by what is found."""
        self.fields["township"].choices = [("", "全部"), *townships]


def asked_of_index(sent):
    """{township, q, page} of a query string, whatever was sent; costs no form, for the page that is read most."""
    sent = {name: sent.get(name, "").strip() for name in ("township", "q", "page")}
    is_code = re.fullmatch(r"[\w-]{1,32}", sent["township"], re.ASCII)
    return {
        "township": sent["township"] if is_code else "",
        "q": sent["q"][:20],
        "page": int(sent["page"]) if re.fullmatch(r"\d{1,4}", sent["page"], re.ASCII) else 1,
    }


class ObjectionForm(forms.Form):
    """What a resident fills in, without login. ``form_key`` makes a double click one objection."""

    row_position = forms.IntegerField(
        label="第几号（公示表中的编号）",
        required=False,
        min_value=1,
        max_value=99999,
        help_text="不知道可以不填。",
    )
    about = forms.CharField(label="反映的是谁、什么事", max_length=40, required=False)
    content = forms.CharField(
        label="具体情况",
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"请写明时间、情况和依据，最多 {LONGEST} 字。",
    )
    objector_name = forms.CharField(label="您的姓名（可不填）", max_length=50, required=False)
    objector_phone = forms.CharField(
        label="联系电话（可不填）", max_length=30, required=False, help_text="留下电话，便于我们核实和答复。"
    )
    form_key = forms.CharField(widget=forms.HiddenInput, required=False)


class ReplyForm(forms.Form):
    """The reference number of an objection."""

    code = forms.CharField(label="查询码（12 位数字）", max_length=20)

    def clean_code(self):
        return "".join(self.cleaned_data["code"].split())


class ReceivedForm(forms.Form):
    """An objection received by phone, on paper or in person, entered by staff."""

    channel = forms.ChoiceField(
        label="收到方式",
        choices=[choice for choice in ObjectionChannel.choices if choice[0] != ObjectionChannel.WEB],
    )
    row_position = forms.IntegerField(
        label="第几号", required=False, min_value=1, help_text="公示表中的编号；登记后该对象暂停办理。"
    )
    about = forms.CharField(label="反映对象或事项", max_length=40, required=False)
    content = forms.CharField(label="内容", max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 5}))
    objector_name = forms.CharField(label="反映人", max_length=50, required=False)
    objector_phone = forms.CharField(label="联系电话", max_length=30, required=False)


class AnswerForm(forms.Form):
    """The answer to an objection, and what was done before it."""

    action = forms.ChoiceField(
        label="核查方式",
        choices=[(one.value, one.label) for one in (ObjectionAction.CHECKED, ObjectionAction.RESURVEYED)],
        widget=forms.RadioSelect,
    )
    acted_on = DayField(label="核查日期", required=False, help_text="入户复核的必填。")
    is_upheld = forms.TypedChoiceField(
        label="核查结论",
        choices=[
            ("no", "异议不成立：恢复列入"),
            ("yes", "异议成立：不予列入"),
            ("open", "须重新评议：公示办结后转入补充名册，重新评议和公示"),
        ],
        coerce={"yes": True, "no": False, "open": None}.get,
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label="答复",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="答复会告知反映人，并写入公示结果报告对外公开：请用“第几号对象”称呼，不写姓名、住址、病情和各类号码。",
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("is_upheld", True) is None:
            cleaned["action"] = ObjectionAction.REASSESS
        return cleaned


class ObjectionFilter(FilterForm):
    """Above the list of objections."""

    standing = forms.ChoiceField(
        label="状态",
        choices=[("", "全部"), ("open", "待答复"), ("late", "已逾期"), ("answered", "已答复")],
    )
    community = forms.CharField(label="村(社区)", max_length=40)

    def __init__(self, *args, on, **kwargs):
        super().__init__(*args, **kwargs)
        self.on = on

    def narrow(self, queryset, chosen):
        standing = chosen.get("standing")
        if standing:
            queryset = queryset.filter(**{"status": "answered" if standing == "answered" else "open"})
        if standing == "late":
            queryset = queryset.filter(due_on__lt=self.on)
        if "community" in chosen:
            queryset = queryset.filter(notice__community_name__icontains=chosen["community"])
        return queryset


class AssignForm(forms.Form):
    """Which row of the notice an objection is about."""

    row_position = forms.IntegerField(label="对应公示表中第几号", min_value=1)
