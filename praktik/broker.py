"""Redis as Celery's broker, such that a worker survives when Redis goes away."""

from kombu.transport import redis
from redis.exceptions import ConnectionError


class Channel(redis.Channel):
    def _connparams(self, *args, **kwargs) -> dict:
        """A channel whose connection is closed has nowhere to connect to: that is a connection error.

        kombu 5.7 trips over it here with an AttributeError, which ends the worker, when Redis goes away
        while the worker holds a task that is not acknowledged.
        """
        if self.connection.client is None:
            raise ConnectionError("the connection to the broker is closed")
        return super()._connparams(*args, **kwargs)


class Transport(redis.Transport):
    """kombu's own, with this channel."""

    Channel = Channel
