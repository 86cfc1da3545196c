"""Loads one ruleset after another into the namespace it runs in, and says of each what the kernel does with packets.

A request is one line of JSON: `load`, shell text; `files`, by name; `probes`, each [transport, address, port]. The answer is
one line: `permit`/`deny` as `p`/`d` for each probe, or `!` and what the loader complained of.
"""
import errno
import json
import os
import socket
import struct
import subprocess
import sys
import tempfile

PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132, "icmp": 1, "icmpv6": 58}
ADDRESS = {4: socket.AF_INET, 6: socket.AF_INET6}
sockets = {}
serial = 0


def opened(family, transport):
    key = (family, transport)
    if key not in sockets:
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_RAW
        sockets[key] = socket.socket(ADDRESS[family], kind, PROTOCOLS[transport])
    return sockets[key]


def payload(transport, port):
    """No two probes share a source port or an echo's number: each must be a new connection."""
    global serial
    serial = (serial + 1) % 20000
    source = 40000 + serial
    if transport == "tcp":
        return struct.pack("!HHIIBBHHH", source, port, 1, 0, 5 << 4, 2, 65535, 0, 0)
    if transport == "sctp":
        return struct.pack("!HHII", source, port, 0, 0) + struct.pack("!BBHIIHHI", 1, 0, 20, 1, 65535, 1, 1, 1)
    if transport == "icmp":
        return struct.pack("!BBHHH", 8, 0, 0xFFFF & ~(0x0800 + source + 1), source, 1)
    if transport == "icmpv6":
        return struct.pack("!BBHHH", 128, 0, 0, source, 1)
    return b"x"


def ask(transport, address, port):
    family = 6 if ":" in address else 4
    target = (address, port if transport == "udp" else 0)
    try:
        opened(family, transport).sendto(payload(transport, port or 0), target)
        return "p"
    except OSError as error:
        return "d" if error.errno == errno.EPERM else f"[{errno.errorcode.get(error.errno, error.errno)}]"


def forget_connections():
    """IPCTNL_MSG_CT_DELETE without a tuple empties the table, before it grows full of probes."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as netlink:
        netlink.send(struct.pack("=IHHII", 20, (1 << 8) | 2, 1, 1, 0) + b"\0\0\0\0")


for line in sys.stdin:
    request = json.loads(line)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in request["files"].items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text)
        loaded = subprocess.run(["sh", "-ec", request["load"]], cwd=folder, capture_output=True, text=True, check=False)
    if loaded.returncode != 0:
        print("!" + json.dumps(loaded.stderr[:2000]), flush=True)
        continue
    forget_connections()
    # UDP sockets choose their port once, so a new one makes the probes to one destination new connections again.
    for key in [key for key in sockets if key[1] == "udp"]:
        sockets.pop(key).close()
    print("".join(ask(*probe) for probe in request["probes"]), flush=True)
