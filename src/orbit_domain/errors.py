"""The one base of everything the domain refuses."""


class Refusal(Exception):
    """The shop refuses, for a reason that can be shown to the customer.

    Subclasses are dataclasses whose fields are facts; the words are chosen by the screen that
    shows them. A refusal changes nothing: the code that raises it has recorded nothing.
    """

    def __str__(self) -> str:
        return repr(self)
