"""The house rules that a test can hold: arrows, order inside an app, one gate, a scope for every person."""

import ast
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
APPS = ["welfare", "beneficiaries", "visits", "disbursements"]
OPEN_BETWEEN_APPS = {"models", "enums", "queries", "services"}
# A module may import those of earlier ranks, not of later ones.
RANKS = [
    {"enums"},
    {"rules"},
    {"querysets"},
    {"models"},
    {"queries"},
    {"workflows", "procedure"},
    {"services"},
    {"excel", "documents"},
    {"tasks"},
    {"forms", "tables", "resources"},
    {"views", "admin"},
    {"management", "urls", "apps", "entrances", "benchmarks"},
]


def sources(app):
    """(path, syntax tree) of an app's own modules: no tests, no migrations."""
    for path in sorted((ROOT / app).rglob("*.py")):
        parts = path.relative_to(ROOT).parts
        if "tests" in parts or "migrations" in parts or "testing" in parts:
            continue
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def imports(tree):
    """Dotted names of everything imported, inside functions too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module in APPS:
                yield from (f"{node.module}.{alias.name}" for alias in node.names)
            else:
                yield node.module


def rank(module):
    return next((number for number, names in enumerate(RANKS) if module in names), None)


@pytest.mark.parametrize("app", APPS)
def test_an_app_imports_only_apps_to_its_left(app):
    wrong = []
    for path, tree in sources(app):
        for name in imports(tree):
            top, _, rest = name.partition(".")
            if top not in APPS or top == app or top == "welfare":
                continue
            if APPS.index(top) > APPS.index(app):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}, an app to its right")
            elif rest.split(".")[0] not in OPEN_BETWEEN_APPS and not is_whole_house(path):
                wrong.append(f"{path.relative_to(ROOT)} imports {name}, a private module of another app")
    assert not wrong, "\n".join(wrong)


def is_whole_house(path):
    """What spans all rooms may see all: the season rehearsal and the demo, in disbursements."""
    parts = path.relative_to(ROOT).parts
    return parts[0] == "disbursements" and ("season" in str(path) or "demo" in str(path))


@pytest.mark.parametrize("app", APPS[1:])
def test_inside_an_app_arrows_follow_the_ranks(app):
    wrong = []
    for path, tree in sources(app):
        own = rank(path.relative_to(ROOT / app).parts[0].removesuffix(".py"))
        if own is None or is_whole_house(path):
            continue
        for name in imports(tree):
            parts = name.split(".")
            if parts[0] == app and len(parts) > 1 and (theirs := rank(parts[1])) is not None and theirs > own:
                wrong.append(f"{path.relative_to(ROOT)} imports {name}, which comes after it")
    assert not wrong, "\n".join(wrong)


def test_foreign_keys_point_left():
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if model._meta.app_label in APPS
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model._meta.app_label in APPS
        if APPS.index(field.related_model._meta.app_label) > APPS.index(model._meta.app_label)
    ]
    assert not wrong


def status_writes(tree):
    """Line numbers where a status is assigned, set, or passed to create/update/constructor."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(isinstance(t, ast.Attribute) and t.attr == "status" for t in targets):
                yield node.lineno
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            writes = (
                called in {"create", "update", "get_or_create", "update_or_create"} or called[:1].isupper()
            )
            if writes and called != "Q" and any(keyword.arg == "status" for keyword in node.keywords):
                yield node.lineno
            if called == "setattr" and len(node.args) > 1 and getattr(node.args[1], "value", "") == "status":
                yield node.lineno


@pytest.mark.parametrize("app", APPS)
def test_no_status_is_written_outside_the_gate(app):
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path, tree in sources(app)
        if path != ROOT / "welfare/workflow.py"
        for line in status_writes(tree)
    ]
    assert not wrong, wrong


@pytest.mark.parametrize(
    "code",
    [
        "roster.status = 'final'",
        "Roster.objects.filter(pk=1).update(status='x')",
        "setattr(roster, 'status', 'x')",
    ],
)
def test_the_status_finder_finds(code):
    assert list(status_writes(ast.parse(code)))


def test_every_model_says_whose_it_is():
    """A scope path to an organisation that resolves, or a reason why it needs none."""
    wrong = []
    for model in apps.get_models():
        if model._meta.app_label not in APPS:
            continue
        scope_path = getattr(model, "scope_path", None)
        if scope_path is None:
            if not getattr(model, "unscoped", "") and not model._meta.auto_created:
                wrong.append(f"{model._meta.label} has neither scope_path nor unscoped")
            continue
        for lookup in (scope_path,) if isinstance(scope_path, str) else scope_path:
            str(model._base_manager.filter(**{f"{lookup}__path" if lookup else "path": "/"}).query)
    assert not wrong, wrong


def test_nothing_but_the_agreed_stands_at_the_top():
    allowed = {
        "manage.py",
        "requirements.txt",
        "pytest.ini",
        "README.md",
        "templates",
        "static",
        "var",
        "staticfiles",
    }
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found <= allowed | set(APPS)


def test_only_the_excel_module_imports_a_spreadsheet_library():
    libraries = {"openpyxl", "xlsxwriter", "python_calamine"}
    wrong = [
        str(path.relative_to(ROOT))
        for app in APPS
        for path, tree in sources(app)
        if not str(path.relative_to(ROOT)).startswith("welfare/excel")
        for name in imports(tree)
        if name.split(".")[0] in libraries
    ]
    assert not wrong
