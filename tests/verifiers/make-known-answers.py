"""Makes sdk/known-answers.json: files and a revocation list as their format demands, written by Python's cryptography alone.

The private keys are thrown away. Run it again only when the format grows: python3 tests/verifiers/make-known-answers.py
"""

import base64
import hashlib
import json
import os
import uuid
from datetime import datetime, timezone
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

PRODUCT = "0190b8a2-7c1e-7b52-9d3a-6f1f0f6f2a11"
KEY = "A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3"
FINGERPRINT = "ab" * 32
ISSUED = 1_767_225_600
DAY = 86_400
LICENSE = "0190b8a2-0000-7000-8000-00000000000b"

own, foreign = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
KID = str(uuid.uuid4())


def b64(data):
    return base64.b64encode(data).decode()


def iso(seconds):
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def license_resource(**changes):
    attributes = {
        "name": "Drawing Board",
        "key": KEY,
        "expiry": iso(ISSUED + 365 * DAY),
        "status": "ACTIVE",
        "suspended": False,
        "effective": None,
        "expiryGracePeriod": 0,
        **changes,
    }
    return {"id": LICENSE, "type": "licenses", "attributes": attributes}


def payload(kind="license", meta=None, **changes):
    license = license_resource(**changes)
    device = {
        "id": "0190b8a2-0000-7000-8000-00000000000a",
        "type": "machines",
        "attributes": {"fingerprint": FINGERPRINT, "name": "Zoë’s desk"},
    }
    entitlement = {
        "id": str(uuid.uuid4()),
        "type": "entitlements",
        "attributes": {"code": "export", "name": "Export", "value": "svg", "expiry": None},
    }
    return {
        "data": license if kind == "license" else device,
        "included": [entitlement] if kind == "license" else [license, entitlement],
        "meta": {
            "issued": iso(ISSUED),
            "expiry": iso(ISSUED + 30 * DAY),
            "ttl": 30 * DAY,
            "kid": KID,
            "aud": PRODUCT,
            **(meta or {}),
        },
    }


def seal(content, kind="license", alg="aes-256-gcm+ed25519", signer=own, kid=KID, title=None, change=None):
    clear = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if alg == "aes-256-gcm+ed25519":
        secret = KEY + (FINGERPRINT if kind == "machine" else "")
        iv = os.urandom(12)
        sealed = AESGCM(hashlib.sha256(secret.encode()).digest()).encrypt(iv, clear, None)
        enc = ".".join(b64(part) for part in (sealed[:-16], iv, sealed[-16:]))
    else:
        enc = b64(clear)
    sig = b64(signer.sign(f"{kind}/{enc}".encode()))
    envelope = {"enc": enc, "sig": sig, "alg": alg, "kid": kid}
    if change:
        envelope.update(change(envelope))
    text = b64(json.dumps(envelope).encode())
    lines = [text[at : at + 60] for at in range(0, len(text), 60)]
    name = f"{title or kind.upper()} FILE"
    return "\n".join([f"-----BEGIN {name}-----", *lines, f"-----END {name}-----", ""])


cases = []


def case(title, text, status, reason=None, kind="license", **changes):
    asked = {"licenseKey": KEY, "fingerprint": FINGERPRINT, "now": ISSUED + DAY, "latestSeen": 0, **changes}
    cases.append({"title": title, "kind": kind, "text": text, **asked, "status": status, "reason": reason})


