"""SpiffWorkflow runs a BPMN process, kept as JSON; its definition is loaded once."""

import json
from collections.abc import Callable
from typing import Any

import psycopg
from sides.life import STATES, TRIGGERS
from SpiffWorkflow import TaskState
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.bpmn.serializer.config import DEFAULT_CONFIG
from SpiffWorkflow.bpmn.serializer.helpers import BpmnConverter
from SpiffWorkflow.bpmn.specs import BpmnProcessSpec
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow


def _process() -> bytes:
    """Return the life of a task in BPMN: a state waits for a trigger, a gateway says where to."""
    nodes, flows = ['<startEvent id="begin"/>'], [("begin", "assigned", "")]
    for state in STATES:
        nodes.append(f'<manualTask id="{state}" name="{state}"/>')
        nodes.append(f'<exclusiveGateway id="after_{state}"/>')
        flows.append((state, f"after_{state}", ""))
        flows += [
            (f"after_{state}", to, f"trigger == '{trigger}'")
            for trigger, (sources, to) in TRIGGERS.items()
            if state in sources
        ]
    for number, (source, to, condition) in enumerate(flows):
        when = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
        nodes.append(
            f'<sequenceFlow id="f{number}" sourceRef="{source}" targetRef="{to}">{when}'
            "</sequenceFlow>"
        )
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"'
        ' targetNamespace="http://bpmn.io/schema/bpmn"><process id="task" isExecutable="true">'
        f"{''.join(nodes)}</process></definitions>"
    ).encode()


def prepare(url: str, subjects: int) -> None:
    """Make the tables and instances that wait for `start`."""
    serializer, spec = _serializer()
    instance = BpmnWorkflow(spec)
    instance.do_engine_steps()
    held = json.dumps(serializer.to_dict(instance))
    with psycopg.connect(url) as tx:
        tx.execute("CREATE TABLE task (id int PRIMARY KEY, version int, state text, held jsonb)")
        tx.execute("CREATE INDEX ON task (state)")
        tx.execute(
            "CREATE TABLE history (id serial PRIMARY KEY, task_id int REFERENCES task, version int,"
            " at timestamptz, trigger text, from_state text, to_state text,"
            " UNIQUE (task_id, version))"
        )
        with tx.cursor().copy("COPY task FROM STDIN") as copy:
            for one in range(subjects):
                copy.write_row((one + 1, 1, "assigned", held))


def connect(url: str) -> Callable[[int], None]:
    """Return what starts the task of a number."""
    serializer, _ = _serializer()
    connection = psycopg.connect(url)

    def change(number: int) -> None:
        with connection.transaction():
            row = connection.execute(
                "SELECT version, state, held FROM task WHERE id = %s FOR UPDATE", (number + 1,)
            ).fetchone()
            assert row is not None  # noqa: S101 - every number is prepared
            version, was, held = row
            instance = serializer.from_dict(held)
            (ready,) = instance.get_tasks(state=TaskState.READY)
            ready.data["trigger"] = "start"
            ready.run()
            instance.do_engine_steps()
            (waits,) = instance.get_tasks(state=TaskState.READY)
            state, held = waits.task_spec.bpmn_name, json.dumps(serializer.to_dict(instance))
            connection.execute(
                "UPDATE task SET version = version + 1, state = %s, held = %s"
                " WHERE id = %s AND version = %s",
                (state, held, number + 1, version),
            )
            connection.execute(
                "INSERT INTO history (task_id, version, at, trigger, from_state, to_state)"
                " VALUES (%s, %s, now(), %s, %s, %s)",
                (number + 1, version + 1, "start", was, state),
            )

    return change


def _serializer() -> tuple[BpmnWorkflowSerializer, BpmnProcessSpec]:
    """Return a serializer that leaves the definition out, as one that is loaded once."""
    parser = BpmnParser()
    parser.add_bpmn_str(_process())
    spec = parser.get_spec("task")

    class Known(BpmnConverter):
        def to_dict(self, spec: Any) -> dict[str, Any]:
            return {"name": spec.name}

        def from_dict(self, dct: dict[str, Any]) -> Any:  # noqa: ARG002 - the signature is theirs
            return spec

    registry = BpmnWorkflowSerializer.configure({**DEFAULT_CONFIG, BpmnProcessSpec: Known})
    return BpmnWorkflowSerializer(registry), spec
