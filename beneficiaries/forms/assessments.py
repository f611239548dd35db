"""Forms of the assessment meeting: who came, and how they voted, each on one page."""

from django import forms
from django.utils import timezone

from beneficiaries.enums import MeetingPhotoKind
from welfare.forms import MomentField

NUMBER = {"min": 0, "inputmode": "numeric"}


class MeetingForm(forms.Form):
    """The meeting and its attendees: one row of fields per person; rows without a name are left out."""

    held_at = MomentField(label="时间")
    place = forms.CharField(label="地点", max_length=100)
    chair = forms.CharField(label="主持人", max_length=50)
    recorder = forms.CharField(label="记录人", max_length=50)
    minutes = forms.CharField(
        label="评议纪要", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    ROWS = MORE = 15
    MOST = 200

    def __init__(self, *args, earlier=(), rows=0, **kwargs):
        """``earlier``: (name, capacity) of the last meeting's people, offered again; ``rows``: so many at least."""
        kwargs.setdefault("initial", {"held_at": timezone.localtime().replace(second=0, microsecond=0)})
        super().__init__(*args, **kwargs)
        earlier = list(earlier)
        wanted = max(self.ROWS, len(earlier) + 3, rows, self._rows_of(self.data))
        self.numbers = range(min(wanted, self.MOST))
        for number in self.numbers:
            name, capacity = earlier[number] if number < len(earlier) else ("", "")
            self._row(number, name, capacity)

    @classmethod
    def longer(cls, sent):
        """The form with more rows and everything typed so far, as it was typed: nothing of it is checked."""
        count = cls._rows_of(sent)
        ticked = {f"present_{number}": f"present_{number}" in sent for number in range(count)}
        return cls(initial=sent.dict() | ticked, rows=count + cls.MORE)

    @staticmethod
    def _rows_of(sent):
        """How many rows were sent: each sends its name, filled in or not."""
        return sum(name.startswith("name_") for name in sent)

    def _row(self, number, name, capacity):
        self.fields[f"name_{number}"] = forms.CharField(
            label="姓名", required=False, max_length=50, initial=name
        )
        self.fields[f"capacity_{number}"] = forms.CharField(
            label="身份", required=False, max_length=50, initial=capacity
        )
        self.fields[f"present_{number}"] = forms.BooleanField(label="到会", required=False, initial=True)
        self.fields[f"reason_{number}"] = forms.CharField(label="缺席原因", required=False, max_length=100)

    @property
    def may_grow(self):
        """Whether there may be more rows."""
        return len(self.numbers) < self.MOST

    @property
    def facts(self):
        """The bound fields about the meeting itself."""
        return [self[name] for name in ("held_at", "place", "chair", "recorder", "minutes")]

    @property
    def rows(self):
        """The bound fields of each attendee row."""
        return [
            [self[f"{part}_{number}"] for part in ("name", "capacity", "present", "reason")]
            for number in self.numbers
        ]

    def attendees(self):
        """The rows filled in, as the service takes them."""
        data = self.cleaned_data
        return [
            {
                "name": data[f"name_{number}"],
                "capacity": data[f"capacity_{number}"],
                "is_present": data[f"present_{number}"],
                "absence_reason": data[f"reason_{number}"],
            }
            for number in self.numbers
            if data[f"name_{number}"].strip()
        ]


class VotesForm(forms.Form):
    """The votes on every entry, one row each; a row without any number is left out."""

    COUNTS = (("agree", "同意"), ("against", "反对"), ("abstain", "弃权"))
    WORDS = (("withdrawn", "回避人"), ("opinion", "评议意见"))

    def __init__(self, *args, entries, votes, **kwargs):
        """``entries``: those to vote on; ``votes``: {entry id: vote already recorded}."""
        super().__init__(*args, **kwargs)
        self.entries = entries
        for entry in entries:
            vote = votes.get(entry.pk)
            for name, label in self.COUNTS:
                self.fields[f"{name}_{entry.pk}"] = forms.IntegerField(
                    label=f"第{entry.position}号{label}",
                    required=False,
                    min_value=0,
                    max_value=999,
                    initial=getattr(vote, name, None),
                    widget=forms.NumberInput(attrs=NUMBER),
                )
            for name, label in self.WORDS:
                self.fields[f"{name}_{entry.pk}"] = forms.CharField(
                    label=f"第{entry.position}号{label}",
                    required=False,
                    max_length=200,
                    initial=getattr(vote, name, ""),
                )

    @property
    def rows(self):
        """(entry, its bound fields)."""
        names = [name for name, _label in (*self.COUNTS, *self.WORDS)]
        return [(entry, [self[f"{name}_{entry.pk}"] for name in names]) for entry in self.entries]

    def votes(self):
        """{entry id: votes} of the rows filled in."""
        data, found = self.cleaned_data, {}
        for entry in self.entries:
            row = {name: data[f"{name}_{entry.pk}"] for name, _label in (*self.COUNTS, *self.WORDS)}
            if any(row[name] is not None for name, _label in self.COUNTS):
                found[entry.pk] = row
        return found


class MeetingPhotoForm(forms.Form):
    """What shows that the meeting was held."""

    kind = forms.ChoiceField(label="内容", choices=MeetingPhotoKind)
    photo = forms.FileField(
        label="照片",
        widget=forms.FileInput(attrs={"accept": "image/*", "capture": "environment"}),
        help_text="签到表、会场或会议记录各拍一张。JPG、PNG 或 WebP，12 MB 以内。",
    )
    note = forms.CharField(label="说明", max_length=200, required=False)