healthy = seal(payload())
machine = seal(payload("machine"), "machine")
clear = "base64+ed25519"
case("a healthy license, encrypted", healthy, "ACTIVE")
case("a healthy license, readable by anybody", seal(payload(), alg=clear), "ACTIVE")
case("a healthy machine", machine, "ACTIVE", kind="machine")
case("a healthy machine, readable by anybody", seal(payload("machine"), "machine", alg=clear), "ACTIVE", kind="machine")
case("line ends of another system", healthy.replace("\n", "\r\n"), "ACTIVE")
case("a perpetual license", seal(payload(expiry=None)), "ACTIVE")
case("the last second of the file", healthy, "ACTIVE", now=ISSUED + 30 * DAY)
case("one second later", healthy, "FILE_EXPIRED", now=ISSUED + 30 * DAY + 1)
case("an expired license in a file that is still good", seal(payload(expiry=iso(ISSUED))), "EXPIRED")
case("an expired license in its grace", seal(payload(expiry=iso(ISSUED), expiryGracePeriod=2 * DAY)), "ACTIVE")
case("a suspended license", seal(payload(status="SUSPENDED", suspended=True)), "SUSPENDED")
case("a license of a banned owner", seal(payload(status="BANNED")), "SUSPENDED")
case("a license that is not effective yet", seal(payload(effective=iso(ISSUED + 2 * DAY))), "NOT_EFFECTIVE")
case("a clock before the file was issued", healthy, "CLOCK_TAMPERED", now=ISSUED - 2 * DAY)
case("a clock turned back since", healthy, "CLOCK_TAMPERED", latestSeen=ISSUED + 3 * DAY)
case("another license key", healthy, "INVALID", "SECRET_WRONG", licenseKey="WRONG")
case("another license key, readable by anybody", seal(payload(), alg=clear), "INVALID", "LICENSE_KEY_MISMATCH", licenseKey="WRONG")
case("another computer", machine, "INVALID", "SECRET_WRONG", kind="machine", fingerprint="cd" * 32)
case("another computer, readable by anybody", seal(payload("machine"), "machine", alg=clear), "INVALID", "FINGERPRINT_MISMATCH", kind="machine", fingerprint="cd" * 32)
case("another product of the same vendor", seal(payload(meta={"aud": str(uuid.uuid4())})), "INVALID", "PRODUCT_MISMATCH")
case("signed by a key that is not bound", seal(payload(), signer=foreign), "INVALID", "SIGNATURE_INVALID")
case("signed by a key under another name", seal(payload(), kid=str(uuid.uuid4())), "INVALID", "SIGNATURE_INVALID")
case("naming another key inside", seal(payload(meta={"kid": str(uuid.uuid4())})), "INVALID", "KEY_ID_MISMATCH")
case("changed after it was signed", seal(payload(), alg=clear, change=lambda e: {"enc": b64(json.dumps(payload(expiry=None)).encode())}), "INVALID", "SIGNATURE_INVALID")
case("without an algorithm", seal(payload(), change=lambda e: {"alg": "none"}), "INVALID", "ALGORITHM_NOT_ALLOWED")
case("a machine that calls itself a license", seal(payload("machine"), "machine", alg=clear, title="LICENSE"), "INVALID", "SIGNATURE_INVALID")
case("without an expiry of its own", seal(payload(meta={"expiry": None})), "INVALID", "CONTENT_INVALID")
case("that does not say whether it is suspended", seal(payload(suspended=None)), "INVALID", "CONTENT_INVALID")
case("cut short", healthy[:200], "INVALID", "FILE_MALFORMED")


def url64(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


def revocations(signer=own, typ="revocations+json"):
    header = url64({"alg": "EdDSA", "kid": KID, "typ": typ})
    prefix = hashlib.sha256(LICENSE.encode()).hexdigest()[:16]
    list = {"iss": "account", "version": 2, "issued": iso(ISSUED + DAY), "expiry": iso(ISSUED + 31 * DAY), "revoked": [prefix]}
    body = url64(list)
    signature = base64.urlsafe_b64encode(signer.sign(f"{header}.{body}".encode())).decode().rstrip("=")
    return json.dumps({"payload": body, "protected": header, "signature": signature})


public = own.public_key()
raw = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
answers = {
    "description": "Written by Python's cryptography; the private keys were thrown away. Times in unix seconds.",
    "productId": PRODUCT,
    "accountKey": {"kid": KID, "hex": raw.hex(), "pem": pem.decode()},
    "licenseId": LICENSE,
    "cases": cases,
    "revocations": {"genuine": revocations(), "forged": revocations(foreign), "mistyped": revocations(own, "JWT")},
}
path = Path(__file__).parents[2] / "sdk" / "known-answers.json"
path.write_text(json.dumps(answers, indent=2, ensure_ascii=False) + "\n")
