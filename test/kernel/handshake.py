"""Opens TCP connections and sends datagrams from this namespace to a peer behind it, or from a client behind both.

Arguments: `direct` or `forward`, then a shell command that loads the rules. Standard input: one JSON object with `addresses`
(what the peer answers to), `ports`, and `tries` (a list of [address, port]). Prints one word for each try: `open` after a
completed handshake and a byte there and back, `shut` otherwise. With `forward` this namespace only routes: the tries
come from a third one, whose addresses are 10.88.0.2 and fd00:88::2.
"""
import json
import os
import subprocess
import sys
import time

SERVER = """
import socket, select, sys
sockets = []
for address in sys.argv[1].split(","):
    for port in sys.argv[2].split(","):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        s = socket.socket(family, socket.SOCK_STREAM)
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.bind((address, int(port)))
        s.listen(16)
        sockets.append(s)
print("ready", flush=True)
while True:
    for s in select.select(sockets, [], [])[0]:
        c, _ = s.accept()
        c.sendall(c.recv(1))
        c.close()
"""

CLIENT = """
import json, socket, sys
for address, port in json.loads(sys.argv[1]):
    try:
        with socket.create_connection((address, port), 3) as c:
            c.sendall(b"x")
            print("open" if c.recv(1) == b"x" else "shut")
    except OSError:
        print("shut")
"""


def run(*command):
    subprocess.run(command, check=True)


def namespace():
    """A process that holds a namespace of its own; its id names it."""
    child = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE)
    while os.readlink(f"/proc/{child.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        time.sleep(0.01)
    inside(child, "ip", "link", "set", "lo", "up")
    return child


def inside(child, *command):
    run("nsenter", "-t", str(child.pid), "-n", *command)


def joined(child, here, there, mine, theirs):
    """A cable between this namespace and the child's, an address at each end, routes out of the child through it."""
    run("ip", "link", "add", here, "type", "veth", "peer", "name", there)
    run("ip", "link", "set", there, "netns", str(child.pid))
    run("ip", "link", "set", here, "up")
    inside(child, "ip", "link", "set", there, "up")
    for address in mine:
        run("ip", "addr", "add", address, "dev", here, *(["nodad"] if ":" in address else []))
    for address in theirs:
        inside(child, "ip", "addr", "add", address, "dev", there, *(["nodad"] if ":" in address else []))
    for address in mine:
        inside(child, "ip", "route", "add", "default", "via", address.split("/")[0])


hook, load = sys.argv[1:3]
wanted = json.load(sys.stdin)
run("ip", "link", "set", "lo", "up")
children = [namespace()]
try:
    peer = children[0]
    answering = [f"{a}/{128 if ':' in a else 32}" for a in wanted["addresses"]]
    joined(peer, "out0", "peer0", ["198.18.0.1/24", "2001:db8:ffff::1/64"], ["198.18.0.2/24", "2001:db8:ffff::2/64"])
    for address in answering:
        inside(peer, "ip", "addr", "add", address, "dev", "lo", *(["nodad"] if ":" in address else []))
    run("ip", "route", "add", "default", "via", "198.18.0.2")
    run("ip", "-6", "route", "add", "default", "via", "2001:db8:ffff::2")
    if hook == "forward":
        client = namespace()
        children.append(client)
        joined(client, "podman0", "eth0", ["10.88.0.1/16", "fd00:88::1/64"], ["10.88.0.2/16", "fd00:88::2/64"])
        for switch in ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1"]:
            run("sysctl", "-qw", switch)
    server = subprocess.Popen(
        ["nsenter", "-t", str(peer.pid), "-n", "python3", "-c", SERVER, ",".join(wanted["addresses"]), ",".join(map(str, wanted["ports"]))],
        stdout=subprocess.PIPE,
    )
    children.append(server)
    assert server.stdout.readline() == b"ready\n"
    run("sh", "-c", load)
    enter = ["nsenter", "-t", str(client.pid), "-n"] if hook == "forward" else []
    run(*enter, "python3", "-c", CLIENT, json.dumps(wanted["tries"]))
finally:
    for child in children:
        child.kill()
