"""Forms about plan files: one to load, a season to copy to."""

from django import forms

from beneficiaries import plan_file
from beneficiaries.plan_file import values
from welfare.models import Organisation

LARGEST = 1024 * 1024


class PlanUploadForm(forms.Form):
    """A plan file for an organiser. Sent a second time, with ``text`` instead of the file, it is loaded.

    ``cleaned_data["plan"]`` is the Plan; every fault of the file is an error with its line.
    """

    organiser = forms.ModelChoiceField(Organisation.objects.none(), label="主办机构", empty_label=None)
    year = forms.IntegerField(
        label="换算到哪一年",
        required=False,
        min_value=2000,
        max_value=2100,
        help_text="不填为文件中的年度；填了，农历日期和月日随之换算。",
    )
    file = forms.FileField(
        label="方案文件",
        required=False,
        help_text=".toml 文件，不超过 1 MB。写法见随产品提供的方案文件。",
        widget=forms.ClearableFileInput(attrs={"accept": ".toml"}),
    )
    text = forms.CharField(required=False, widget=forms.HiddenInput, strip=False)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["organiser"].queryset = Organisation.objects.visible_to(user, "programme.write").order_by(
            "path"
        )

    def clean(self):
        cleaned = super().clean()
        file, text = cleaned.get("file"), cleaned.get("text")
        name = file.name if file else "方案文件"
        if file:
            text = self._read(file)
        elif not text:
            self.add_error("file", "请选择方案文件。")
        if not text or self.errors:
            return cleaned
        try:
            plan = plan_file.parse(text.lstrip("\ufeff"), name=name, year=cleaned.get("year"))
        except plan_file.PlanError as error:
            for fault in error.message.splitlines():
                self.add_error("file", fault)
            return cleaned
        if plan.document != values.PLAN and not file:
            self.add_error(None, "这是总结，不是方案，只能核对，不能载入。")
        return cleaned | {"plan": plan, "text": text}

    def _read(self, file):
        if file.size > LARGEST:
            self.add_error("file", "文件超过 1 MB，不像是方案文件，请核对。")
            return ""
        try:
            return file.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add_error("file", "文件不是 UTF-8 编码，请另存为 UTF-8 后再试。")
            return ""


class CopyForm(forms.Form):
    year = forms.IntegerField(label="复制到哪一年", min_value=2000, max_value=2100)
