"""Why laptop and service do not take each other for what they are, by name. Pure; the sentences stand elsewhere."""

from enum import StrEnum


class Stranger(StrEnum):
    """In `ipc.LinkNow.refused`, beside the service's own codes: what the laptop has found by itself.

    The values are those of `scenes.Fault`, whose sentences are on the screen.
    """

    NOT_THE_SERVICE = "not_the_service"  # another authority vouches for it, or nobody
    SERVICE_EXPIRED = "service_expired"  # its certificate is not valid today
    SERVICE_MISNAMED = "service_misnamed"  # its certificate is for another address
    SERVICE_PLAIN = "service_plain"  # it does not speak TLS
    SERVICE_OLD_TLS = "service_old_tls"  # it speaks none that is new enough
    CERTIFICATE_UNUSABLE = "certificate_unusable"  # the laptop's own, or its key, is not there or does not fit
    CERTIFICATE_EXPIRED = "certificate_expired"  # the laptop's own
    CERTIFICATE_REFUSED = "certificate_refused"  # the laptop's own, by the service
