"""Runs a program whose standard error is a terminal of its own, and prints what came to it, and to standard output.

Arguments: `line` or `nothing`, the terminal's width, then the program. Standard input is handed on in two parts, cut before
its last 7 bytes: with `line` the second part waits until the terminal shows something, with `nothing` for a while
in which it would. Prints a JSON object of `terminal` and `printed`.
"""
import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import termios
import time

awaited, width, program = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
given = sys.stdin.buffer.read()
master, slave = pty.openpty()
fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
child = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=slave)
os.close(slave)
child.stdin.write(given[:-7])
child.stdin.flush()

terminal = b""
if awaited == "line":
    terminal += os.read(master, 4096)
else:
    time.sleep(1.5)
child.stdin.write(given[-7:])
child.stdin.close()
printed = child.stdout.read()
child.wait()
while select.select([master], [], [], 0)[0]:
    try:
        terminal += os.read(master, 4096)
    except OSError:
        break
print(json.dumps({"terminal": terminal.decode(), "printed": printed.decode()}))
