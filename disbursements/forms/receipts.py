"""The form at the door: who signs, how, and on what basis when it is not plainly the recipient."""

from django import forms

from disbursements.enums import ReceiptException, ReceiptMethod


class ReceiptForm(forms.Form):
    """A signature drawn on the pad, or a photo of a fingerprint."""

    signature = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2_000_000)
    photo = forms.FileField(required=False, label="手印照片")
    exception = forms.ChoiceField(
        label="特殊情形", choices=[("", "没有，本人签字"), *ReceiptException.choices], required=False
    )
    signer_name = forms.CharField(
        label="签收人姓名", max_length=60, required=False, help_text="监护人签收的填监护人"
    )
    relation = forms.CharField(label="与领取人关系", max_length=30, required=False)
    basis = forms.CharField(
        label="依据或经过", max_length=200, required=False, help_text="如户口簿、监护证明；住院地点"
    )
    witness = forms.CharField(label="见证人", max_length=50, required=False, help_text="按手印的必填")

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("signature") and not cleaned.get("photo"):
            self.add_error(None, "还没有签字。请领取人在框内签名；不会写字的，按手印后拍照上传。")
        return cleaned

    def picture(self):
        """(method, image) as ``receipts.take`` wants them. A photo is taken only when nothing was drawn."""
        if self.cleaned_data.get("signature"):
            return ReceiptMethod.SIGNATURE, self.cleaned_data["signature"]
        return ReceiptMethod.FINGERPRINT, self.cleaned_data["photo"]

    def facts(self):
        """The remaining arguments of ``receipts.take``."""
        names = ("exception", "signer_name", "relation", "basis", "witness")
        return {name: self.cleaned_data[name] for name in names}
