"""Which of two connections is seen and heard while one takes over from the other: for each kind, the newest that has
brought something. Keeps no media."""


class Turns:
    """Belongs to one session. Connections are numbered from 0, the newest highest."""

    def __init__(self) -> None:
        self._newest: dict[str, int] = {}

    def passes(self, kind: str, number: int) -> bool:
        """Whether what connection `number` has just brought is taken; from its first on, no older one's is."""
        if number < self._newest.get(kind, 0):
            return False
        self._newest[kind] = number
        return True
