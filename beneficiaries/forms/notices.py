"""Forms of public notices: what an office writes before posting, where it was shown, the final result."""

from django import forms

from beneficiaries.enums import NoticeChannelKind
from beneficiaries.services.notices import LONGEST_BODY
from welfare.forms import DayField


class _Written(forms.Form):
    """Written on one page, confirmed on the next: ``carried`` gives the same fields hidden."""

    def carried(self):
        """The form with every field hidden, for the page of the preview."""
        for field in self.fields.values():
            field.widget = field.hidden_widget()
        return self


class PostNoticeForm(_Written):
    """What is said around the list."""

    body = forms.CharField(
        label="正文",
        max_length=LONGEST_BODY,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "max_length": "正文请不要超过 %(limit_value)d 字，现在有 %(show_value)d 字，请删减后再预览。"
        },
        help_text=f"不超过 {LONGEST_BODY} 字。可以按本地习惯改写。不写姓名、住址、病情和各类号码，也不写“残疾人”“患病”“儿童”等字样。",
    )
    place = forms.CharField(
        label="张贴地点",
        max_length=100,
        initial="居（村）务公开栏",
        help_text="除网上公示外，纸质公示张贴在何处。",
    )
    hotline = forms.CharField(label="监督电话", max_length=30, required=False)


class PublishForm(_Written):
    """What is said above the final list."""

    body = PostNoticeForm.base_fields["body"]


class ChannelForm(forms.Form):
    """Where a notice was shown, with its proof."""

    kind = forms.ChoiceField(label="方式", choices=NoticeChannelKind)
    place = forms.CharField(
        label="地点或名称", max_length=100, help_text="公开栏的位置、会议或媒体的名称，会随公示公开。"
    )
    shown_on = DayField(label="日期", help_text="公示期内。")
    photo = forms.FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text="张贴后拍一张，报刊拍版面，网站和微信截图。JPG、PNG 或 WebP，12 MB 以内。",
    )
    note = forms.CharField(label="说明", max_length=200, required=False)
