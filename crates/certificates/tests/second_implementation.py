"""Certificates by other people's code (the packages cwt, base45, cryptography).

`read`: takes {"keys": <public list>, "text": "HC1:..."} on standard input, checks the signature and prints headers and claims.
`write`: makes a P-256 and an RSA key and prints, for the payload on standard input, the public list, an X.509 certificate for each key and a
health certificate by each.
"""

import base64
import datetime
import hashlib
import json
import sys
import zlib

import base45
import cbor2
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cwt import COSE, COSEKey

ALGORITHM, KEY_ID = 1, 4
ISSUER, EXPIRES, ISSUED, HCERT = 1, 4, 6, -260
NAMES = {"ES256": -7, "PS256": -37}


def read(request):
    message = zlib.decompress(base45.b45decode(request["text"].removeprefix("HC1:")))
    keys = []
    for jwk in request["keys"]["keys"]:
        public = {name: jwk[name] for name in ("kty", "crv", "x", "y", "alg")}
        kid = base64.b64decode(jwk["kid"])
        keys.append(COSEKey.from_jwk(public | {"kid": kid.decode("latin-1"), "key_ops": ["verify"]}))
        keys[-1]._kid = kid
    protected, unprotected, payload = COSE.new(verify_kid=True).decode_with_headers(message, keys)
    claims = cbor2.loads(payload)
    return {
        "tag": cbor2.loads(message).tag,
        "protected": {str(key): value if isinstance(value, int) else value.hex() for key, value in protected.items()},
        "unprotected": len(unprotected),
        "iss": claims[ISSUER],
        "iat": claims[ISSUED],
        "exp": claims[EXPIRES],
        "hcert": claims[HCERT][1],
    }


def write(request):
    now = request["now"]
    claims = {ISSUER: "VN", ISSUED: now, EXPIRES: now + 3600, HCERT: {1: request["hcert"]}}
    answer = {"keys": {"keys": []}, "signers": []}
    for name, private in (("ES256", ec.generate_private_key(ec.SECP256R1())), ("PS256", rsa.generate_private_key(65537, 3072))):
        der = signer(private)
        kid = hashlib.sha256(der).digest()[:8]
        pem = private.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        key = COSEKey.from_pem(pem, alg=name, kid=kid)
        message = COSE.new().encode(cbor2.dumps(claims), key, protected={ALGORITHM: NAMES[name], KEY_ID: kid})
        answer[name] = "HC1:" + base45.b45encode(zlib.compress(message)).decode()
        answer["keys"]["keys"].append(jwk(name, private.public_key().public_numbers(), kid))
        answer["signers"].append(base64.b64encode(der).decode())
    return answer


FIRST, LAST = datetime.datetime(2021, 1, 1), datetime.datetime(2031, 1, 1)


def signer(private):
    """A document signer certificate that may sign tests alone."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COUNTRY_NAME, "VN"), x509.NameAttribute(x509.NameOID.COMMON_NAME, "DSC")])
    tests_only = x509.ExtendedKeyUsage([x509.ObjectIdentifier("1.3.6.1.4.1.1847.2021.1.1")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(private.public_key()).serial_number(7)
    builder = builder.not_valid_before(FIRST).not_valid_after(LAST).add_extension(tests_only, critical=False)
    return builder.sign(private, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def jwk(name, numbers, kid):
    number = lambda value: base64.urlsafe_b64encode(value.to_bytes((value.bit_length() + 7) // 8)).decode().rstrip("=")
    coordinate = lambda value: base64.urlsafe_b64encode(value.to_bytes(32)).decode().rstrip("=")
    if name == "ES256":
        public = {"kty": "EC", "crv": "P-256", "x": coordinate(numbers.x), "y": coordinate(numbers.y)}
    else:
        public = {"kty": "RSA", "n": number(numbers.n), "e": number(numbers.e)}
    times = {"validFrom": "2021-01-01T00:00:00Z", "validUntil": "2031-01-01T00:00:00Z"}
    return public | times | {"alg": name, "use": "sig", "kid": base64.b64encode(kid).decode(), "issuer": "VN", "certificates": ["test"]}


json.dump({"read": read, "write": write}[sys.argv[1]](json.load(sys.stdin)), sys.stdout)
