"""The floors of docs/architecture.md hold for imports and for foreign keys."""

import subprocess
import sys
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
FLOORS = (
    "organizations",
    "audit",
    "parameters",
    "duties",
    "notices",
    "catalog",
    "security",
    "sharing",
    "evaluation",
)


def test_imports_go_down() -> None:
    run = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, f"An import goes up (docs/architecture.md):\n{run.stdout[-2000:]}"


def test_foreign_keys_go_down_and_leave_no_way_up() -> None:
    """String keys are invisible to import contracts; an accessor would let the lower app look up."""
    wrong = []
    for label in FLOORS:
        for model in apps.get_app_config(label).get_models():
            for field in model._meta.get_fields():
                if not (field.is_relation and field.concrete and field.related_model):
                    continue
                target = field.related_model._meta.app_label
                if target == label or target not in FLOORS:
                    continue
                if FLOORS.index(target) > FLOORS.index(label):
                    wrong.append(f"{model._meta.label}.{field.name} points up to {target}")
                elif not field.remote_field.hidden:
                    wrong.append(f'{model._meta.label}.{field.name} needs related_name="+"')
    assert not wrong, "\n".join(wrong)


def test_files_are_short_enough_to_read() -> None:
    """A subject that outgrows a file becomes a package named after it."""
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for folder in ("citybrain", "catalog", "security", "sharing", "evaluation")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and (lines := path.read_text().count("\n")) > 400
    ]
    assert not long, long
