"""Pages of the kernel: 待办, a job's progress, errors."""

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from welfare import dates, jobs, todo
from welfare.models import Job
from welfare.viewtools import staff


@staff(methods=("GET", "HEAD"))
def todo_page(request):
    """What waits for me: overdue first, then by deadline."""
    on = dates.today(timezone.now())
    items = [{"item": item, "is_overdue": item.is_overdue(on)} for item in todo.for_user(request.user, on)]
    return render(request, "welfare/todo.html", {"items": items, "on": on})


def _own_job(request, pk):
    found = Job.objects.visible_to(request.user).filter(pk=pk, requested_by=request.user).first()
    if found is None:
        raise Http404("没有找到这项任务。")
    return found


@staff(methods=("GET", "HEAD"))
def job_page(request, pk):
    """One job's progress; the page polls the fragment and leads on when it is done."""
    job = _own_job(request, pk)
    if request.htmx or request.GET.get("fragment"):
        return render(request, "components/job.html", {"job": job})
    return render(request, "welfare/job.html", {"job": job})


@staff(methods=("GET", "HEAD"))
def job_list(request):
    """My jobs, newest first."""
    rows = Job.objects.visible_to(request.user).filter(requested_by=request.user)[:50]
    return render(request, "welfare/jobs.html", {"jobs": rows})


@staff(methods=("POST",))
def job_cancel(request, pk):
    """Ask one of my jobs to stop."""
    jobs.cancel(_own_job(request, pk))
    return redirect("job", pk)


def csrf_failure(request, reason=""):
    """A form whose security token is missing or old."""
    return render(request, "403_csrf.html", {"reason": reason}, status=403)


def no_such_page(request, nothing):
    """An address that leads nowhere."""
    raise Http404("没有这个页面。")


def healthy(request):
    """For load balancers: the process answers."""
    return HttpResponse("ok", content_type="text/plain")


def home(request):
    """The bare address: staff to 待办, others to the login page."""
    if request.user.is_authenticated:
        return redirect("todo")
    return redirect_to_login("/todo/")
