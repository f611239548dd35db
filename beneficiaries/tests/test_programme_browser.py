"""In a browser: an officer sets up a small programme in the admin, somebody else approves it."""

import pytest
from django.urls import reverse

from beneficiaries.models import Programme
from beneficiaries.tests.factories import approved_programme, submitted_programme
from welfare.testing.browser import is_wide, sign_in
from welfare.testing.personas import make_organisations, user_with

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, page, shot):
    return Site(live_server, page, shot)


class Site:
    """A browser at the admin: sign in, open, press, take a picture."""

    def __init__(self, server, page, shot):
        self.server, self.page, self.shot = server, page, shot

    def sign_in(self, user):
        sign_in(self.page, self.server, user)

    def open(self, name, *args):
        self.page.goto(self.server.url + reverse(name, args=args))

    def press(self, label):
        self.page.get_by_role("link", name=label, exact=True).or_(
            self.page.get_by_role("button", name=label, exact=True)
        ).first.click()

    def add_row(self, prefix, **values):
        """Fill one more row of an inline."""
        page = self.page
        number = int(page.input_value(f"[name={prefix}-TOTAL_FORMS]"))
        folded = page.locator(f"#{prefix}-group details:not([open]) > summary")
        if folded.count():
            folded.first.click()
        page.click(f"#{prefix}-group .add-row a")
        for name, value in values.items():
            field = page.locator(f"[name={prefix}-{number}-{name}]")
            if field.evaluate("field => field.tagName") == "SELECT":
                field.select_option(label=value)
            else:
                field.fill(value)


def write_programme(site, township):
    page = site.page
    site.open("admin:beneficiaries_programme_add")
    for name, value in {
        "code": "dw-2026",
        "name": "2026年端午慰问方案",
        "season": "2026年端午节",
        "year": "2026",
        "starts_on": "2026-06-01",
        "ends_on": "2026-06-19",
        "quota_total": "10",
    }.items():
        page.fill(f"[name={name}]", value)
    page.select_option("[name=organiser]", label=township.name)
    site.add_row("categories", precedence="1", name="低收入困难户", public_label="困难家庭")
    site.add_row("steps", position="1", kind="公示", level="村(社区)", days="3", name="社区公示")
    site.add_row("steps", position="2", kind="审核", level="镇(街道)", name="镇审批")
    site.add_row("stated_figures", subject="款物总额", text="共3000元", low="3000")
    site.shot(page, "admin-programme-new")
    page.click("[name=_continue]")


def write_category(site):
    page = site.page
    page.click("#categories-group .inlinechangelink")
    site.add_row(
        "criteria",
        position="1",
        kind="条件",
        fact="家庭月人均收入（元）",
        operator="以下（含）",
        value="1170",
    )
    site.add_row("standards", kind="慰问金", basis="每户（每份）", amount="200")
    site.shot(page, "admin-category")
    page.click("[name=_continue]")
    site.shot(page, "admin-category-saved")


def test_an_officer_sets_up_a_programme_and_another_person_approves_it(site):
    tree = make_organisations()
    site.sign_in(user_with("programme_officer", tree.township))
    write_programme(site, tree.township)
    write_category(site)
    programme = Programme.objects.get()
    site.open("admin:beneficiaries_programme_change", programme.pk)
    assert "10户×200元＝2,000元" in site.page.inner_text(".findings")
    assert not is_wide(site.page)
    site.shot(site.page, "admin-programme-draft")
    site.press("提交审批")
    site.shot(site.page, "admin-programme-submit")
    site.press("确认提交审批")

    approver = user_with("programme_approver", tree.township)
    site.sign_in(approver)
    site.shot(site.page, "todo-approver")
    site.open("admin:beneficiaries_programme_change", programme.pk)
    site.press("批准")
    assert "共3000元" in site.page.inner_text("main")
    site.shot(site.page, "admin-programme-approve")
    site.press("确认批准")
    programme.refresh_from_db()
    assert (programme.status, programme.approved_by) == ("approved", approver)
    site.shot(site.page, "admin-programme-approved")


def test_the_author_reads_why_she_cannot_approve(site):
    tree = make_organisations()
    author = user_with("programme_officer", tree.township, "programme_approver")
    programme = submitted_programme(tree.township, by=author)
    site.sign_in(author)
    site.open("admin:beneficiaries_programme_change", programme.pk)
    assert "请由其他人员办理" in site.page.inner_text(".moves")
    site.shot(site.page, "admin-programme-author")
    site.open("admin:beneficiaries_programme_move", programme.pk, "approve")
    assert "请由其他人员办理" in site.page.inner_text("main")
    site.shot(site.page, "admin-programme-author-refused")


def test_the_staff_pages_fit_office_screen_and_tablet(site):
    tree = make_organisations()
    programme = approved_programme(tree.township)
    site.sign_in(user_with("programme_officer", tree.township))
    for width in (1366, 1024):
        site.page.set_viewport_size({"width": width, "height": 768})
        for name, args in (("programmes", ()), ("programme", (programme.pk,))):
            site.open(name, *args)
            site.shot(site.page, f"{name}-{width}")
            assert not is_wide(site.page)
    site.page.set_viewport_size({"width": 1366, "height": 768})
    site.open("admin:beneficiaries_programme_changelist")
    site.shot(site.page, "admin-programmes")
    site.open("admin:beneficiaries_programme_change", programme.pk)
    assert not is_wide(site.page)
    site.shot(site.page, "admin-programme-000-6")
    site.open("admin:beneficiaries_aidcategory_change", programme.categories.first().pk)
    site.shot(site.page, "admin-category-000-6")


CUT = """[...document.querySelectorAll('.form-row input, .form-row select')].filter(one => one.offsetParent
    && one.getBoundingClientRect().right > one.closest('.form-row').getBoundingClientRect().right + 1).length"""


def test_the_admin_fits_a_tablet_and_long_procedures_wrap(site):
    tree = make_organisations()
    site.sign_in(user_with("programme_officer", tree.township))
    site.page.set_viewport_size({"width": 820, "height": 1180})
    for name in ("index", "password_change", "beneficiaries_programme_add"):
        site.open(f"admin:{name}")
        assert not is_wide(site.page)
        assert site.page.evaluate(CUT) == 0
    site.page.set_viewport_size({"width": 1366, "height": 768})
    steps = "".join(f'<li class="step"><span class="step-label">第{n}步</span></li>' for n in range(10))
    site.open("todo")
    site.page.evaluate(f"document.querySelector('main').innerHTML = `<ol class='steps'>{steps}</ol>`")
    assert site.page.evaluate("(e => e.scrollWidth - e.clientWidth)(document.querySelector('.steps'))") <= 0
