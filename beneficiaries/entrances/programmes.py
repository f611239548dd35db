"""What the programmes room adds to the menu, to 待办 and to other pages."""

from django.urls import reverse

from beneficiaries.enums import ProgrammeStatus
from beneficiaries.models import Programme
from welfare import menu, todo
from welfare.dates import today


def register():
    """Called once from ``apps.py: ready()``."""
    menu.register(
        menu.Item(
            "慰问方案", "programmes", "方案与评审", 10, permissions=("programme.view",), icon="journal-text"
        )
    )
    todo.register(waiting_programmes)


def waiting_programmes(user, on):
    """Programmes that wait for the user's approval, and her own that came back or are not yet submitted."""
    if user.may("programme.approve"):
        waiting = Programme.objects.visible_to(user, "programme.approve").filter(
            status=ProgrammeStatus.SUBMITTED
        )
        for programme in waiting.exclude(written_by=user).select_related("organiser"):
            yield todo.Todo(
                f"批准《{programme}》",
                reverse("programme", args=[programme.pk]),
                "方案",
                detail=f"{programme.organiser}，{programme.season}",
                since_on=today(programme.submitted_at) if programme.submitted_at else None,
                due_on=programme.starts_on,
            )
    if user.may("programme.write"):
        own = Programme.objects.visible_to(user, "programme.write").filter(status=ProgrammeStatus.DRAFT)
        for programme in own.filter(written_by=user).select_related("organiser"):
            yield todo.Todo(
                f"完成并提交《{programme}》",
                reverse("programme", args=[programme.pk]),
                "方案",
                detail="退回修改" if programme.submitted_at else "拟订中",
                due_on=programme.starts_on,
            )
