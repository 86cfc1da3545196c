"""Asks a Squid in this namespace. Standard input: a JSON list of [method, host, port]; prints the list of statuses.

The working folder holds squid.conf and hosts. 403 is a refusal by the access lists; anything else is what became of a request
that they let through.
"""
import json
import socket
import subprocess
import sys
import time

PROXY = ("127.0.0.1", 3128)


def status(method, host, port):
    host = f"[{host}]" if ":" in host else host
    target = f"{host}:{port}" if method == "CONNECT" else f"http://{host}:{port}/"
    with socket.create_connection(PROXY, timeout=20) as s:
        s.sendall(f"{method} {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        head = b""
        while b"\r\n" not in head:
            more = s.recv(4096)
            if not more:
                break
            head += more
    return int(head.split()[1])


squid = subprocess.Popen(["squid", "-N", "-f", "squid.conf"], stdout=sys.stderr, stderr=sys.stderr)
try:
    for _ in range(200):
        try:
            socket.create_connection(PROXY, timeout=1).close()
            break
        except OSError:
            time.sleep(0.1)
    print(json.dumps([status(*each) for each in json.load(sys.stdin)]))
finally:
    squid.kill()
