"""The form of a spot check: what was found at each entry drawn."""

from django import forms


class FindingsForm(forms.Form):
    """One row per entry drawn; a row without a verdict is left out."""

    def __init__(self, *args, findings, **kwargs):
        super().__init__(*args, **kwargs)
        self.findings = findings
        for finding in findings:
            known = {True: "yes", False: "no", None: ""}[finding.is_true]
            self.fields[f"verdict_{finding.pk}"] = forms.ChoiceField(
                label="核查结论",
                required=False,
                choices=[("", "未核查"), ("yes", "情况属实"), ("no", "情况不实")],
                initial=known,
            )
            self.fields[f"text_{finding.pk}"] = forms.CharField(
                label="核查情况", required=False, max_length=300, initial=finding.finding
            )
            self.fields[f"key_{finding.pk}"] = forms.BooleanField(
                label="列为重点", required=False, initial=finding.is_key
            )

    @property
    def rows(self):
        """(finding, verdict, text, key)."""
        return [
            (finding, *(self[f"{part}_{finding.pk}"] for part in ("verdict", "text", "key")))
            for finding in self.findings
        ]

    def recorded(self):
        """(finding, is_true, text, is_key) of the rows with a verdict."""
        data = self.cleaned_data
        return [
            (
                finding,
                data[f"verdict_{finding.pk}"] == "yes",
                data[f"text_{finding.pk}"],
                data[f"key_{finding.pk}"],
            )
            for finding in self.findings
            if data[f"verdict_{finding.pk}"]
        ]
