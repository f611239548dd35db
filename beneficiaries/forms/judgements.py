"""The form that answers the judged conditions of one entry."""

from django import forms

from beneficiaries.rules.explanation import said

SAID = {True: "yes", False: "no"}


def verdicts(is_negated):
    """Choices of an answer, in the words of ``explanation.said``."""
    return [("", "暂不认定"), *((code, said(is_met, is_negated)) for is_met, code in SAID.items())]


class JudgeForm(forms.Form):
    """A verdict and a reason for each condition asked (``queries.judgements.Asked``); what stays as it was is left out."""

    def __init__(self, *args, asked, **kwargs):
        super().__init__(*args, **kwargs)
        self.asked = asked
        for one in asked:
            known = one.judgement
            self.fields[f"verdict_{one.criterion.pk}"] = forms.ChoiceField(
                label="结论",
                required=False,
                choices=verdicts(one.is_negated),
                widget=forms.RadioSelect,
                initial=SAID[known.is_met] if known else "",
            )
            self.fields[f"reason_{one.criterion.pk}"] = forms.CharField(
                label="理由",
                required=False,
                max_length=300,
                widget=forms.Textarea(attrs={"rows": 2}),
                initial=known.reason if known else "",
            )

    @property
    def rows(self):
        """(asked, verdict, reason)."""
        return [
            (one, self[f"verdict_{one.criterion.pk}"], self[f"reason_{one.criterion.pk}"])
            for one in self.asked
        ]

    def clean(self):
        cleaned = super().clean()
        for one in self.asked:
            verdict, reason = (
                cleaned.get(f"{part}_{one.criterion.pk}", "") for part in ("verdict", "reason")
            )
            if verdict and not reason.strip():
                self.add_error(f"reason_{one.criterion.pk}", "请写明认定的理由。")
            if one.judgement and not verdict:
                self.add_error(f"verdict_{one.criterion.pk}", "已认定的条件可以改变结论，不能取消。")
        if not self.errors and not self.answered(cleaned):
            self.add_error(None, "没有新的认定：请至少对一项条件作出结论。")
        return cleaned

    def answered(self, cleaned=None):
        """(criterion, is_met, reason) of each condition decided anew."""
        cleaned = self.cleaned_data if cleaned is None else cleaned
        found = []
        for one in self.asked:
            verdict, reason = (
                cleaned.get(f"{part}_{one.criterion.pk}", "").strip() for part in ("verdict", "reason")
            )
            before = (SAID[one.judgement.is_met], one.judgement.reason) if one.judgement else ("", "")
            if verdict and (verdict, reason) != before:
                found.append((one.criterion, verdict == "yes", reason))
        return found
