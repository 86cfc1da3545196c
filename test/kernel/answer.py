"""Runs a program at a terminal and answers it: each answer is typed once its prompt is there. Prints what came to the terminal.

Arguments: a JSON list of pairs (prompt, answer), then the program. Exits as the program does.
"""
import json
import os
import pty
import select
import sys
import time

pairs, program = json.loads(sys.argv[1]), sys.argv[2:]
child, terminal = pty.fork()
if child == 0:
    os.execvp(program[0], program)


def read_until(prompt):
    text = b""
    end = time.monotonic() + 60
    while time.monotonic() < end and (prompt is None or prompt not in text):
        if not select.select([terminal], [], [], 1)[0]:
            continue
        try:
            text += os.read(terminal, 4096)
        except OSError:
            break
    return text


shown = b""
for prompt, answer in pairs:
    shown += read_until(prompt.encode())
    os.write(terminal, answer.encode())
shown += read_until(None)
sys.stdout.write(shown.decode())
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
