"""Sends one packet for each line of JSON on standard input and says whether the output rules let it leave.

A packet the rules drop or reject makes sendto fail with EPERM at once; no answer is needed (TCP goes as a raw SYN).
"""
import errno
import json
import socket
import struct
import sys

PROTOCOLS = {"tcp": 6, "udp": 17, "sctp": 132, "icmp": 1, "icmpv6": 58}
sockets = {}


def opened(family, transport):
    key = (family, transport)
    if key not in sockets:
        kind = socket.SOCK_DGRAM if transport == "udp" else socket.SOCK_RAW
        sockets[key] = socket.socket(family, kind, PROTOCOLS[transport])
    return sockets[key]


def payload(transport, port):
    if transport == "tcp":
        return struct.pack("!HHIIBBHHH", 40000, port, 1, 0, 5 << 4, 2, 65535, 0, 0)
    if transport == "sctp":
        return struct.pack("!HHII", 40000, port, 0, 0) + struct.pack("!BBHIIHHI", 1, 0, 20, 1, 65535, 1, 1, 1)
    if transport == "icmp":
        return struct.pack("!BBHHH", 8, 0, 0xF7FD, 1, 1)
    if transport == "icmpv6":
        return struct.pack("!BBHHH", 128, 0, 0, 1, 1)
    return b"x"


for line in sys.stdin:
    probe = json.loads(line)
    family = socket.AF_INET6 if ":" in probe["address"] else socket.AF_INET
    port = probe["port"] or 0
    target = (probe["address"], port if probe["transport"] == "udp" else 0)
    try:
        opened(family, probe["transport"]).sendto(payload(probe["transport"], port), target)
        print("permit")
    except OSError as error:
        print("deny" if error.errno == errno.EPERM else f"error {error}")
