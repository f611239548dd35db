"""Forms of evidence files."""

from django import forms

from beneficiaries.enums import CodeKind
from beneficiaries.models import Code, Hardship
from beneficiaries.services.evidence import MOST_AT_ONCE
from welfare.forms import DayField

WHOLE = "household"


class FilesInput(forms.FileInput):
    """Several files in one input."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of uploads; empty when none was chosen."""

    widget = FilesInput

    def clean(self, data, initial=None):
        return [super(FilesField, self).clean(one, initial) for one in data or []]


class EvidenceForm(forms.Form):
    """One or several files of one kind. The subject is the household or one of its people, or the institution itself."""

    subject = forms.ChoiceField(label="谁的材料")
    kind = forms.ModelChoiceField(
        Code.objects.filter(kind=CodeKind.EVIDENCE_KIND, is_active=True), label="种类", empty_label="请选择"
    )
    photo = forms.FileField(
        label="拍照",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text="平板或手机上直接拍一张。",
    )
    files = FilesField(
        label="或选择文件",
        required=False,
        widget=FilesInput(attrs={"accept": "image/jpeg,image/png,image/webp,application/pdf,.pdf"}),
        help_text=f"可一次选多个，最多 {MOST_AT_ONCE} 个：JPG、PNG、WebP 图片（12 MB 以内）或 PDF（10 MB 以内）。",
        error_messages={"empty": "有一个文件是空的，请重新选择。"},
    )
    title = forms.CharField(
        label="名称", max_length=100, required=False, help_text="如：二级肢体残疾证第 1 页"
    )
    hardship = forms.ModelChoiceField(
        Hardship.objects.none(), label="证明的困难情况", required=False, empty_label="不限"
    )
    issued_on = DayField(label="出具日期", required=False)
    valid_until = DayField(label="有效期至", required=False)

    def __init__(self, *args, household=None, people=(), **kwargs):
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        if household is None:
            del self.fields["subject"], self.fields["hardship"]
            return
        names = [(pk, _named(person)) for pk, person in self.people.items()]
        self.fields["subject"].choices = [(WHOLE, "全户"), *names]
        held = Hardship.objects.filter(household=household) | Hardship.objects.filter(person__in=people)
        self.fields["hardship"].queryset = held.select_related("category", "person").order_by("pk")
        self.fields["hardship"].label_from_instance = _held

    def clean(self):
        cleaned = super().clean()
        photo = cleaned.get("photo")
        cleaned["files"] = [*([photo] if photo else []), *cleaned.get("files", [])]
        if not cleaned["files"] and not self.errors:
            self.add_error("files", "请先拍照或选择文件。")
        return cleaned

    def facts(self):
        """What ``services.evidence.add_many`` takes, but for the subject."""
        names = ("files", "kind", "title", "hardship", "issued_on", "valid_until")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}

    def person(self):
        """The person whose files they are; None for the whole household or an institution."""
        return self.people.get(self.cleaned_data.get("subject"))


def _named(person):
    """A name with the year of birth: two people of one household may bear the same."""
    born = f"（{person.birth_on:%Y}年生）" if person.birth_on else ""
    gone = "，已去世" if person.died_on else "，已迁出" if person.left_on else ""
    return f"{person.name}{born}{gone}"


def _held(hardship):
    return f"{hardship.category}（{hardship.person.name if hardship.person else '全户'}）"
