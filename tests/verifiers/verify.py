"""Verifies license files, machine files and activation tokens with Python's cryptography alone.

Reads one JSON request from standard input and answers {"ok": true, "payload": …} or {"ok": false, "reason": …}.
It shares no code with what issues them.
"""

import base64
import hashlib
import json
import re
import sys

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


class Refused(Exception):
    pass


def bound_key(request, kid):
    for key in request["keys"]:
        if key["kid"] == kid:
            return key
    raise Refused("key")


def verify_file(request):
    title = request["kind"].upper() + " FILE"
    frame = re.fullmatch(
        f"-----BEGIN {title}-----\n((?:[A-Za-z0-9+/=]{{1,60}}\n)+)-----END {title}-----\n", request["text"]
    )
    if frame is None:
        raise Refused("frame")
    envelope = json.loads(base64.b64decode(frame.group(1).replace("\n", ""), validate=True))
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(bound_key(request, envelope["kid"])["hex"]))
    signed = (request["kind"] + "/" + envelope["enc"]).encode()
    try:
        key.verify(base64.b64decode(envelope["sig"], validate=True), signed)
    except InvalidSignature:
        raise Refused("signature")

    if envelope["alg"] == "base64+ed25519":
        clear = base64.b64decode(envelope["enc"], validate=True)
    elif envelope["alg"] == "aes-256-gcm+ed25519":
        data, iv, tag = [base64.b64decode(part, validate=True) for part in envelope["enc"].split(".")]
        secret = request["licenseKey"] + (request["fingerprint"] if request["kind"] == "machine" else "")
        try:
            clear = AESGCM(hashlib.sha256(secret.encode()).digest()).decrypt(iv, data + tag, None)
        except InvalidTag:
            raise Refused("secret")
    else:
        raise Refused("algorithm")

    payload = json.loads(clear)
    meta = payload["meta"]
    if meta["kid"] != envelope["kid"]:
        raise Refused("key")
    if meta["aud"] != request["productId"]:
        raise Refused("audience")
    if not meta["issued"] <= request["now"] < meta["expiry"]:
        raise Refused("time")
    return payload


def verify_token(request):
    header, payload, signature = request["text"].split(".")
    head = json.loads(decode_url(header))
    if head["alg"] != "RS256":
        raise Refused("algorithm")
    key = serialization.load_pem_public_key(bound_key(request, head["kid"])["pem"].encode())
    try:
        key.verify(decode_url(signature), f"{header}.{payload}".encode(), padding.PKCS1v15(), hashes.SHA256())
    except InvalidSignature:
        raise Refused("signature")
    claims = json.loads(decode_url(payload))
    if claims["pid"] != request["productId"]:
        raise Refused("audience")
    if claims["fp"] != request["fingerprint"]:
        raise Refused("secret")
    return claims


def decode_url(part):
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


request = json.load(sys.stdin)
try:
    answer = {"ok": True, "payload": (verify_token if request["kind"] == "token" else verify_file)(request)}
except Refused as refused:
    answer = {"ok": False, "reason": str(refused)}
print(json.dumps(answer))
