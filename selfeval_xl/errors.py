"""What can be wrong so that the work cannot be done at all; everything else is a finding or our bug."""


class UserError(Exception):
    """One clear Chinese sentence for the user: what is wrong, where, and what to do about it."""

    exit_code = 2


class UnusableFile(UserError):
    """The file that was given cannot be read as a workbook."""


class FormError(UserError):
    """A form's TOML, or an overlay's, says something that the closed vocabulary does not know."""


class CannotWrite(UserError):
    """An output cannot be written: no space, no permission, or it is open in Excel."""

    exit_code = 3


class UnusableTemplate(UserError):
    """The unit's own report template cannot be filled: it names what there is not, or is no Word document."""


class CannotDraw(UserError):
    """Charts were asked for, and the library or a Chinese font for them is not on this machine."""


class NotPublic(UserError):
    """The filing may not be published, or not yet; nothing was written. As with every filing that is not ready: 1."""

    exit_code = 1


class UnusableReport(UserError):
    """The file that was given cannot be read as a report."""
