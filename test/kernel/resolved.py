"""Two dnsmasq in two namespaces: one behind a cable answers, one here forwards to it and fills the sets of the rules.

Standard input: one JSON object with `names` (name to addresses, what the far one answers), `addresses` (what answers TCP there),
`ports`, and `steps`, each of which prints one line: ["resolve", name], ["connect", address, port], ["holds", address],
["gone", address] (waits until no set holds it), ["load"]. The rules are rules.nft, the lines for dnsmasq lines.conf, in the working folder. With `filter`
("nft" or "legacy") the rules are rules.v4 and rules.v6 for that backend of iptables, with the sets of sets.ipset.
"""
import json
import os
import socket
import struct
import subprocess
import sys
import time

SERVER = """
import select, socket, sys
sockets = []
for address in sys.argv[1].split(","):
    for port in sys.argv[2].split(","):
        s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        s.bind((address, int(port)))
        s.listen(16)
        sockets.append(s)
print("ready", flush=True)
while True:
    for s in select.select(sockets, [], [])[0]:
        s.accept()[0].close()
"""


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def inside(pid):
    return ["nsenter", "-t", str(pid), "-n"]


def resolve(name, server="127.0.0.1"):
    """Asks for both families, and for as long as the resolver is not there yet; one of them is enough."""
    codes = []
    for kind in (1, 28):
        labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split("."))
        question = struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0" + struct.pack("!2H", kind, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
            s.settimeout(1)
            for _ in range(20):
                try:
                    s.sendto(question, (server, 53))
                    reply = s.recv(4096)
                    break
                except OSError:
                    time.sleep(0.1)
            else:
                return "no answer"
        codes.append(reply[3] & 15)
    return "resolved" if 0 in codes else f"refused {codes}"


def connect(address, port):
    try:
        with socket.create_connection((address, port), 3):
            return "open"
    except OSError:
        return "shut"


def holds(address):
    if wanted.get("filter"):
        entries = [line.split() for line in run("ipset", "save").splitlines() if line.startswith("add ")]
        return [name for _, name, element, *_ in entries if element == address]
    listing = json.loads(run("nft", "-j", "list", "table", "inet", "sallyport"))
    sets = [item["set"] for item in listing["nftables"] if "set" in item]
    return [s["name"] for s in sets for e in s.get("elem", []) if isinstance(e, dict) and e["elem"]["val"] == address]


def gone(address):
    for _ in range(300):
        if not holds(address):
            return "gone"
        time.sleep(0.1)
    return "still there"


def load():
    if not wanted.get("filter"):
        return run("nft", "-f", "rules.nft") or "loaded"
    with open("sets.ipset") as sets:
        subprocess.run(["ipset", "-exist", "restore"], stdin=sets, check=True)
    for tool, file in (("iptables", "rules.v4"), ("ip6tables", "rules.v6")):
        run(f"{tool}-{wanted['filter']}-restore", "--noflush", file)
    return "loaded"


STEPS = {
    "resolve": resolve,
    "connect": connect,
    "holds": lambda address: " ".join(holds(address)) or "nothing",
    "gone": gone,
    "load": load,
}

wanted = json.load(sys.stdin)
run("ip", "link", "set", "lo", "up")
peer = subprocess.Popen(["unshare", "-n", "cat"], stdin=subprocess.PIPE)
children = [peer]
try:
    while os.readlink(f"/proc/{peer.pid}/ns/net") == os.readlink("/proc/self/ns/net"):
        time.sleep(0.01)
    run("ip", "link", "add", "out0", "type", "veth", "peer", "name", "peer0", "netns", str(peer.pid))
    run("ip", "link", "set", "out0", "up")
    for link in ("lo", "peer0"):
        run(*inside(peer.pid), "ip", "link", "set", link, "up")
    for near, far in (("198.18.0.1/24", "198.18.0.2/24"), ("2001:db8:ffff::1/64", "2001:db8:ffff::2/64")):
        plain = ["nodad"] if ":" in near else []
        run("ip", "addr", "add", near, "dev", "out0", *plain)
        run(*inside(peer.pid), "ip", "addr", "add", far, "dev", "peer0", *plain)
        run("ip", "route", "add", "default", "via", far.split("/")[0])
    for address in wanted["addresses"]:
        plain = ["128", "nodad"] if ":" in address else ["32"]
        run(*inside(peer.pid), "ip", "addr", "add", f"{address}/{plain[0]}", "dev", "lo", *plain[1:])
    server = [sys.executable, "-c", SERVER, ",".join(wanted["addresses"]), ",".join(map(str, wanted["ports"]))]
    children.append(subprocess.Popen([*inside(peer.pid), *server], stdout=subprocess.PIPE))
    assert children[-1].stdout.readline() == b"ready\n"
    answers = [f"--address=/{name}/{address}" for name, addresses in wanted["names"].items() for address in addresses]
    # Root of a namespace has no other user or group to become.
    common = ["dnsmasq", "--keep-in-foreground", "--user=root", "--group=root", "--no-resolv", "--no-hosts", "--pid-file", "--log-facility=-", "--bind-interfaces"]
    answering = [*common, "--conf-file=/dev/null", "--listen-address=198.18.0.2", "--local-ttl=1", *answers]
    children.append(subprocess.Popen([*inside(peer.pid), *answering], stderr=subprocess.DEVNULL))
    load()
    feeding = [*common, "--conf-file=lines.conf", "--listen-address=127.0.0.1", "--server=198.18.0.2"]
    children.append(subprocess.Popen(feeding, stderr=subprocess.DEVNULL))
    for verb, *words in wanted["steps"]:
        print(STEPS[verb](*words), flush=True)
finally:
    for child in children:
        child.kill()
