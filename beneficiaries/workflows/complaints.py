"""The machine of 举报: handed to somebody without a part in it, looked into, told back, filed."""

from beneficiaries.enums import ComplaintStatus, FeedbackWay
from beneficiaries.queries.complaints import duties_on_roster
from welfare import workflow
from welfare.workflow import Machine, Move

VIEW, HANDLE = "complaint.view", "complaint.handle"


def handler_has_no_part_in_it(attempt):
    """Who acted on the roster complained about does not look into it."""
    handler, complaint = attempt.data.get("handler"), attempt.subject
    if attempt.is_rehearsal or handler is None:
        return None
    if not handler.is_active or not handler.may(VIEW, complaint.organisation):
        return f"{handler}没有办理{complaint.organisation}举报的权限，请另选承办人。"
    if duties_on_roster(complaint).filter(user=handler).exists():
        return f"{handler}办理过被反映的名册，应当回避，请另选承办人。"
    return None


def is_the_handler(attempt):
    if attempt.by != attempt.subject.handler:
        return f"这件举报由{attempt.subject.handler}承办，由承办人填写核查情况。"
    return None


def named_complainant_is_told(attempt):
    if (
        not attempt.is_rehearsal
        and attempt.data["way"] == FeedbackWay.NONE
        and not attempt.subject.is_anonymous
    ):
        return "举报人留了姓名或联系方式，须向本人反馈，请选择反馈方式。"
    return None


def hand_over(attempt):
    attempt.subject.handler = attempt.data["handler"]
    attempt.subject.due_on = attempt.data["due_on"]


def conclude(attempt):
    attempt.subject.finding = attempt.data["finding"]
    attempt.subject.result = attempt.data["result"].strip()


def look_again(attempt):
    complaint = attempt.subject
    complaint.finding, complaint.result = "", None
    complaint.concluded_at = complaint.concluded_by = None


def feed_back(attempt):
    attempt.subject.feedback_on = attempt.data["on"]
    attempt.subject.feedback_way = attempt.data["way"]


COMPLAINT = workflow.register(
    Machine(
        "beneficiaries.Complaint",
        "举报",
        ComplaintStatus,
        ComplaintStatus.RECEIVED,
        (
            Move(
                "assign",
                "交办",
                (ComplaintStatus.RECEIVED, ComplaintStatus.HANDLING),
                ComplaintStatus.HANDLING,
                HANDLE,
                guards=(handler_has_no_part_in_it,),
                change=hand_over,
            ),
            Move(
                "conclude",
                "填写核查情况",
                (ComplaintStatus.HANDLING,),
                ComplaintStatus.CONCLUDED,
                VIEW,
                guards=(is_the_handler,),
                stamp="concluded",
                change=conclude,
            ),
            Move(
                "reopen",
                "发回重查",
                (ComplaintStatus.CONCLUDED,),
                ComplaintStatus.HANDLING,
                HANDLE,
                needs_reason=True,
                change=look_again,
                tone="danger",
            ),
            Move(
                "feed_back",
                "登记反馈",
                (ComplaintStatus.CONCLUDED,),
                ComplaintStatus.CLOSED,
                HANDLE,
                guards=(named_complainant_is_told,),
                change=feed_back,
            ),
        ),
    )
)
