"""ID tokens: what an OpenID provider claims of somebody, believed only when everything about it is right."""

from collections.abc import Mapping
from typing import Any, Final

Claims = Mapping[str, Any]  # Any: a provider says what it likes, in JSON

_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Those whose keys are a pair: with a shared secret whoever knows the client's could sign, with ``none`` anybody."""

_SKEW_S: Final = 60


class UnknownKey(ValueError):
    """Signed by a key that is not among those given."""


def read(token: str, keys: Claims, *, issuer: str, client_id: str, nonce: str, access_token: str | None) -> Claims:
    """Check *token* as OpenID Connect Core 1.0, 3.1.3.7 asks: signature, issuer, audience, times, nonce.

    Raises ``ValueError`` with what is wrong, ``UnknownKey`` among them.
    """
    from authlib.oidc.core import CodeIDToken  # noqa: PLC0415 - an extra
    from joserfc import jwt  # noqa: PLC0415 - an extra
    from joserfc.errors import InvalidKeyIdError, JoseError, MissingKeyError  # noqa: PLC0415 - an extra
    from joserfc.jwk import KeySet  # noqa: PLC0415 - an extra
    from joserfc.jws import JWSRegistry  # noqa: PLC0415 - an extra

    registry = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
    wanted = {claim: {"essential": True, "value": value} for claim, value in {"iss": issuer, "aud": client_id}.items()}
    known = {"nonce": nonce, "client_id": client_id, "access_token": access_token}
    try:
        signed = jwt.decode(token, KeySet.import_key_set(keys), registry=registry)  # type: ignore[arg-type]  # JSON
        claims = CodeIDToken(signed.claims, signed.header, wanted, known)
        claims.validate(leeway=_SKEW_S)
    except (InvalidKeyIdError, MissingKeyError):
        raise UnknownKey("signed by an unknown key") from None
    except JoseError as error:
        raise ValueError(" ".join(str(error).split())[:200]) from None
    return dict(claims)
