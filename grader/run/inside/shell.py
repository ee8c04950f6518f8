"""An IPython shell that goes on where a notebook's habits would stop a run.

In:   cells, as IPython runs them.
Out:  notes, in sentences a student understands; the line of the last error.
Touches: the shell itself; nothing appears in the student's namespace.

Neutralised: installs, input(), interactive backends, exit(), Colab's drive.
Repaired: an import that fails does not take the rest of its cell with it.
"""

# mypy: disable-error-code="no-untyped-call, override"
# (IPython is typed in part)

import ast
import builtins
import contextlib
import sys
import types
from typing import Any

from ipykernel.iostream import OutStream
from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.inputtransformer2 import TransformerManager

from . import commands

INTERACTIVE = ("widget", "ipympl", "notebook", "nbagg", "qt", "tk", "gtk", "wx", "osx")
EXTENDING = ("load_ext", "reload_ext")
DEBUGGERS = ("debug", "pdb")
INPUTS_PER_CELL = 100
WAITING = ("await", "async")
NEEDED = (type, types.BuiltinFunctionType)
ORIGINAL = {name: it for name, it in vars(builtins).items() if isinstance(it, NEEDED)}


class Notes:
    """What was neutralised or repaired in the current cell, and where it failed."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.line: int | None = None
        self.error = ""
        self.exited = False
        self.inputs = 0

    def add(self, text: str) -> None:
        """Note a sentence once; an empty one never."""
        if text and text not in self.texts and len(self.texts) < 50:
            self.texts.append(text[:500])

    def take(self) -> dict[str, Any]:
        """Return what was noted, and start anew."""
        found = {"notes": self.texts, "line": self.line, "error": self.error}
        found["exited"] = self.exited
        self.__init__()  # type: ignore[misc]
        return found


notes = Notes()


class Transformer(TransformerManager):
    """Looks for magics only where a cell is not Python as it stands.

    No magic, shell command or question is Python, and finding them takes longer than
    anything else that IPython does before a cell runs.
    """

    def __init__(self) -> None:
        super().__init__()
        self.stock = list(self.token_transformers)

    def do_token_transforms(self, lines: list[str]) -> list[str]:
        """Rewrite what is not Python; with transformers of a student's own, anything."""
        if self.token_transformers == self.stock and is_python("".join(lines)):
            return lines
        return list(super().do_token_transforms(lines))


