"""The command `temadapter`: its commands, its exit codes."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, cast

import typer

from temadapter.cli import (
    ask,
    compare,
    convert,
    crossroads,
    data,
    demo,
    describe,
    evaluate,
    extract,
    info,
    ls,
    predict,
    push,
    reproduce,
    serve,
    train,
    watch,
)
from temadapter.cli.exit_codes import DONE, FAILED, INTERRUPTED, WRONG_USAGE
from temadapter.cli.output import note
from temadapter.errors import ConfigError, TemAdapterError
from temadapter.interrupts import ended_by_sigterm

app = typer.Typer(
    name="temadapter",
    help="Answer multiple-choice questions about videos with a frozen image-text model.",
    epilog="Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 finished with failed items, "
    "130 interrupted.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("demo")(demo.demo)
app.command("ask")(ask.ask)
app.command("serve")(serve.serve)
app.command("predict")(predict.predict)
app.command("watch")(watch.watch)
app.command("train")(train.train)
app.command("evaluate")(evaluate.evaluate)
app.command("push")(push.push)
app.command("compare")(compare.compare)
app.command("reproduce")(reproduce.reproduce)
app.command("extract")(extract.extract)
app.command("describe")(describe.describe)
app.command("ls")(ls.ls)
app.command("info")(info.info)
app.add_typer(data.app, name="data")
app.add_typer(crossroads.app, name="crossroads")
app.add_typer(convert.app, name="convert")

# typer hands this on from click, or from its own copy of click
_UsageError = cast("type[Exception]", typer.BadParameter.__mro__[1])


def _version(value: bool) -> None:
    if value:
        from temadapter import __version__

        print(f"temadapter {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: bool = typer.Option(
        False, "--version", callback=_version, is_eager=True, help="Print the version."
    ),
) -> None:
    pass


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What stands behind `temadapter`; the process's own when None.

    Returns:
        The exit code.
    """
    try:
        with ended_by_sigterm(), warnings.catch_warnings():
            warnings.showwarning = _say_warning
            _refuse_empty(sys.argv[1:] if arguments is None else arguments)
            result = _command()(
                args=None if arguments is None else list(arguments),
                prog_name="temadapter",
                standalone_mode=False,
            )
        if result == INTERRUPTED:
            note("Interrupted.")
        return result if isinstance(result, int) else DONE
    except TemAdapterError as error:
        note(f"Error: {error}")
        return WRONG_USAGE if isinstance(error, ConfigError) else FAILED
    except (KeyboardInterrupt, typer.Abort):
        note("Interrupted.")
        return INTERRUPTED
    except OSError as error:
        note(f"Error: {_os_error(error)}")
        return FAILED
    except _UsageError as error:
        _explain_usage(error)
        return WRONG_USAGE


_TEXTS = ("-q", "--question", "-o", "--option")  # what is asked, of which an empty one is told in other words


def _refuse_empty(arguments: Sequence[str]) -> None:
    """Refuse a name without a letter: `extract "$VIDEOS"` must not mean the current folder."""
    for before, argument in zip(("", *arguments), arguments, strict=False):
        option, equals, value = argument.partition("=")
        own = option if option.startswith("--") and equals and not value.strip() else ""
        if own in _TEXTS or (not own and (argument.strip() or before in _TEXTS)):
            continue
        where = own or (before if before.startswith("-") else "")
        raise ConfigError(
            f"{f'What stands behind {where}' if where else 'A name'} is empty: a variable of the shell that is not set "
            "looks so. Write . for the current folder."
        )


@cache
def _command() -> Callable[..., Any]:
    """Make the commands of their functions, which takes a tenth of a second, once: tests call `main` often."""
    return typer.main.get_command(app)


def _say_warning(message: Warning | str, *_: object, **__: object) -> None:
    """Show a warning as a sentence, without the line of code that gave it."""
    note(f"Warning: {message}")


def _os_error(error: OSError) -> str:
    where = f" ({error.filename})" if error.filename else ""
    return f"{error.strerror or error}{where}."


def _explain_usage(error: Exception) -> None:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "temadapter"
    message = error.format_message() if hasattr(error, "format_message") else str(error)
    if message:
        note(f"Error: {message}")
    if hint := _hint(str(getattr(error, "option_name", "")), context):
        note(hint)
    note(f"Try '{command} --help'.")


def _hint(option: str, context: typer.Context | None) -> str:
    """Return what an option that does not exist was meant to be: a setting, or a file's name."""
    from pathlib import Path

    if not option.startswith("-"):
        return ""
    if not option.startswith("--") or Path(option).exists():
        return "For a file whose name begins with a dash write ./ before it."
    taken = {name for own in getattr(getattr(context, "command", None), "params", ()) for name in own.opts}
    if "--set" not in taken:
        return ""
    from dataclasses import asdict

    from temadapter.config.run_config import SECTIONS, Config

    wanted = option.removeprefix("--").replace("-", "_")
    blocks = {name: block for name, block in asdict(Config()).items() if name in SECTIONS}
    found = [f"{name}.{wanted}" for name, block in blocks.items() if wanted in block]
    return f"It is a setting here: --set {found[0]}=..." if found else ""


if __name__ == "__main__":
    sys.exit(main())
