"""What a letter to a person may say, and how it is numbered. Pure."""

from beneficiaries.rules.notice import public_text_refusal, sensitive


def number_of(programme_code, organisation_code, version, serial):
    """spring-2027-T01-1-告-003"""
    return f"{programme_code}-{organisation_code}-{version}-告-{serial:03}"


def reason_refusal(reason, private=()):
    """The sentence why a letter may not give this reason, or None. ``private`` are (what, value) of the family."""
    if not reason.strip():
        return "请写明不予列入的理由。"
    if public_text_refusal(reason, private):
        return "告知书可能被他人看到，不能写身份证号、电话、银行卡号或病名。请改写为不符合哪一项条件。"
    if what := sensitive(reason):
        return f"告知书可能被他人看到，所写理由{what}。请改写为不符合哪一项条件。"
    return None
