"""What a person would write first: count the endpoints of a JSONL connection log."""
import json
import sys

seen = {}
with open(sys.argv[1], "rb") as lines:
    for line in lines:
        record = json.loads(line)
        key = (record["run"], record["host"], record["dest_ip"], record["dest_port"], record["proto"])
        seen[key] = seen.get(key, 0) + 1
print(len(seen))
