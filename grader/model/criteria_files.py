"""Criteria on how a submission is packed, what it imports, and what its report holds."""

from typing import Literal

from pydantic import Field

from grader.model.criteria import Checked
from grader.model.finds import FindText
from grader.model.strict import Text


class ImportsOnly(Checked):
    """The code imports nothing but these modules (and Python's own)."""

    check: Literal["imports_only"]
    modules: tuple[Text, ...] = Field(min_length=1, description="numpy, matplotlib")


class SourceAvoids(Checked):
    """The code uses nothing of the named kind."""

    check: Literal["source_avoids"]
    names: tuple[Text, ...] = Field(
        min_length=1, description="Patterns of full names: torch.*, scipy.optimize.*"
    )


class SourceUses(Checked):
    """The code uses something of the named kind, called or not."""

    check: Literal["source_uses"]
    names: tuple[Text, ...] = Field(
        min_length=1, description="Patterns of full names: numpy.*"
    )


class CommentsPresent(Checked):
    """The code is commented."""

    check: Literal["comments_present"]
    count: int = Field(default=3, ge=1, description="Comments at least.")


class FilesOnly(Checked):
    """Code was handed in as files of these kinds and no others."""

    check: Literal["files_only"]
    kinds: tuple[Text, ...] = Field(min_length=1, description="Endings: .py, .ipynb")


class ArchiveNamed(Checked):
    """The archive has the name that the sheet asks for."""

    check: Literal["archive_named"]
    pattern: Text = Field(description="A regular expression for the whole name.")
    example: Text = Field(description="For the student: 123456789_987654321.zip")


class ReportPresent(Checked):
    """A report was handed in: a document, or text in the notebook."""

    check: Literal["report_present"]
    find: FindText = FindText(section="any")
    words: int = Field(default=100, ge=1, description="In the notebook at least.")


class TextStates(Checked):
    """The text, or a name of the submission, states something of a given form."""

    check: Literal["text_states"]
    find: FindText = FindText(section="any")
    patterns: tuple[Text, ...] = Field(min_length=1, description="Regular expressions.")
    names: bool = Field(default=False, description="The names of files count as well.")


class SectionWritten(Checked):
    """A section on some subject is written."""

    check: Literal["section_written"]
    find: FindText = FindText(section="any")
    subject: tuple[Text, ...] = Field(
        min_length=1, description="Words, or beginnings of words, that a heading holds."
    )
    words: int = Field(default=15, ge=1, description="Below the heading at least.")


class PeopleAtMost(Checked):
    """Not more people than the sheet allows."""

    check: Literal["people_at_most"]
    people: int = Field(ge=1)
