"""What the register of complaints adds to the menu and to 待办."""

from django.urls import reverse

from beneficiaries.enums import UNSETTLED_COMPLAINT, ComplaintStatus
from beneficiaries.queries import complaints
from welfare import menu, todo

VERBS = {
    ComplaintStatus.RECEIVED: "交办举报",
    ComplaintStatus.HANDLING: "核查举报",
    ComplaintStatus.CONCLUDED: "反馈举报",
}
MOST = 30


def complaints_todo(user, on):
    """Complaints whose next step is mine, by their due day."""
    if not user.may("complaint.view"):
        return
    for found in complaints.waiting_for(user)[:MOST]:
        yield todo.Todo(
            title=f"{VERBS[found.status]} {found.reference}：{found.organisation}",
            url=reverse("complaint", args=[found.pk]),
            kind="举报",
            detail=found.get_about_display(),
            since_on=found.received_on,
            due_on=found.due_on if found.status in UNSETTLED_COMPLAINT else None,
        )


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(
        menu.Item("举报", "complaints", "方案与评审", order=40, permissions=("complaint.view",), icon="flag")
    )
    todo.register(complaints_todo)