class BoxShell(ZMQInteractiveShell):
    """See the module's first lines."""

    importing = False

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(input_transformer_manager=Transformer(), **kwargs)

    def should_run_async(self, raw_cell: str, **kwargs: Any) -> bool:
        """Tell whether a cell waits for something; without the words it does not."""
        text = kwargs.get("transformed_cell") or raw_cell
        return any(word in text for word in WAITING) and bool(
            super().should_run_async(raw_cell, **kwargs)
        )

    def _tee(self, channel: str) -> contextlib.AbstractContextManager[None]:
        """Keep no second copy of what a cell prints."""
        return contextlib.nullcontext()

    def ask_exit(self) -> None:
        """Ignore exit() and quit(), which would end the kernel."""
        notes.exited = True
        notes.add("exit() was ignored, so that the later cells could run.")

    def system_piped(self, cmd: str) -> None:
        """Run a shell command, unless it installs something; it gets no terminal."""
        if not self._install(cmd):
            status = commands.run_shell(self.var_expand(cmd, depth=1))
            self.user_ns["_exit_code"] = status
            notes.add(commands.not_fetched(cmd, status))

    system = system_piped

    def getoutput(self, cmd: str, split: bool = True, depth: int = 0) -> Any:
        """Run a shell command for its output, unless it installs something."""
        if self._install(cmd):
            return []
        return super().getoutput(cmd, split, depth + 1)

    def _install(self, command: str) -> bool:
        why = commands.not_installed(command)
        notes.add(why)
        return bool(why)

    def run_line_magic(self, magic_name: str, line: str, _stack_depth: int = 1) -> Any:
        """Run a magic, unless it installs something or only others know it."""
        if self._install(f"{magic_name} {line}") or self._ignore("line", magic_name):
            return None
        try:
            return super().run_line_magic(magic_name, line, _stack_depth + 1)
        except Exception as error:
            if magic_name not in EXTENDING:
                raise
            notes.add(f"%{magic_name} {line} was ignored: {error}.")
            return None

    def magic(self, text: str) -> Any:
        """Run a line as notebooks spelled it that were saved as scripts."""
        name, _, line = text.lstrip("% ").partition(" ")
        return self.run_line_magic(name, line, _stack_depth=2)

    def run_cell_magic(self, magic_name: str, line: str, cell: str) -> Any:
        """Run a cell's magic, unless only others know it."""
        if self._ignore("cell", magic_name):
            return None
        return super().run_cell_magic(magic_name, line, cell)

    def _ignore(self, kind: str, name: str) -> bool:
        """Note a magic that would stop the cell, or would wait for somebody."""
        known = name in self.magics_manager.magics[kind]
        if known and name not in DEBUGGERS:
            return False
        sign, why = "%" * (1 + (kind == "cell")), "nobody is there to answer"
        notes.add(f"{sign}{name} was ignored: {why if known else 'it is not known here'}.")
        return True

    def enable_matplotlib(self, gui: Any = None) -> Any:
        """Draw inline, whatever interactive backend was asked for."""
        if isinstance(gui, str) and gui.lower().startswith(INTERACTIVE):
            notes.add(f"%matplotlib {gui} was replaced by %matplotlib inline.")
            gui = "inline"
        try:
            return super().enable_matplotlib(gui)
        except (RuntimeError, ImportError, ValueError, KeyError):
            notes.add(f"%matplotlib {gui} is not known here; figures are inline.")
            return super().enable_matplotlib("inline")

    async def run_ast_nodes(
        self,
        nodelist: list[Any],
        cell_name: str,
        interactivity: str = "last_expr",
        compiler: Any = compile,
        result: Any = None,
    ) -> bool:
        """Run a cell's statements; a failing import is noted and passed over."""
        for group in _groups(nodelist):
            last = group[-1] is nodelist[-1]
            self.importing = isinstance(group[0], ast.Import | ast.ImportFrom)
            mode = interactivity if last or interactivity == "all" else "none"
            failed = await super().run_ast_nodes(group, cell_name, mode, compiler, result)
            if failed and not self._pass_over(result):
                return True
        return False

    async def run_code(
        self, code_obj: Any, result: Any = None, *, async_: bool = False
    ) -> bool:
        """Run one statement, and put back builtins that the kernel cannot do without."""
        try:
            return bool(await super().run_code(code_obj, result, async_=async_))
        finally:
            restore_builtins()

    def _pass_over(self, result: Any) -> bool:
        error = getattr(result, "error_in_exec", None)
        if not (self.importing and isinstance(error, ImportError)):
            return False
        result.error_in_exec = None
        return True

    def showtraceback(self, *args: Any, **kwargs: Any) -> None:
        """Show a traceback and remember its line; a failed import becomes a note."""
        kind, error, trace = sys.exc_info()
        if self.importing and isinstance(error, ImportError):
            notes.add(
                f"This import failed and the rest of the cell was run without it: "
                f"{kind.__name__ if kind else 'ImportError'}: {error}"
            )
            return
        if isinstance(error, SystemExit):
            notes.exited = True
            notes.add("sys.exit() ended this cell only; the later cells were run.")
        if not notes.error:
            notes.line, notes.error = _line(trace, self.compile), type(error).__name__
            notes.add(commands.explained(error))
        super().showtraceback(*args, **kwargs)

    def showsyntaxerror(self, *args: Any, **kwargs: Any) -> None:
        """Show a syntax error and remember its line."""
        line = getattr(sys.exc_info()[1], "lineno", None)
        notes.line = line if type(line) is int else notes.line
        super().showsyntaxerror(*args, **kwargs)


def is_python(text: str) -> bool:
    """Tell whether a text can be parsed; if not, somebody else will say why."""
    flags = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    try:
        compile(text, "<unknown>", "exec", flags, dont_inherit=True)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return False
    return True


def restore_builtins() -> None:
    """Put back every built-in function that is no longer callable."""
    now = vars(builtins)
    for name, value in ORIGINAL.items():
        if not callable(now.get(name)):
            now[name] = value
            notes.add(f"builtins.{name} was put back: no kernel can run without it.")


def _groups(nodes: list[Any]) -> list[list[Any]]:
    """Split statements into single imports and runs of everything else."""
    groups: list[list[Any]] = []
    for node in nodes:
        single = isinstance(node, ast.Import | ast.ImportFrom)
        if single or not groups or isinstance(groups[-1][0], ast.Import | ast.ImportFrom):
            groups.append([node])
        else:
            groups[-1].append(node)
    return groups


def _line(trace: types.TracebackType | None, compiler: Any) -> int | None:
    while trace is not None:
        if compiler.format_code_name(trace.tb_frame.f_code.co_filename):
            return trace.tb_lineno
        trace = trace.tb_next
    return None


class CappedStream(OutStream):
    """Drops what a cell prints past its cap, before it costs any memory."""

    cap = 100_000
    written = 0

    def write(self, string: str) -> int | None:
        """Write what still fits; tell the caller that everything went."""
        if not isinstance(string, str):
            return super().write(string)
        room = max(0, self.cap + 1 - self.written)
        self.written += min(len(string), room)
        if room:
            super().write(string[:room])
        return len(string)

    def flush(self) -> None:
        """Wake the thread that sends, unless there is nothing to send."""
        if self._buffers or not self._is_master_process():
            super().flush()


def answer_input(prompt: Any = "") -> str:
    """Answer input() with an empty text: nobody sits at the keyboard."""
    notes.add('input() was answered with an empty text "".')
    notes.inputs += 1
    if notes.inputs > INPUTS_PER_CELL:
        raise EOFError("input() was asked too often; nobody is there to answer")
    return ""
