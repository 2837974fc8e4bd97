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
