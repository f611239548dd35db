"""The life of a programme: drafted, submitted, approved by somebody else, closed. Approved, it is frozen."""

from beneficiaries.enums import BY_LIST, ProgrammeStatus
from welfare import workflow


def _is_complete(attempt):
    """A plan that helps by list needs categories, steps, standards and labels; visits, outreach, a framework do not."""
    programme = attempt.subject
    if programme.kind not in BY_LIST:
        return None
    categories = list(programme.categories.prefetch_related("standards"))
    if not categories:
        return "方案还没有慰问类别，请先添加。"
    if not programme.steps.exists():
        return "方案还没有程序环节，请先添加评议、公示、审核等环节。"
    bare = [category.name for category in categories if not category.standards.all()]
    if bare:
        return f"类别“{'”“'.join(bare)}”还没有慰问标准，请先填写。"
    unlabelled = [category.name for category in categories if not category.public_label]
    if unlabelled:
        return f"类别“{'”“'.join(unlabelled)}”还没有公开名称，不能公示，请先填写。"
    return None


def _is_not_the_author(attempt):
    if attempt.by.pk == attempt.subject.written_by_id:
        return "您是方案拟订人，不能批准自己拟订的方案，请由其他人员办理。"
    return None


PROGRAMME = workflow.register(
    workflow.Machine(
        model="beneficiaries.Programme",
        label="方案",
        statuses=ProgrammeStatus,
        initial=ProgrammeStatus.DRAFT,
        moves=(
            workflow.Move(
                name="submit",
                label="提交审批",
                sources=(ProgrammeStatus.DRAFT,),
                target=ProgrammeStatus.SUBMITTED,
                permission="programme.write",
                guards=(_is_complete,),
                stamp="submitted",
                duty="drafting",
            ),
            workflow.Move(
                name="approve",
                label="批准",
                sources=(ProgrammeStatus.SUBMITTED,),
                target=ProgrammeStatus.APPROVED,
                permission="programme.approve",
                guards=(_is_not_the_author, _is_complete),
                stamp="approved",
                duty="approving",
                bars=frozenset({"drafting"}),
            ),
            workflow.Move(
                name="return",
                label="退回修改",
                sources=(ProgrammeStatus.SUBMITTED,),
                target=ProgrammeStatus.DRAFT,
                permission="programme.approve",
                needs_reason=True,
                tone="secondary",
            ),
            workflow.Move(
                name="close",
                label="结束方案",
                sources=(ProgrammeStatus.APPROVED,),
                target=ProgrammeStatus.CLOSED,
                permission="programme.write",
                needs_reason=True,
                tone="danger",
            ),
        ),
    )
)
