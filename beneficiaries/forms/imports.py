"""Forms of register imports."""

from django import forms

from beneficiaries.enums import ImportKind
from welfare.enums import Level
from welfare.models import Organisation


class UploadForm(forms.Form):
    """A workbook and the organisation it is for."""

    kind = forms.ChoiceField(
        label="登记表种类", choices=ImportKind, help_text="各种登记表的列不同，请用对应的模板填写。"
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        label="导入范围",
        empty_label=None,
        help_text="表中各行的村(社区)须在此范围内，否则整份文件不予读入。",
    )
    file = forms.FileField(
        label="登记表文件",
        help_text=".xlsx、.xls 或 .csv，不超过 20 MB。表头在哪一行、各列什么次序都可以。",
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xls,.csv"}),
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        mine = Organisation.objects.visible_to(user, "registry.import")
        self.fields["organisation"].queryset = mine.filter(
            level__in=[Level.COMMUNITY, Level.TOWNSHIP, Level.COUNTY]
        )


class ConfirmForm(forms.Form):
    """Whether rows in error are left out: an explicit choice."""

    leave_out_bad = forms.BooleanField(label="略过有误的行，只写入其余各行", required=False)
