"""Keepalives on connections to PostgreSQL: how soon each end finds that the other is gone without a word."""

from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import psycopg

HERE: Final = {  # libpq's words: a cut link is an error within about ten seconds, not a thread that waits for ever
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}
THERE: Final = {  # PostgreSQL's settings: how soon it lets go of what a machine that is gone had locked
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "5000",  # of an answer that nobody takes, for which there are no keepalives
}


def keep_there(connection: "psycopg.Connection[Any]") -> None:  # Any: whatever its rows are
    """Have PostgreSQL look after a new *connection* from its end; ``HERE`` is what it is opened with."""
    for setting in THERE.items():
        connection.execute("SELECT set_config(%s, %s, false)", setting)
    connection.commit()
