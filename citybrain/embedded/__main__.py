"""The commands behind the Makefile: python -m citybrain.embedded run | exec | reset | stop."""

import argparse
import os
import signal
import sys

from citybrain.embedded import EmbeddedError, checks, children, local, say, supervisor
from citybrain.embedded.instance import Instance
from citybrain.embedded.reset import reset
from citybrain.embedded.services import services, stop_leftovers

INSTANCES = ("main", "test", "bench", "drill")


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        match options.command:
            case "run":
                supervisor.run(host=options.host, port=checks.port_number(options.port))
                return 0
            case "exec":
                return execute(options.instance, options.words)
            case "reset":
                return reset(sure=options.yes)
            case _:
                return stop()
    except EmbeddedError as error:
        sys.stderr.write(f"\n{error}\n")
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m citybrain.embedded", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run the whole portal until Ctrl-C")
    run.add_argument("--host", default="127.0.0.1")
    run.add_argument("--port", default="8000")
    execute = commands.add_parser("exec", help="run a command with the services and settings")
    execute.add_argument("--instance", choices=INSTANCES, default="main")
    execute.add_argument("words", nargs="+", metavar="command")
    reset = commands.add_parser("reset", help="empty the database and load the demo again")
    reset.add_argument("--yes", action="store_true", help="do not ask")
    commands.add_parser("stop", help="stop what `run` started, and servers left by a hard stop")
    return parser


def execute(name: str, command: list[str]) -> int:
    """Runs `command` with the instance's services; returns its exit code.

    The terminal's Ctrl-C reaches the command itself, which decides what to do; SIGTERM is passed on.
    """
    checks.python_version()
    signal.signal(signal.SIGTERM, lambda number, _frame: sys.exit(128 + number))
    mode = "test" if name == "test" else os.environ.get("CITYBRAIN_ENV", "").strip() or "production"
    with services(Instance.named(name)) as running:
        environment = local.environment(running, mode=mode)
        try:
            process = children.launch(command, env=environment)
        except OSError as error:
            raise EmbeddedError(f"{command[0]} cannot be run: {error.strerror}.") from error
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, lambda number, _frame: process.send_signal(number))
        code = process.wait()
    return 128 - code if code < 0 else code


def stop() -> int:
    """Stops the running portal, and servers that a hard stop has left; the exit code."""
    if supervisor.stop_portal(Instance.named("main")):
        say("The portal has stopped.")
    busy = []
    for name in INSTANCES:
        instance = Instance.named(name)
        if instance.run.exists() and not stop_leftovers(instance):
            busy.append(name)
    if busy:
        say(f"Still in use by other commands: the services of {', '.join(busy)}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
