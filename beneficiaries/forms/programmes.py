"""Forms of a programme and its parts, as the admin shows them, and the filter of the list."""

from django import forms
from django.db.models import Q

from beneficiaries.enums import (
    CriterionKind,
    Fact,
    NoticeChannelKind,
    ProgrammeStatus,
    StandardKind,
    StepKind,
)
from beneficiaries.models import (
    AidCategory,
    Criterion,
    EarlierHelp,
    ProcedureStep,
    Programme,
    Standard,
)
from beneficiaries.queries.code_names import unknown_names
from beneficiaries.rules import eligibility, standards
from beneficiaries.rules.notice import told_by_label
from welfare.forms import FilterForm


class ProgrammeForm(forms.ModelForm):
    class Meta:
        model = Programme
        exclude = ()
        widgets = {name: forms.Textarea(attrs={"rows": 5}) for name in ("purpose", "remarks")}

    def clean(self):
        cleaned = super().clean()
        starts_on, ends_on = cleaned.get("starts_on"), cleaned.get("ends_on")
        if starts_on and ends_on and ends_on < starts_on:
            self.add_error("ends_on", "结束日期不能早于开始日期。")
        parent = cleaned.get("parent")
        if parent and cleaned.get("organiser") and not parent.organiser.covers(cleaned["organiser"]):
            self.add_error("parent", "总体方案须由本机构或上级机构主办。")
        if parent and cleaned.get("year") and parent.year != cleaned["year"]:
            self.add_error("parent", f"总体方案是{parent.year}年的，与本方案年度不同。")
        return cleaned


class CategoryForm(forms.ModelForm):
    class Meta:
        model = AidCategory
        exclude = ()

    def clean_public_label(self):
        label = self.cleaned_data["public_label"]
        _what, word = told_by_label(label)
        if word:
            raise forms.ValidationError(
                f"公开名称不能含“{word}”：公示会泄露隐私，请改用中性名称，如“困难家庭”。"
            )
        return label

    def clean_adds_to(self):
        """Not what, by other categories or at once, adds to this one."""
        base = self.cleaned_data["adds_to"]
        if base is None or self.instance.pk is None:
            return base
        siblings = AidCategory.objects.filter(programme=self.instance.programme_id)
        base_of = dict(siblings.values_list("pk", "adds_to")) | {self.instance.pk: base.pk}
        if self.instance.pk in standards.circle({self.instance.pk: base.pk} | base_of):
            raise forms.ValidationError(f"“{base}”本身又在本类别的标准上增发，不能互相增发，请另选。")
        return base


class CriterionForm(forms.ModelForm):
    class Meta:
        model = Criterion
        exclude = ()

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == CriterionKind.JUDGED and not cleaned.get("wording"):
            self.add_error("wording", "由评议认定的条件，请写明认定内容。")
        if kind != CriterionKind.TEST:
            return cleaned | {"fact": "", "operator": "", "value": ""}
        if not cleaned.get("fact"):
            self.add_error("fact", "请选择要比较的项目。")
        elif not cleaned.get("operator"):
            self.add_error("operator", "请选择比较方式。")
        else:
            self._check_test(cleaned)
        return cleaned

    def _check_test(self, cleaned):
        value = (cleaned.get("value") or "").strip()
        node = eligibility.Node(CriterionKind.TEST, False, cleaned["fact"], cleaned["operator"], value)
        if fault := eligibility.fault(node):
            self.add_error("value", fault)
        elif unknown := unknown_names(cleaned["fact"], eligibility.names(value)):
            label = Fact(cleaned["fact"]).label
            self.add_error(
                "value",
                f"代码表“{label}”没有“{'”“'.join(sorted(unknown))}”，请按代码表的名称填写，用“、”隔开。",
            )


class StandardForm(forms.ModelForm):
    class Meta:
        model = Standard
        exclude = ()

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == StandardKind.CASH:
            if not cleaned.get("amount"):
                self.add_error("amount", "慰问金须填写大于 0 的金额。")
            if cleaned.get("goods_item"):
                self.add_error("goods_item", "慰问金一行不填物资，请另加一行慰问品。")
        if kind == StandardKind.GOODS:
            if not cleaned.get("goods_item"):
                self.add_error("goods_item", "慰问品须选择物资。")
            if not cleaned.get("quantity"):
                self.add_error("quantity", "慰问品须填写大于 0 的数量。")
        if kind == StandardKind.SERVICE and not cleaned.get("description"):
            self.add_error("description", "服务须写明内容。")
        return cleaned


class EarlierForm(forms.ModelForm):
    class Meta:
        model = EarlierHelp
        exclude = ()

    def clean_year(self):
        year, programme = self.cleaned_data["year"], self.instance.programme
        if programme.year and year >= programme.year:
            raise forms.ValidationError(f"应是{programme.year}年以前的年度。")
        return year


class StepForm(forms.ModelForm):
    channels = forms.MultipleChoiceField(
        label=ProcedureStep._meta.get_field("channels").verbose_name,
        choices=NoticeChannelKind,
        initial=ProcedureStep._meta.get_field("channels").get_default,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=ProcedureStep._meta.get_field("channels").help_text,
    )

    class Meta:
        model = ProcedureStep
        exclude = ()

    def clean(self):
        cleaned = super().clean()
        kind = cleaned.get("kind")
        if kind == StepKind.NOTICE and not cleaned.get("days"):
            self.add_error("days", "公示环节须填写公示天数。")
        if kind == StepKind.NOTICE and not cleaned.get("channels"):
            self.add_error("channels", "公示环节须至少选择一种公示方式，如居(村)务公开栏。")
        if kind == StepKind.CHECK and not cleaned.get("sample_share") and not cleaned.get("sample_number"):
            self.add_error("sample_share", "抽查环节须填写抽查比例或户数。")
        for name in ("quorum_share", "pass_share", "sample_share"):
            if cleaned.get(name) is not None and not 0 < cleaned[name] <= 1:
                self.add_error(name, "比例应大于 0、不超过 1，如 0.6666。")
        return cleaned


class ProgrammeFilter(FilterForm):
    name = forms.CharField(label="名称或编号")
    year = forms.IntegerField(label="年度", min_value=2000, max_value=2100)
    status = forms.ChoiceField(label="状态", choices=[("", "全部"), *ProgrammeStatus.choices])

    def narrow(self, queryset, chosen):
        if "name" in chosen:
            queryset = queryset.filter(Q(name__icontains=chosen["name"]) | Q(code__icontains=chosen["name"]))
        return queryset.filter(**{name: value for name, value in chosen.items() if name != "name"})
