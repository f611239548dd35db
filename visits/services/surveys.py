"""入户调查表: the typed answers of one visit."""

from django.core.exceptions import ValidationError
from django.db import transaction

from visits.models import Survey
from visits.services.visits import lock_open
from welfare import audit
from welfare.errors import Refusal


@transaction.atomic
def fill(*, visit, answers, by, at):
    """Write or correct the survey of a visit; ``answers`` by field name. Returns the Survey.

    Open to members of the team from the visit's day until the visit is confirmed. Raises Refusal in
    words, with the field, for a bad answer.
    """
    locked = lock_open(visit, by, at)
    survey = Survey.objects.filter(visit=locked).first() or Survey(visit=locked)
    is_new = survey.pk is None
    for name, value in answers.items():
        setattr(survey, name, value)
    survey.filled_by, survey.filled_at = by, at
    _check(survey)
    survey.save()
    audit.record(
        action="survey.fill",
        label="填写入户调查表" if is_new else "更正入户调查表",
        by=by,
        at=at,
        target=survey,
        organisation=locked.organisation,
        after={"answered": sorted(answers)},
    )
    return survey


def _check(survey):
    if not survey.members_agree and not survey.member_changes.strip():
        raise Refusal("家庭成员与登记不一致，请写明变化。", field="member_changes")
    if not survey.income_agrees and survey.monthly_income is None:
        raise Refusal("收入与登记不一致，请填写核实的月人均收入。", field="monthly_income")
    for name in ("monthly_income", "yearly_outgoing"):
        amount = getattr(survey, name)
        if amount is not None and amount < 0:
            raise Refusal("金额不能小于零。", field=name)
    try:
        survey.full_clean(exclude=["visit", "filled_by"], validate_constraints=False)
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        label = Survey._meta.get_field(field).verbose_name if field != "__all__" else ""
        raise Refusal(f"{label}：{sentences[0]}".lstrip("："), field=field) from error
