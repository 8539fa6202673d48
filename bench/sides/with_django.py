"""django-fsm-2 guards the field, django-fsm-log writes the row of history, in one transaction."""

from collections.abc import Callable

import django
from django.conf import settings
from psycopg.conninfo import conninfo_to_dict


def prepare(url: str, subjects: int) -> None:
    """Make the tables and assigned tasks."""
    task = _model(url)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(task)
    task.objects.bulk_create([task(id=one + 1, version=1) for one in range(subjects)])


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number."""
    task = _model(url)
    from django.db import transaction

    def change(number: int) -> None:
        with transaction.atomic():
            one = task.objects.select_for_update().get(pk=number + 1)
            one.start()
            one.version += 1
            one.save(update_fields=["state", "version"])

    return change


def _model(url: str) -> type:
    """Set Django up for a database and return the model of a task."""
    told = conninfo_to_dict(url)
    settings.configure(
        DATABASES={
            "default": {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": told.get("dbname"),
                "USER": told.get("user", ""),
                "PASSWORD": told.get("password", ""),
                "HOST": told.get("host", ""),
                "PORT": str(told.get("port", "")),
                "CONN_MAX_AGE": None,
            }
        },
        INSTALLED_APPS=[
            "django.contrib.contenttypes", "django.contrib.auth", "django_fsm", "django_fsm_log",
        ],
        USE_TZ=True,
    )  # fmt: skip
    django.setup()
    from django.db import models
    from django_fsm import FSMField, transition

    class Task(models.Model):
        state = FSMField(default="assigned", protected=True, db_index=True)
        version = models.IntegerField()

        class Meta:
            app_label = "peers"

        @transition(field=state, source="assigned", target="in_progress")
        def start(self) -> None: ...

        @transition(field=state, source="in_progress", target="reported")
        def report(self) -> None: ...

        @transition(field=state, source="reported", target="in_progress")
        def withdraw(self) -> None: ...

        @transition(field=state, source="reported", target="verified")
        def verify(self) -> None: ...

        @transition(field=state, source="reported", target="in_progress")
        def give_back(self) -> None: ...

        @transition(field=state, source=["assigned", "in_progress", "reported"], target="cancelled")
        def cancel(self) -> None: ...

        @transition(field=state, source=["verified", "cancelled"], target="in_progress")
        def reopen(self) -> None: ...

    return Task
