"""The one base of everything the domain refuses."""


class Refusal(Exception):
    """The shop says no, for a reason the customer can be told.

    Subclasses are dataclasses whose fields are facts; the words are chosen by the screen that
    shows them. A refusal changes nothing: whoever raises it has recorded nothing.
    """

    def __str__(self) -> str:
        return repr(self)
