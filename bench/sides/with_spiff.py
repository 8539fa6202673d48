"""SpiffWorkflow runs a BPMN process, kept as JSON; its definition is loaded once."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow

_PROCESS = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
             targetNamespace="http://bpmn.io/schema/bpmn">
<process id="task" isExecutable="true">
<startEvent id="assigned"/>
<manualTask id="start" name="start"/>
<manualTask id="report" name="report"/>
<manualTask id="verify" name="verify"/>
<endEvent id="verified"/>
<sequenceFlow id="f1" sourceRef="assigned" targetRef="start"/>
<sequenceFlow id="f2" sourceRef="start" targetRef="report"/>
<sequenceFlow id="f3" sourceRef="report" targetRef="verify"/>
<sequenceFlow id="f4" sourceRef="verify" targetRef="verified"/>
</process></definitions>"""


def prepare(url: str, subjects: int) -> None:
    """Make the tables and instances that wait for `start`."""
    serializer, spec = _serializer()
    instance = BpmnWorkflow(spec)
    instance.do_engine_steps()
    held = json.dumps(serializer.to_dict(instance))
    with psycopg.connect(url) as tx:
        tx.execute("CREATE TABLE task (id int PRIMARY KEY, version int, held jsonb)")
        tx.execute(
            "CREATE TABLE history (id serial PRIMARY KEY, task_id int REFERENCES task, version int,"
            " at timestamptz, trigger text)"
        )
        with tx.cursor().copy("COPY task FROM STDIN") as copy:
            for one in range(subjects):
                copy.write_row((one + 1, 1, held))


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number."""
    serializer, _ = _serializer()
    connection = psycopg.connect(url)

    def change(number: int) -> None:
        with connection.transaction():
            row = connection.execute(
                "SELECT version, held FROM task WHERE id = %s FOR UPDATE", (number + 1,)
            ).fetchone()
            assert row is not None  # noqa: S101 - every number is prepared
            version, held = row
            instance = serializer.from_dict(held)
            (ready,) = instance.get_tasks(state=TaskState.READY)
            ready.run()
            instance.do_engine_steps()
            held = json.dumps(serializer.to_dict(instance))
            connection.execute(
                "UPDATE task SET version = version + 1, held = %s WHERE id = %s AND version = %s",
                (held, number + 1, version),
            )
            connection.execute(
                "INSERT INTO history (task_id, version, at, trigger) VALUES (%s, %s, now(), %s)",
                (number + 1, version + 1, ready.task_spec.bpmn_name),
            )

    return change


def _serializer() -> tuple[BpmnWorkflowSerializer, BpmnProcessSpec]:
    """Return a serializer that leaves the definition out, as one that is loaded once."""
    parser = BpmnParser()
    parser.add_bpmn_str(_PROCESS)
    spec = parser.get_spec("task")

    class Known(BpmnConverter):
        def to_dict(self, spec: Any) -> dict[str, Any]:
            return {"name": spec.name}

        def from_dict(self, dct: dict[str, Any]) -> Any:  # noqa: ARG002 - the signature is theirs
            return spec

    registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnProcessSpec: Known})
    return BpmnWorkflowSerializer(registry), spec
