"""Check how a submission was handed in. Flags, unless a rubric gives points."""

from grader.checks.registry import check
from grader.checks.words import counted
from grader.model.case import Case
from grader.model.criteria import FilesPresent, GroupSize
from grader.model.verdict import Binding, Verdict, failed, no_answer, passed


@check("files_present")
def files_present(options: FilesPresent, case: Case) -> Verdict:
    """Ask whether files of the wanted kinds were handed in.

    Pass:      each kind is there.
    Fail:      one is missing; it is named.
    Fooled by: a file with the right ending and nothing in it.
    """
    paths = [d.path for d in case.got.evidence.documents] + [case.got.evidence.notebook]
    missing = [k for k in options.kinds if not any(p.lower().endswith(k) for p in paths)]
    if missing:
        return failed(
            f"No {' and no '.join(missing)} file was handed in.", hint=options.hint
        )
    return passed(f"Found files of every kind: {', '.join(options.kinds)}.")


@check("group_size")
def group_size(options: GroupSize, case: Case) -> Verdict:
    """Ask whether as many people handed in as the sheet asks for.

    Pass:      the names tell exactly as many.
    Fail:      they tell another number.
    No answer: the names tell nobody.
    Fooled by: people who are named nowhere but in the text.
    """
    people = case.got.evidence.people
    if not people:
        return no_answer("The names of folder and files do not tell who handed in.")
    binding = Binding(
        cell=None, what=", ".join(people), how="from the name", confidence=1.0
    )
    if len(people) == options.people:
        return passed(f"{counted(len(people), 'name')} found.", binding=binding)
    return failed(
        f"{counted(len(people), 'name')} found, the sheet asks for {options.people}.",
        binding=binding,
    )
