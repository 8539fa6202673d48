"""The parts that `run`, `sweep` and `relay` set going, put together from the settings."""

import threading
from dataclasses import dataclass, replace

from dondoc.bootstrap import App
from dondoc.mail.post import courier, desk
from engine.commands import settings
from scheduler.relay import Relay
from scheduler.seal import Sealer
from scheduler.sweep import Sweep
from scheduler.ticker import Part, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Everything that time alone sets going."""

    app: App
    sweep: Sweep
    relay: Relay

    def send(self) -> None:
        """Do one turn of the relay, never before the sweep of an open slot.

        What waits for the slot and what the slot adds leave as one message a person.
        """
        self.sweep.turn()
        self.relay.turn()

    def live(self, stop: threading.Event) -> None:
        """Wake everything until told to stop; a long turn of the relay ends between messages."""
        app = self.app
        patient = replace(self, relay=replace(self.relay, is_stopping=stop.is_set))
        run(
            [
                Part(name="sweep", seconds="0", turn=patient.sweep.turn),
                Part(name="send", seconds="*/10", turn=patient.send),
                Part(name="seal", seconds="30", turn=Sealer(app.database, app.clock).turn),
            ],
            stop,
        )


def service(app: App) -> Service:
    """Return the parts, ready to run; settings not yet in the record are recorded first."""
    with app.database.begin() as tx:
        settings.remember(
            tx, app.settings.shown(), actor=app.operator, rules=app.rules, at=app.clock.now()
        )
    return Service(
        app=app,
        sweep=Sweep(app.database, app.clock, app.rules),
        relay=Relay(app.database, app.clock, courier(app), desk(app)),
    )
