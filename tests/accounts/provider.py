"""An identity provider of the test's own: a small server that exchanges a code for a signed word about a person."""

import json
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT = "zmd"


class Provider:
    """`claims` is what it says of whoever comes; `asked` what its token address was asked."""

    def __init__(self):
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.signs_with = self.key
        self.url, self.claims, self.asked = "", {}, {}

    def token(self) -> str:
        now = int(time.time())
        said = {"iss": self.url, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 60} | self.claims
        return jwt.encode(said, self.signs_with, "RS256", {"kid": "1"})

    def jwks(self) -> dict:
        public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        return {"keys": [public | {"kid": "1", "alg": "RS256", "use": "sig"}]}


@contextmanager
def running():
    provider = Provider()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            self.answer(provider.jwks())

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            provider.asked = {name: values[0] for name, values in parse_qs(body).items()}
            self.answer({"access_token": "x", "id_token": provider.token(), "token_type": "Bearer"})

        def answer(self, said: dict):
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(said).encode())

        def log_message(self, *arguments):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    provider.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
